// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals'
import { t } from '../i18n/index.ts'
import { codeOf } from '../node/client.ts'
import { held } from '../node/guard.ts'
import { go, href } from '../route.ts'

export interface Toast {
  id: number
  text: string
  action?: { label: string; act: () => void }
}

export const toasts = signal<Toast[]>([])
const LASTS_MS = 6000
let count = 0

export const dismiss = (id: number): void => {
  toasts.value = toasts.peek().filter(x => x.id !== id)
}

/** Says something short, on the screen and to a screen reader. */
export function toast(text: string, action?: Toast['action']): void {
  const id = ++count
  toasts.value = [
    ...toasts
      .peek()
      .filter(x => x.text !== text)
      .slice(-2),
    { id, text, ...(action && { action }) },
  ]
  setTimeout(dismiss, action ? LASTS_MS * 2 : LASTS_MS, id)
}

/** Runs what a click asked for, and says why if it fails. */
export async function attempt(work: () => Promise<unknown>, done?: string): Promise<boolean> {
  try {
    await work()
    if (done) toast(done)
    return true
  } catch (error) {
    if (codeOf(error) === 'fork_guard' && held.peek())
      toast(t('guard.why'), { label: t('guard.go'), act: () => go(href.restore) })
    else toast(t('common.failed', { why: (error as Error).message || t('common.noAnswer') }))
    return false
  }
}

export async function copy(text: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text)
    toast(t('common.copied'))
  } catch {
    toast(t('common.copyFailed'))
  }
}
