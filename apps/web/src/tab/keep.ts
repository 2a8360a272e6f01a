// SPDX-License-Identifier: MIT
// What lies in this browser is to stay, and the page to open without a network.
import { sequence } from '../node/guard.ts'
import { onSent } from '../node/outbox.ts'
import { script } from './trusted.ts'

/** Whether the browser promises not to clear what is kept here. Some ask the user. */
export async function keep(): Promise<boolean> {
  if (await navigator.storage.persisted()) return true
  return navigator.storage.persist().catch(() => false)
}

let asking = false

/** Asked for by itself once there is something to lose: after the first own message. Once for each page. */
export function keepWhenWorthIt(): void {
  if (asking) return
  asking = true
  const worthIt = (): void => {
    onSent.delete(worthIt)
    queueMicrotask(() => stop())
    void keep()
  }
  onSent.add(worthIt)
  // Nobody tells of what was written in other ways or earlier; the next look at the node does.
  const stop = sequence.subscribe(n => {
    if (n) worthIt()
  })
}

/** The files of the page, kept by its own service worker (sw.js, made by the build). */
export function openOffline(): void {
  if (!import.meta.env.PROD || !navigator.serviceWorker) return
  navigator.serviceWorker
    .register(script(new URL('sw.js', document.baseURI).href), { updateViaCache: 'none' })
    .catch(error => console.info(`kith: not available offline: ${String(error)}`))
}
