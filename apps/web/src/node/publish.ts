// SPDX-License-Identifier: MIT
// Everything that is signed at once: reactions, edits, friendship, profile, the wall's door.
import { tell } from './changes.ts'
import { ask, codeOf, KithError, meId } from './client.ts'
import { mentionsOf } from './content.ts'
import { held, lookAtGuard } from './guard.ts'
import { refreshPeople } from './people.ts'
import type { Person, Summary } from './types.ts'

type Content = { type: string; [field: string]: unknown }

/** Publishes for whoever can read `about`, so that an answer to a private message stays private. */
async function publish(content: Content, recps: string[] = []): Promise<string> {
  if (held.peek()) throw new KithError('fork_guard', 'a restore is under way')
  try {
    const made = await (recps.length ? ask('private.publish', { ...content, recps }, recps) : ask('publish', content))
    return made.key
  } catch (error) {
    if (codeOf(error) === 'fork_guard') await lookAtGuard()
    throw error
  }
}

function recpsOf(m: Summary): string[] {
  const content = m.value.content
  if (!m.value.meta?.private || typeof content !== 'object' || !Array.isArray(content.recps)) return []
  return content.recps.map(r => (typeof r === 'string' ? r : (r?.link as string))).filter(r => typeof r === 'string')
}

/** An empty expression is a plain like; `on` false takes it back. */
export async function react(m: Summary, expression: string, on: boolean): Promise<void> {
  const vote = { link: m.key, value: on ? 1 : 0, ...(on && { expression: expression || 'Like' }) }
  await publish({ type: 'vote', vote }, recpsOf(m))
  tell({ messages: [m.key] })
}

export async function share(m: Summary, text: string): Promise<void> {
  const mentions = mentionsOf(text)
  await publish({ type: 'share', share: { link: m.key }, ...(text && { text }), ...(mentions.length && { mentions }) })
  tell({ messages: [m.key] })
}

export async function edit(m: Summary, text: string): Promise<void> {
  await publish({ type: 'edit', target: m.key, text }, recpsOf(m))
  tell({ messages: [m.key] })
}

export async function retract(m: Summary): Promise<void> {
  await publish({ type: 'retract', target: m.key }, recpsOf(m))
  tell({ messages: [m.key] })
}

/** The owner's word on a post that somebody wrote on the own wall. */
export async function answerWallPost(post: string, accept: boolean): Promise<void> {
  await publish({ type: accept ? 'wall/accept' : 'wall/remove', post })
  tell({ messages: [post] })
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

export async function saveProfile(said: Partial<Pick<Person, 'name' | 'description' | 'image'>>): Promise<void> {
  await publish({ type: 'about', about: meId.peek(), ...said })
  tell({ people: [meId.peek()] })
}
