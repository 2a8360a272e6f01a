// SPDX-License-Identifier: MIT
// What was searched for lately, in this browser only.
import { signal } from '@preact/signals'
import { read, write } from '../../node/storage.ts'

const KEY = 'searches'
const MOST = 8

export const recent = signal<string[]>(read<string[]>(KEY) ?? [])

function save(next: string[]): void {
  recent.value = next
  write(KEY, next.length ? next : undefined)
}

export function remember(words: string): void {
  const w = words.trim()
  if (w) save([w, ...recent.peek().filter(x => x !== w)].slice(0, MOST))
}

export const forgetSearches = (): void => save([])
