// SPDX-License-Identifier: MIT
// Who is here and who is typing. Nothing of this is stored anywhere.
import { signal } from '@preact/signals'
import { ask, live, restarted } from './client.ts'

const TYPING_LASTS_MS = 6000
const TYPING_EVERY_MS = 3000

export const here = signal<ReadonlySet<string>>(new Set())
/** For each place (a thread's root, a wall's owner): who types there. */
export const typing = signal<ReadonlyMap<string, ReadonlySet<string>>>(new Map())

const timers = new Map<string, number>()

function setHere(id: string, is: boolean): void {
  const next = new Set(here.peek())
  if (is) next.add(id)
  else next.delete(id)
  here.value = next
}

function setTyping(at: string, id: string, is: boolean): void {
  const people = new Set(typing.peek().get(at))
  if (is) people.add(id)
  else people.delete(id)
  const next = new Map(typing.peek())
  if (people.size) next.set(at, people)
  else next.delete(at)
  typing.value = next
}

function heardTyping(at: string, id: string): void {
  const key = `${at} ${id}`
  clearTimeout(timers.get(key))
  setTyping(at, id, true)
  timers.set(key, setTimeout(() => setTyping(at, id, false), TYPING_LASTS_MS) as unknown as number)
}

/** For as long as the page lives. */
export async function watchPresence(): Promise<void> {
  try {
    for await (const p of live('presence', [])) {
      if (p === restarted) here.value = new Set()
      else if ('typing' in p && p.typing) heardTyping(p.typing.at, p.id)
      else setHere(p.id, p.here === true)
    }
  } catch {
    here.value = new Set()
  }
}

let last = { at: '', time: 0 }

/** Says that we type, at most every few seconds. */
export function sayTyping(at: string, to?: string[]): void {
  const now = Date.now()
  if (last.at === at && now - last.time < TYPING_EVERY_MS) return
  last = { at, time: now }
  void ask('typing', { at, ...(to && { to }) }).catch(() => {})
}
