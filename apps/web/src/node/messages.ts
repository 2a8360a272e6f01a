// SPDX-License-Identifier: MIT
// Every message that is on the page, once: lists hold ids, and a change is seen wherever it is shown.
import { type Signal, signal } from '@preact/signals'
import { ask, codeOf, isReady } from './client.ts'
import type { Summary } from './types.ts'

/** undefined: being fetched; null: not on this device. */
export type Cell = Signal<Summary | null | undefined>

const MOST = 4000
const cells = new Map<string, Cell>()

function cell(id: string): Cell {
  const known = cells.get(id)
  if (known) return known
  if (cells.size >= MOST) for (const old of [...cells.keys()].slice(0, MOST / 4)) cells.delete(old)
  const fresh: Cell = signal(undefined)
  cells.set(id, fresh)
  return fresh
}

async function load(id: string): Promise<void> {
  try {
    cell(id).value = await ask('summary', id)
  } catch (error) {
    if (codeOf(error) === 'not_found') cell(id).value = null
  }
}

export function message(id: string): Cell {
  const known = cells.has(id)
  const it = cell(id)
  if (!known) void load(id)
  return it
}

export function keep(m: Summary): string {
  cell(m.key).value = m
  return m.key
}

/** Fetches again what is shown and may have changed. */
export function refresh(ids: Iterable<string>): void {
  if (isReady.peek()) for (const id of ids) if (cells.has(id)) void load(id)
}

export const refreshAll = (): void => refresh([...cells.keys()].slice(-300))
