// SPDX-License-Identifier: MIT
// What was sent and is not signed yet: for ten seconds it can be taken back, also after a reload. A
// signed message cannot be unsaid, so this is the last honest moment.
import { signal } from '@preact/signals'
import { isCircle, PUBLIC } from './circles.ts'
import { all, codeOf, isReady, link, meId } from './client.ts'
import { type Draft, postContent } from './content.ts'
import { held, lookAtGuard } from './guard.ts'
import { say } from './publish.ts'
import { read, write } from './storage.ts'

export const UNDO_MS = 10_000
const KEY = 'outbox'
const CLAIMED_AT_MOST_MS = 120_000

export interface Waiting {
  id: string
  draft: Draft
  /** Where the draft goes back to when it is taken back, and as what. */
  place: string
  kept?: unknown
  due: number
  /** Since when it is being signed; set before, so that a crash is no second post. */
  sending?: number
  error?: string
}

/** The place that shows by itself what it waits for, so that nothing else has to. */
export const inPlace = signal('')
export const waiting = signal<Waiting[]>(read<Waiting[]>(KEY) ?? [])
/** Told once it is signed. */
export const onSent = new Set<(w: Waiting, key: string) => void>()

function save(next: Waiting[]): void {
  waiting.value = next
  write(KEY, next.length ? next : undefined)
}

const change = (id: string, part: Partial<Waiting>): void =>
  save(waiting.peek().map(w => (w.id === id ? { ...w, ...part } : w)))
const remove = (id: string): void => save(waiting.peek().filter(w => w.id !== id))

export function send(draft: Draft, place: string, kept?: unknown): Waiting {
  const it: Waiting = { id: crypto.randomUUID(), draft, place, kept, due: Date.now() + UNDO_MS }
  save([...waiting.peek(), it])
  plan()
  return it
}

/** Takes it back; undefined if it was too late. */
export function undo(id: string): Waiting | undefined {
  const it = waiting.peek().find(w => w.id === id && !w.sending)
  if (it) remove(id)
  return it
}

export function sendNow(id: string): void {
  change(id, { due: 0 })
  plan()
}

/** Whether an earlier try, cut off before its answer, did reach the node. */
async function wasSigned(w: Waiting): Promise<string | undefined> {
  const { recps = PUBLIC, root, wall } = w.draft
  const own =
    recps.length && !isCircle(recps)
      ? await all('conversation', [{ people: recps, limit: 30 }])
      : root
        ? await all('thread', [{ root, limit: -1 }])
        : recps.length && !wall
          ? await all('circle', [{ id: recps[0]!, limit: 30 }])
          : wall
            ? await all('wall', [{ person: wall, waiting: true, limit: 30 }])
            : await all('createUserStream', [{ id: meId.peek(), reverse: true, limit: 30 }])
  return own.find(m => {
    const c = typeof m.value.content === 'object' ? m.value.content : undefined
    return (
      m.value.author === meId.peek() &&
      m.value.timestamp >= (w.sending ?? 0) - 1000 &&
      c?.text === w.draft.text &&
      (c.root ?? '') === (w.draft.root ?? '')
    )
  })?.key
}

async function sign(w: Waiting): Promise<void> {
  try {
    let key = w.sending ? await wasSigned(w) : undefined
    if (!key) {
      change(w.id, { sending: Date.now() })
      const content = postContent(w.draft) as { type: string }
      key = (await say(content, w.draft.recps ?? PUBLIC)).key
    }
    remove(w.id)
    for (const listener of onSent) listener(w, key)
  } catch (error) {
    // Away: it stays, and the next look asks first whether it was signed.
    if (codeOf(error) === 'away' || codeOf(error) === 'closed') return
    if (codeOf(error) === 'fork_guard') await lookAtGuard()
    // While a restore is under way it waits, without a complaint; nothing was signed.
    const later = held.peek() ? {} : { error: (error as Error).message, due: Date.now() + CLAIMED_AT_MOST_MS }
    save(
      waiting.peek().map(x => {
        if (x.id !== w.id) return x
        const { sending: _, ...rest } = x
        return { ...rest, ...later }
      }),
    )
  }
}

/** One tab at a time signs; the others see it go. */
async function work(): Promise<void> {
  if (!isReady.peek() || held.peek() !== null) return
  await navigator.locks.request('kith-outbox', { ifAvailable: true }, async lock => {
    if (!lock) return
    for (const w of read<Waiting[]>(KEY) ?? []) if (w.due <= Date.now() && isReady.peek() && !held.peek()) await sign(w)
  })
  plan()
}

let timer: ReturnType<typeof setTimeout> | undefined

function plan(): void {
  clearTimeout(timer)
  const next = Math.min(...waiting.peek().map(w => w.due))
  if (Number.isFinite(next)) timer = setTimeout(() => void work(), Math.max(50, next - Date.now()))
}

addEventListener('storage', event => {
  if (event.key !== `kith.${KEY}`) return
  waiting.value = read<Waiting[]>(KEY) ?? []
  plan()
})
link.subscribe(state => {
  if (state === 'ready') plan()
})
held.subscribe(it => {
  if (it === null) plan()
})
