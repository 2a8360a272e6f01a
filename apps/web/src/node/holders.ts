// SPDX-License-Identifier: MIT
// Whose devices hold a feed, and how far: the answer to "did it reach somebody?".
import { type Signal, signal } from '@preact/signals'
import { onChange } from './changes.ts'
import { ask, isReady, meId } from './client.ts'

type Held = Record<string, number>
const FRESH_MS = 4000

const cells = new Map<string, { held: Signal<Held>; asked: number }>()

async function load(feed: string): Promise<void> {
  const cell = cells.get(feed)
  if (!cell || !isReady.peek()) return
  cell.asked = Date.now()
  try {
    const held = await ask('conn.holders', feed)
    // Those who were never met said it by packets.
    if (feed === meId.peek())
      for (const r of await ask('outbox.list')) held[r.id] = Math.max(held[r.id] ?? 0, r.received)
    cell.held.value = held
  } catch {
    // What was known stays.
  }
}

/** {peer: sequence} */
export function holders(feed: string): Signal<Held> {
  let cell = cells.get(feed)
  if (!cell) {
    cell = { held: signal<Held>({}), asked: 0 }
    cells.set(feed, cell)
  }
  if (Date.now() - cell.asked > FRESH_MS) void load(feed)
  return cell.held
}

export const refreshHolders = load

/** Who holds this very message, apart from us. */
export const holdersOf = (held: Held, sequence: number): string[] =>
  Object.keys(held).filter(id => id !== meId.value && held[id]! >= sequence)

setInterval(() => {
  if (document.visibilityState === 'visible' && cells.has(meId.peek())) void load(meId.peek())
}, 5000)
onChange(() => {
  if (cells.has(meId.peek())) setTimeout(() => void load(meId.peek()), 1000)
})
