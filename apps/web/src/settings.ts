// SPDX-License-Identifier: MIT
// How this browser shows the page.
import { effect, signal } from '@preact/signals'
import { read, write } from './node/storage.ts'

export type Theme = 'system' | 'light' | 'dark'
export type TextSize = 'normal' | 'large' | 'larger'

function setting<T>(key: string, first: T) {
  const it = signal<T>(read<T>(key) ?? first)
  it.subscribe(value => void write(key, value))
  return it
}

export const theme = setting<Theme>('theme', 'system')
export const textSize = setting<TextSize>('text', 'normal')
export const useShortcuts = setting('shortcuts', true)
export const remindAlt = setting('remindAlt', true)
/** Also where the system does not ask for it. */
export const lessMotion = setting('lessMotion', false)
/** In a private message. On a phone the key is needed for new lines. */
export const enterSends = setting('enterSends', !matchMedia('(pointer: coarse)').matches)
/** Tells of news while the page is not looked at; see `node/desktop.ts`. */
export const desktop = setting('desktop', false)
/** Home: how many steps away; -1 shows everyone whose posts are held here. */
export const reach = setting('reach', -1)

effect(() => {
  const { dataset } = document.documentElement
  if (theme.value === 'system') delete dataset.theme
  else dataset.theme = theme.value
  if (textSize.value === 'normal') delete dataset.text
  else dataset.text = textSize.value
  if (lessMotion.value) dataset.motion = 'less'
  else delete dataset.motion
})
