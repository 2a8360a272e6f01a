// SPDX-License-Identifier: MIT
// After going to another screen: the focus goes to its heading, and going back finds the old place.
import { effect } from '@preact/signals'
import { route } from '../route.ts'

const places = new Map<string, number>()
let shown = location.hash
let back = false
let pending = false

history.scrollRestoration = 'manual'
addEventListener('popstate', () => {
  back = true
})
addEventListener(
  'click',
  () => {
    back = false
  },
  true,
)
addEventListener('scroll', () => void places.set(shown, scrollY), { passive: true })

/** Called once the screen is there. */
export function screenReady(): void {
  if (!pending) return
  const heading = document.querySelector<HTMLElement>('main h1')
  if (!heading) return
  pending = false
  const inside = document.activeElement
  if (!inside?.matches('textarea, [data-search]')) heading.focus({ preventScroll: true })
  scrollTo({ top: back ? (places.get(shown) ?? 0) : 0 })
  back = false
}

/** The same screen is called otherwise from now on: not a step that one could go back. */
export function renamed(to: string): void {
  if (location.hash === to) return
  history.replaceState(null, '', to)
  shown = to
}

let first = true
effect(() => {
  void route.value
  if (first) {
    first = false
    return
  }
  places.set(shown, scrollY)
  shown = location.hash
  pending = true
  requestAnimationFrame(() => requestAnimationFrame(screenReady))
})
