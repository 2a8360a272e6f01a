// SPDX-License-Identifier: MIT
// What has come and was not seen yet: private messages by conversation, and news by what they are about.
// The time of arrival decides, because what a friend wrote last week may come today.
import { effect, signal } from '@preact/signals'
import { desktop } from '../settings.ts'
import { onChange } from './changes.ts'
import { isPrivate } from './circles.ts'
import { ask, each, live, restarted } from './client.ts'
import { contentOf, isMessage } from './content.ts'
import { markRead, marks, setState, unread } from './state.ts'
import { peopleOf, talkId } from './talk.ts'
import type { Notice, Summary } from './types.ts'

export type NewsPlace = 'notices' | 'inbox'

export interface Unseen {
  /** The conversation, or what makes several notices one line. */
  group: string
  author: string
  /** When it came here. */
  at: number
}
type All = ReadonlyMap<string, Unseen>

export const unseen = { notices: signal<All>(new Map()), inbox: signal<All>(new Map()) }
/** Until when each conversation was read, if that is later than `marks.inbox`. */
export const talkMarks = signal<ReadonlyMap<string, number>>(new Map())

const MARK = 'read.'
const SCANNED = 200
/** How old something may be by its author's clock and still be news. */
const LATE_MS = 30 * 24 * 3600 * 1000

export const readUntil = (talk: string): number => Math.max(marks.inbox.value ?? 0, talkMarks.value.get(talk) ?? 0)

type Fields = { vote?: { link?: unknown; value?: unknown }; target?: unknown }
const idOr = (x: unknown): string => (isMessage(x) ? x : '')

/** What a notice is about: a message of ours, or nothing. */
export function targetOf(n: Notice): string {
  const content = contentOf(n)
  const said = n.value.content as Fields
  // The new words of what was there before.
  if (content.type === 'edit') return idOr(said.target)
  if (n.why === 'vote') return idOr(said.vote?.link)
  if (n.why === 'share') return content.share
  return n.why === 'reply' ? content.root : ''
}

const WHYS = new Set(['mention', 'reply', 'vote', 'share', 'wall', 'follow', 'request', 'circle'])

/** Several notices with the same answer are one line; '' for what is none. */
export function groupOf(n: Notice): string {
  if (!WHYS.has(n.why)) return ''
  const type = contentOf(n).type
  // What is said in private stands among the messages.
  if (isPrivate(n) && type !== 'vote') return ''
  if (n.why === 'vote' && (n.value.content as Fields).vote?.value !== 1) return ''
  if (n.why === 'circle') return `circle ${n.audience?.group ?? ''}`
  if (n.why === 'follow' || n.why === 'request') return `person ${n.value.author}`
  return `${n.why} ${targetOf(n) || n.key}`
}

function groupIn(place: NewsPlace, m: Summary): string {
  if (place === 'notices') return groupOf(m as Notice)
  return contentOf(m).type === 'post' ? talkId(peopleOf(m)) : ''
}

const seenUntil = (place: NewsPlace, group: string): number =>
  place === 'inbox' ? readUntil(group) : (marks.notices.value ?? 0)

async function scan(place: NewsPlace, mine: string): Promise<void> {
  const found = new Map<string, Unseen>()
  const after = Math.max(0, (marks[place].peek() ?? 0) - LATE_MS)
  try {
    for await (const m of each(place, [{ after, limit: SCANNED }])) add(place, m, mine, found)
    unseen[place].value = found
  } catch {
    // Away: it is looked at again when the node is back.
  }
}

function add(place: NewsPlace, m: Summary, mine: string, to: Map<string, Unseen>): boolean {
  if (!m.key || m.value.author === mine) return false
  const group = groupIn(place, m)
  if (!group || m.timestamp <= seenUntil(place, group)) return false
  to.set(m.key, { group, author: m.value.author, at: m.timestamp })
  return true
}

async function watch(place: NewsPlace, mine: string): Promise<void> {
  await scan(place, mine)
  for await (const m of live(place, [{ live: true, old: false }])) {
    if (m === restarted) await scan(place, mine)
    else {
      const next = new Map(unseen[place].peek())
      if (!add(place, m, mine, next)) continue
      unseen[place].value = next
      if (desktop.peek()) void import('./desktop.ts').then(it => it.tellDesktop(place, m))
    }
  }
}

/** All of a conversation that came until then was read. */
export function readTalk(talk: string, at: number): void {
  if (at <= readUntil(talk)) return
  const next = new Map(talkMarks.peek()).set(talk, at)
  talkMarks.value = next
  if (unseen.inbox.peek().size) return void setState(MARK + talk, at)
  // Nothing is left unread: one mark says as much as many.
  markRead('inbox', Math.max(...next.values()))
  talkMarks.value = new Map()
  for (const known of next.keys()) void setState(MARK + known, null)
}

/** For as long as the page lives, once `marks` are known. */
export async function watchUnseen(mine: string): Promise<void> {
  try {
    const kept = Object.entries(await ask('state.list', `${MARK}talk:`))
    talkMarks.value = new Map(kept.map(([key, at]) => [key.slice(MARK.length), Number(at) || 0]))
  } catch {
    // A node without `state`: marks last as long as the page.
  }
  for (const place of ['notices', 'inbox'] as const) {
    effect(() => {
      const old = unseen[place].value
      const next = new Map([...old].filter(([, it]) => it.at > seenUntil(place, it.group)))
      if (next.size < old.size) unseen[place].value = next
      unread[place].value = place === 'inbox' ? next.size : new Set([...next.values()].map(it => it.group)).size
    })
    void watch(place, mine).catch(() => {})
  }
  // Whoever was blocked or muted is no news any more.
  onChange(change => {
    for (const place of ['notices', 'inbox'] as const) {
      const waiting = [...unseen[place].peek().values()]
      if (change.all || waiting.some(it => change.people?.includes(it.author))) void scan(place, mine)
    }
  })
}
