// SPDX-License-Identifier: MIT
// For those who wait: what connected peers have of what we want, and we lack.
import { effect, signal } from '@preact/signals'
import { onChange } from './changes.ts'
import { ask, isReady } from './client.ts'
import type { Progress } from './types.ts'

const BUSY_MS = 1000
const CALM_MS = 8000

/** undefined until the node has answered. */
export const progress = signal<Progress | undefined>(undefined)

let timer: ReturnType<typeof setTimeout> | undefined

async function look(): Promise<void> {
  clearTimeout(timer)
  if (!isReady.peek()) return
  if (document.visibilityState === 'visible') {
    try {
      progress.value = await ask('progress')
    } catch {
      // The next look may find it back.
    }
  }
  const p = progress.peek()
  clearTimeout(timer)
  timer = setTimeout(look, p && p.want > p.have ? BUSY_MS : CALM_MS)
}

/** For as long as the page lives. */
export function watchProgress(): void {
  effect(() => {
    if (isReady.value) void look()
  })
  document.addEventListener('visibilitychange', () => void look())
  let soon: ReturnType<typeof setTimeout> | undefined
  onChange(() => {
    if (soon) return
    soon = setTimeout(() => {
      soon = undefined
      void look()
    }, BUSY_MS)
  })
}
