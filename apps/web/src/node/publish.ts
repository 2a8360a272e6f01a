// SPDX-License-Identifier: MIT
// Everything that is signed at once: reactions, edits, friendship, profile, the wall's door.
import { tell } from './changes.ts'
import { audienceOfPost, isCircle, PUBLIC, type To, toOf } from './circles.ts'
import { ask, codeOf, KithError, meId } from './client.ts'
import { mentionsOf } from './content.ts'
import { held, lookAtGuard } from './guard.ts'
import { refreshPeople } from './people.ts'
import type { Person, Summary } from './types.ts'

type Content = { type: string; [field: string]: unknown }

/** Publishes for whoever can read what it is about. `widen`: also for others, which has been asked for. */
async function publish(content: Content, to: To = PUBLIC, widen = false): Promise<string> {
  if (held.peek()) throw new KithError('fork_guard', 'a restore is under way')
  try {
    return (await say(content, to, widen)).key
  } catch (error) {
    if (codeOf(error) === 'fork_guard') await lookAtGuard()
    throw error
  }
}

/** People are written to as private messages are; a circle, and everybody, with `publish`. */
export function say(content: Content, to: To, widen = false): Promise<{ key: string }> {
  const said = to.length ? { ...content, recps: to } : content
  if (to.length && !isCircle(to)) return ask('private.publish', said, to)
  return widen ? ask('publish', said, { widen }) : ask('publish', said)
}

/** An empty expression is a plain like; `on` false takes it back. */
export async function react(m: Summary, expression: string, on: boolean): Promise<void> {
  const vote = { link: m.key, value: on ? 1 : 0, ...(on && { expression: expression || 'Like' }) }
  await publish({ type: 'vote', vote }, toOf(m))
  tell({ messages: [m.key] })
}

export async function share(m: Summary, text: string, to: To): Promise<void> {
  const mentions = mentionsOf(text)
  const content = { type: 'share', share: { link: m.key }, ...(text && { text }), ...(mentions.length && { mentions }) }
  await publish(content, to, isWider(m, to))
  tell({ messages: [m.key] })
}

/** Whether somebody learns of a message who cannot read it; asked before it is done. */
export const isWider = (m: Summary, to: To): boolean =>
  audienceOfPost(m).kind !== 'public' && to.join() !== toOf(m).join()

export async function edit(m: Summary, text: string): Promise<void> {
  await publish({ type: 'edit', target: m.key, text }, toOf(m))
  tell({ messages: [m.key] })
}

export async function retract(m: Summary): Promise<void> {
  await publish({ type: 'retract', target: m.key }, toOf(m))
  tell({ messages: [m.key] })
}

/** The owner's word on a post that somebody wrote on the own wall. */
export async function answerWallPost(post: Summary, accept: boolean): Promise<void> {
  await publish({ type: accept ? 'wall/accept' : 'wall/remove', post: post.key }, toOf(post))
  tell({ messages: [post.key] })
}

async function contact(id: string, said: { following?: boolean; blocking?: boolean }): Promise<void> {
  await publish({ type: 'contact', contact: id, ...said })
  await refreshPeople([id, meId.peek()])
  tell({ people: [id, meId.peek()] })
}

export const follow = (id: string): Promise<void> => contact(id, { following: true })
export const unfollow = (id: string): Promise<void> => contact(id, { following: false })
export const block = (id: string): Promise<void> => contact(id, { following: false, blocking: true })
export const unblock = (id: string): Promise<void> => contact(id, { blocking: false })

export async function mute(id: string, on: boolean): Promise<void> {
  await ask('people.mute', id, on)
  tell({ people: [id] })
}

/** Hides a request from the list, in secret and on this machine only. */
export async function refuse(id: string, on = true): Promise<void> {
  await ask('friends.refuse', id, on)
  tell({ people: [id] })
}

export async function saveProfile(
  said: Partial<Pick<Person, 'name' | 'description' | 'image'>>,
  to?: To,
): Promise<void> {
  await publish({ type: 'about', about: meId.peek(), ...said }, to)
  tell({ people: [meId.peek()] })
}
