// SPDX-License-Identifier: MIT
// Whether this node may sign. After a restore it may not before the head of the own feed is known:
// two messages for one place would split the feed for ever (docs/protocol/backup.md).
import type { Result } from '@kith/client'
import { signal } from '@preact/signals'
import { ask, codeOf, isReady, meId } from './client.ts'

/** heard: friends who have told how far they know it; known: the farthest; held: what is here. */
export type Held = NonNullable<Result<'status'>['quarantine']>

const EVERY_MS = 1500

/** null: one may write; undefined: the node has not said yet. */
export const held = signal<Held | null | undefined>(undefined)
/** Of our newest message here. */
export const sequence = signal(0)

let timer: ReturnType<typeof setTimeout> | undefined

/** Asks now, and again for as long as it lasts. */
export async function lookAtGuard(): Promise<void> {
  clearTimeout(timer)
  if (!isReady.peek()) return
  try {
    const status = await ask('status')
    if (status.id !== meId.peek()) return
    sequence.value = status.sequence
    const next = status.quarantine
    if (JSON.stringify(next) !== JSON.stringify(held.peek())) held.value = next
  } catch (error) {
    if (codeOf(error) === 'away' || codeOf(error) === 'closed') return // asked again when it is back
    held.value = null
  }
  if (held.peek()) timer = setTimeout(() => void lookAtGuard(), EVERY_MS)
}

/** The user says that nothing newer exists. */
export async function insist(): Promise<void> {
  await ask('control.insist')
  await lookAtGuard()
}
