// SPDX-License-Identifier: MIT
// News as lines: what several people did about one thing is one of them.
import { signal } from '@preact/signals'
import { onChange } from '../../node/changes.ts'
import { ask, each, isReady, live, meId, restarted } from '../../node/client.ts'
import { keep } from '../../node/messages.ts'
import { person } from '../../node/people.ts'
import { type Notice, timeOf } from '../../node/types.ts'
import { groupOf, targetOf } from '../../node/unseen.ts'

export interface Line {
  key: string
  why: Notice['why']
  /** What it is about: a message of ours. */
  target: string
  /** The newest first, one of each person. */
  notices: Notice[]
  /** By their authors' clocks. */
  time: number
  isNew: boolean
}

const PAGE = 60

export const news = signal<ReadonlyMap<string, Notice>>(new Map())
export const newsState = signal<'loading' | 'ready' | 'failed'>('loading')
export const newsMore = signal(false)
/** Whom we put aside. */
export const refused = signal<ReadonlySet<string>>(new Set())

let oldest = Number.POSITIVE_INFINITY
let watching = false

function take(found: Notice[]): void {
  const next = new Map(news.peek())
  for (const n of found) {
    keep(n)
    next.set(n.key, n)
    oldest = Math.min(oldest, timeOf(n))
  }
  news.value = next
}

async function page(options: { before?: number }): Promise<Notice[]> {
  const out: Notice[] = []
  for await (const n of each('notices', [{ ...options, limit: PAGE }])) if (n.key) out.push(n)
  return out
}

async function load(): Promise<void> {
  try {
    const [found, put] = await Promise.all([page({}), ask('friends.list', { list: 'refused' })])
    if (newsState.peek() !== 'ready') newsMore.value = found.length >= PAGE
    refused.value = new Set(put.map(p => p.id))
    take(found)
    newsState.value = 'ready'
  } catch {
    if (newsState.peek() === 'loading') newsState.value = 'failed'
  }
}

export async function olderNews(): Promise<void> {
  const before = oldest
  const found = await page({ before: before + 1 })
  take(found)
  newsMore.value = found.length >= PAGE && oldest < before
}

async function listen(): Promise<void> {
  for await (const n of live('notices', [{ live: true, old: false }])) {
    if (n === restarted) await load()
    else if (n.key) take([n])
  }
}

/** From the first visit on. */
export function watchNews(): void {
  if (watching) return
  watching = true
  isReady.subscribe(ready => ready && void load())
  onChange(change => (change.all || change.people?.length) && void load())
  void listen().catch(() => {})
}

export const reloadNews = (): void => {
  newsState.value = 'loading'
  void load()
}

/** Follows changes when read while rendering. `until`: what came later is new. */
export function linesOf(all: Iterable<Notice>, until: number): Line[] {
  const groups = new Map<string, Notice[]>()
  for (const n of all) {
    const group = groupOf(n)
    if (!group || n.value.author === meId.value || !counts(n)) continue
    const key = `${n.timestamp > until ? 'new' : 'old'} ${group}`
    groups.set(key, [...(groups.get(key) ?? []), n])
  }
  return [...groups].map(([key, found]) => lineOf(key, found)).sort((a, b) => b.time - a.time)
}

function lineOf(key: string, found: Notice[]): Line {
  const sorted = found.sort((a, b) => timeOf(b) - timeOf(a))
  const seen = new Set<string>()
  const notices = sorted.filter(n => !seen.has(n.value.author) && seen.add(n.value.author))
  const newest = notices[0]!
  return { key, why: newest.why, target: targetOf(newest), notices, time: timeOf(newest), isNew: key.startsWith('new') }
}

/** Whether it is still so: a friendship may have ended since, a request been put aside. */
function counts(n: Notice): boolean {
  const p = person(n.value.author).value
  if (p?.blocking || p?.muted) return false
  if (n.why !== 'follow' && n.why !== 'request') return !n.retracted
  return !p || (p.followsMe && (p.following || !refused.value.has(p.id)))
}
