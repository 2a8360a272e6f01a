// SPDX-License-Identifier: MIT
// Read markers and counts of what is new. They live in the node, so that every browser knows them.
import { signal } from '@preact/signals'
import { onChange } from './changes.ts'
import { ask, each } from './client.ts'
import { read, write } from './storage.ts'
import { type Json, timeOf } from './types.ts'

export type Place = 'home' | 'notices' | 'inbox'
const PLACES: Place[] = ['home', 'notices', 'inbox']
const MOST = 99

/** How many are new; MOST means "as many or more". `unseen.ts` counts notices and messages. */
export const unread = { home: signal(0), notices: signal(0), inbox: signal(0) }
/** Until when everything was seen, in ms; undefined before the node has said. */
export const marks = { home: signal<number>(), notices: signal<number>(), inbox: signal<number>() }

export async function getState<T>(key: string): Promise<T | undefined> {
  try {
    return ((await ask('state.get', key)) as T | null) ?? undefined
  } catch {
    return read<T>(`state.${key}`)
  }
}

export async function setState(key: string, value: Json): Promise<void> {
  write(`state.${key}`, value)
  await ask('state.set', key, value).catch(() => {})
}

async function countPosts(mine: string): Promise<void> {
  const after = marks.home.peek() ?? 0
  let n = 0
  try {
    for await (const m of each('feed', [{ after, limit: MOST }])) {
      if (m.value.author !== mine && timeOf(m) > after) n++
    }
    unread.home.value = n
  } catch {
    // Away: the next change or the node's return counts again.
  }
}

/** Everything up to `time` was seen. */
export function markRead(place: Place, time: number): void {
  if ((marks[place].peek() ?? 0) < time) {
    marks[place].value = time
    void setState(`read.${place}`, time)
  }
  unread[place].value = 0
}

/** When the node is there, and again when it came back. */
export async function watchUnread(mine: string): Promise<void> {
  for (const place of PLACES) {
    const known = await getState<number>(`read.${place}`)
    // A first visit has nothing unread: the past is not news.
    if (known === undefined) markRead(place, Date.now())
    else marks[place].value = known
  }
  await countPosts(mine)
}

onChange(change => {
  if (change.posts) unread.home.value = Math.min(MOST, unread.home.value + change.posts)
})
