// SPDX-License-Identifier: MIT
// Read markers and counts of what is new. They live in the node, so that every browser knows them.
import { signal } from '@preact/signals'
import { onChange } from './changes.ts'
import { ask, each } from './client.ts'
import { read, write } from './storage.ts'
import { type Json, timeOf } from './types.ts'

export type Place = 'home' | 'notices' | 'inbox'
const METHODS = { home: 'feed', notices: 'notices', inbox: 'inbox' } as const
const MOST = 99

/** How many are new; MOST means "as many or more". */
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

async function count(place: Place, mine: string): Promise<void> {
  const after = marks[place].peek() ?? 0
  let n = 0
  try {
    for await (const m of each(METHODS[place], [{ after, limit: MOST }])) {
      if (m.value.author !== mine && timeOf(m) > after) n++
    }
    unread[place].value = n
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

/** For as long as the page lives; again when the node came back. */
export async function watchUnread(mine: string): Promise<void> {
  const places = Object.keys(METHODS) as Place[]
  for (const place of places) {
    const known = await getState<number>(`read.${place}`)
    // A first visit has nothing unread: the past is not news.
    if (known === undefined) markRead(place, Date.now())
    else marks[place].value = known
    await count(place, mine)
  }
}

onChange(change => {
  const add = (place: Place, n = 0): void => {
    if (n > 0) unread[place].value = Math.min(MOST, unread[place].value + n)
  }
  add('home', change.posts)
  add('inbox', change.inbox)
  add('notices', change.notices)
})
