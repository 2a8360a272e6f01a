// SPDX-License-Identifier: MIT
// Everybody who is named on the page, once, and who we are.
import { computed, type Signal, signal } from '@preact/signals'
import { ask, isReady, meId } from './client.ts'
import type { Named, Person } from './types.ts'

const cells = new Map<string, Signal<Person | undefined>>()

/** Whoever is called the same, by that name: two of them must not look like one. */
const called = signal<ReadonlyMap<string, ReadonlySet<string>>>(new Map())
const fold = (name: string): string => name.normalize('NFKC').trim().toLocaleLowerCase()

function meet(p: Person): void {
  const name = p.name && fold(p.name)
  if (!name || called.peek().get(name)?.has(p.id)) return
  called.value = new Map(called.peek()).set(name, new Set(called.peek().get(name)).add(p.id))
}

/** Whether somebody else whom the page knows has this name. */
export const isShared = (name: string): boolean => (called.value.get(fold(name))?.size ?? 0) > 1

async function load(id: string): Promise<void> {
  const cell = cells.get(id)
  if (!cell) return
  try {
    cell.value = await ask('people.get', id)
    meet(cell.value)
  } catch {
    // The next change, or the node's return, asks again.
  }
}

export function person(id: string): Signal<Person | undefined> {
  let cell = cells.get(id)
  if (!cell) {
    cell = signal(undefined)
    cells.set(id, cell)
    void load(id)
  }
  return cell
}

export function keepPeople(list: Person[]): Person[] {
  for (const p of list) {
    meet(p)
    const cell = cells.get(p.id)
    if (cell) cell.value = p
    else cells.set(p.id, signal<Person | undefined>(p))
  }
  return list
}

export function refreshPeople(ids: Iterable<string>): Promise<unknown> {
  return isReady.peek() ? Promise.all([...ids].filter(id => cells.has(id)).map(load)) : Promise.resolve()
}

export const refreshAllPeople = (): void => void refreshPeople(cells.keys())

export const me = computed<Person | undefined>(() => (meId.value ? person(meId.value).value : undefined))

/** Where nobody has said a name, a few letters of the id stand for it; they promise nothing. */
export const shortId = (id: string): string => id.slice(1, 5)
export const nameOf = (p: Named | undefined, id = p?.id ?? ''): string => clip(p?.name) || shortId(id)

const LONGEST_NAME = 64
/** A family of four is one letter of eleven units; what piles up more than that is no letter. */
const UNITS_OF_A_LETTER = 16

/** A name as it is shown; who has written a novel into theirs gets its beginning. */
export function clip(name = ''): string {
  const said = name.trim()
  if (said.length <= LONGEST_NAME) return said
  const letters = new Intl.Segmenter().segment(said.slice(0, LONGEST_NAME * UNITS_OF_A_LETTER))
  const shown = Array.from(letters, it => it.segment)
    .slice(0, LONGEST_NAME)
    .join('')
  return shown.length < said.length ? `${shown}…` : said
}
