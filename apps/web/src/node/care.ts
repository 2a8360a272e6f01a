// SPDX-License-Identifier: MIT
// What this node remembers of how its identity is kept, and whether it is time to say something about it.
import { signal } from '@preact/signals'
import { ask, each, isReady, meId } from './client.ts'
import { sequence } from './guard.ts'
import { getState, setState } from './state.ts'

export interface Care {
  /** Whose: another may be restored into the same home. */
  id: string
  /** When the recovery words were practised last, in ms. */
  words?: number
  /** When the newest backup file was made, and how far the feed had got. */
  file?: { at: number; sequence: number }
  /** How far it had got when the reminder was put off. */
  later?: number
}

const KEY = 'backup'
const FIRST_POSTS = 3
const AGAIN_POSTS = 50

export const care = signal<Care | undefined>(undefined)

export async function loadCare(): Promise<Care> {
  const id = meId.peek()
  const known = await getState<Care>(KEY)
  care.value = known?.id === id ? known : { id }
  return care.value
}

export async function rememberCare(part: Partial<Care>): Promise<void> {
  care.value = { ...(care.peek() ?? (await loadCare())), ...part }
  await setState(KEY, { ...care.value })
}

/** Own posts after this one, also private ones; counted no further than `most`. */
export async function postsSince(after: number, most: number): Promise<number> {
  let count = 0
  for await (const { value } of each('createUserStream', [{ id: meId.peek(), gt: after }])) {
    if (typeof value.content === 'string' || value.content.type === 'post') count++
    if (count >= most) break
  }
  return count
}

export type Reminder = { why: 'none' } | { why: 'old'; posts: number }

/** What a card on Home should say, if anything. */
export async function reminder(): Promise<Reminder | undefined> {
  if (!isReady.peek()) return undefined
  const { words, file, later } = await loadCare()
  if (later !== undefined && (await postsSince(later, AGAIN_POSTS)) < AGAIN_POSTS) return undefined
  if (file) {
    const posts = await postsSince(file.sequence, 10 * AGAIN_POSTS)
    return posts >= AGAIN_POSTS ? { why: 'old', posts } : undefined
  }
  if (words) return undefined
  if ((await postsSince(0, FIRST_POSTS)) >= FIRST_POSTS) return { why: 'none' }
  return (await ask('friends.list', { list: 'friends' })).length ? { why: 'none' } : undefined
}

/** "Later" on that card. */
export const putOff = async (): Promise<void> => {
  const { sequence: newest } = await ask('status')
  sequence.value = newest
  await rememberCare({ later: newest })
}
