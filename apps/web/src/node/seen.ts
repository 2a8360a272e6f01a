// SPDX-License-Identifier: MIT
// What one has had before one's eyes for a moment is said to its author, if one allows that (docs/protocol/packet.md,
// "Read"). The node decides who hears it, and says it once.
import { effect, signal } from '@preact/signals'
import { ask, isReady } from './client.ts'

/** Undefined: the node has not said yet. */
export const tellsRead = signal<boolean>()

const SEEN_MS = 1500
const SAY_MS = 1000
const LOOK_MS = 400
const MOST = 100
const READ = '[data-post], [data-said]'

const inView = new Map<HTMLElement, ReturnType<typeof setTimeout> | undefined>()
const said = new Set<string>()
let queue = new Set<string>()
let saying: ReturnType<typeof setTimeout> | undefined
let watching = false

export async function tellRead(on: boolean): Promise<void> {
  tellsRead.value = await ask('read.allow', on)
}

function sayLater(): void {
  if (queue.size && !saying) saying = setTimeout(say, SAY_MS)
}

async function say(): Promise<void> {
  saying = undefined
  const ids = [...queue].slice(0, MOST)
  queue = new Set([...queue].slice(MOST))
  try {
    await ask('read.say', ids)
  } catch {
    // Away: said when it is seen again.
    for (const id of ids) said.delete(id)
  }
  sayLater()
}

function seen(element: HTMLElement): void {
  inView.set(element, undefined)
  const id = element.dataset.post ?? element.dataset.said
  if (!id || said.has(id) || !tellsRead.peek() || document.visibilityState !== 'visible') return
  said.add(id)
  queue.add(id)
  sayLater()
}

function enters(element: HTMLElement): void {
  clearTimeout(inView.get(element))
  inView.set(element, setTimeout(seen, SEEN_MS, element))
}

/** Half of it is enough, or as much as fills the screen. */
const isRead = (e: IntersectionObserverEntry): boolean =>
  e.intersectionRatio >= 0.5 || e.intersectionRect.height >= innerHeight * 0.4

/** For as long as the page lives; it looks only once one allows it. */
export function watchSeen(): void {
  if (watching) return
  watching = true
  effect(() => {
    if (isReady.value)
      ask('read.allow').then(
        on => {
          tellsRead.value = on
        },
        () => {}, // A node that does not know the method.
      )
  })
  let looking = false
  effect(() => {
    if (!tellsRead.value) return
    if (!looking) lookAtAll()
    looking = true
    again()
  })
}

/** What was there before one allowed it, or while one looked elsewhere. */
function again(): void {
  for (const element of inView.keys()) enters(element)
}

function lookAtAll(): void {
  const observer = new IntersectionObserver(
    entries => {
      for (const e of entries) {
        const element = e.target as HTMLElement
        if (e.isIntersecting && isRead(e)) enters(element)
        else {
          clearTimeout(inView.get(element))
          inView.delete(element)
        }
      }
    },
    { threshold: [0, 0.05, 0.1, 0.25, 0.5] },
  )
  const known = new WeakSet<Element>()
  let waits = false
  const look = (): void => {
    waits = false
    for (const element of inView.keys()) if (!element.isConnected) inView.delete(element)
    for (const element of document.querySelectorAll(READ)) {
      if (known.has(element)) continue
      known.add(element)
      observer.observe(element)
    }
  }
  new MutationObserver(() => {
    if (waits) return
    waits = true
    setTimeout(look, LOOK_MS)
  }).observe(document.body, { childList: true, subtree: true })
  look()
  document.addEventListener('visibilitychange', again)
}
