// SPDX-License-Identifier: MIT
// Who reads something: `recps` of what we write, and what the node knows of circles and groups.
import { computed, signal } from '@preact/signals'
import { onChange } from './changes.ts'
import { ask, isReady, meId } from './client.ts'
import { isFeed } from './content.ts'
import { held } from './guard.ts'
import { me } from './people.ts'
import type { Audience, Circle, Summary } from './types.ts'

/**
 * For whom something is to be written, as `recps` say it: nobody in particular is everybody, `friends` are
 * ours or those of the wall's owner, then the id of a circle or group, or some people.
 */
export type To = string[]
export const PUBLIC: To = []
export const FRIENDS: To = ['friends']

/** undefined: not asked yet. */
export const circles = signal<Circle[] | undefined>(undefined)
let watching = false

export async function loadCircles(): Promise<void> {
  if (!isReady.peek()) return
  try {
    circles.value = await ask('circles.list', {})
    // Whoever has friends has a circle of them, so that these can write there before we do.
    if (!me.peek()?.friends || myFriends.peek() || held.peek() !== null) return
    await ask('circles.create', { kind: 'friends' })
    circles.value = await ask('circles.list', {})
  } catch {
    // Away, or a node without circles: asked again when it is back.
  }
}

/** From the first time that somebody wants to know. */
export function watchCircles(): void {
  if (watching) return
  watching = true
  // Also when the first friend comes, and when it is known whether we may write.
  const state = computed(() => `${isReady.value} ${held.value === null} ${!!me.value?.friends}`)
  state.subscribe(() => void loadCircles())
  onChange(change => (change.all || change.circles || change.people?.length) && void loadCircles())
}

export const circleOf = (id: string | undefined): Circle | undefined => circles.value?.find(c => c.id === id)
const friendsOf = (owner: string): Circle | undefined =>
  circles.value?.find(c => c.kind === 'friends' && c.owner.id === owner)
export const myFriends = computed(() => friendsOf(meId.value))
/** Where something can be said to many besides friends. */
export const writable = computed(() =>
  (circles.value ?? []).filter(c => c.kind !== 'friends' && c.canWrite && mayOffer(c)),
)
/** Somebody else's named circle is for answers to what they say; ours, and groups, are for what we say. */
const mayOffer = (c: Circle): boolean => c.mine || c.kind === 'group'

/** Whether it can be said on this wall to the friends of whom it belongs to. */
export const hasFriends = (wall: string | undefined): boolean => !wall || friendsOf(wall)?.canWrite === true

export const isCircle = (to: To): boolean => to.length === 1 && !isFeed(to[0])

export function audienceOf(to: To, wall?: string): Audience {
  const [first] = to
  if (!first) return { kind: 'public' }
  if (first === 'friends') return { kind: 'friends', owner: { id: wall || meId.value } }
  if (isFeed(first)) return { kind: 'people', people: to.map(id => ({ id })) }
  const known = circleOf(first)
  return {
    kind: known?.kind ?? 'circle',
    group: first,
    ...(known?.name && { name: known.name }),
    ...(known && { owner: known.owner }),
  }
}

/** Of a node that does not say it: what is not encrypted is public. */
export function audienceOfPost(m: Summary): Audience {
  return m.audience ?? { kind: m.value.meta?.private || typeof m.value.content === 'string' ? 'people' : 'public' }
}

/** A private message, which stands among the messages and on no wall. */
export const isPrivate = (m: Summary): boolean => audienceOfPost(m).kind === 'people'

/** What answers a message goes to whoever can read that. */
export function toOf(m: Summary): To {
  const { kind, group } = audienceOfPost(m)
  if (group) return [group]
  if (kind === 'public') return PUBLIC
  const content = m.value.content
  const said = typeof content === 'object' && Array.isArray(content.recps) ? content.recps : []
  const people = said.map(r => (typeof r === 'string' ? r : (r as { link?: unknown } | null)?.link)).filter(isFeed)
  return [...new Set([...people, m.value.author, meId.peek()])]
}

/** Whether these people will be able to read it; undefined where only the owner of a circle knows. */
export function canRead(person: string, to: To, wall: string | undefined, isFriend: boolean): boolean | undefined {
  if (!to.length || person === meId.value) return true
  if (!isCircle(to)) return to.includes(person)
  const it = to[0] === 'friends' ? friendsOf(wall || meId.value) : circleOf(to[0])
  if (person === (it?.owner.id ?? wall)) return true
  if (it?.members) return [...it.members, ...(it.invited ?? [])].some(m => m.id === person)
  return wall || it ? undefined : isFriend
}
