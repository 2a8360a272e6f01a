// SPDX-License-Identifier: MIT
// Keys for those who like them. They can be switched off (WCAG 2.1.4), never act while one writes, and
// leave the arrows to the browser.
import { useEffect, useState } from 'preact/hooks'
import { tinykeys } from 'tinykeys'
import { type Key, t } from '../i18n/index.ts'
import { go, href, route } from '../route.ts'
import { useShortcuts } from '../settings.ts'
import { Dialog } from './Dialog.tsx'
import { write } from './Places.tsx'

const LIST: [keys: string, does: Key][] = [
  ['j', 'keys.next'],
  ['k', 'keys.previous'],
  ['Enter', 'keys.open'],
  ['r', 'keys.comment'],
  ['l', 'keys.like'],
  ['n', 'keys.write'],
  ['/', 'keys.search'],
  ['.', 'keys.fresh'],
  ['g h', 'keys.goHome'],
  ['g n', 'keys.goNotices'],
  ['g m', 'keys.goMessages'],
  ['g f', 'keys.goFriends'],
  ['Ctrl+Enter', 'keys.send'],
  ['Esc', 'keys.escape'],
  ['?', 'keys.help'],
]

const posts = (): HTMLElement[] => [...document.querySelectorAll<HTMLElement>('main [data-post]')]
const current = (): HTMLElement | null => document.activeElement?.closest<HTMLElement>('[data-post]') ?? null

function step(by: number): void {
  const all = posts()
  const at = current()
  const next = at ? all[all.indexOf(at) + by] : all.find(p => p.getBoundingClientRect().top >= 0)
  next?.focus({ preventScroll: true })
  next?.scrollIntoView({ block: 'start' })
}

function press(action: string): void {
  current()?.querySelector<HTMLElement>(`[data-action="${action}"]`)?.click()
}

/** In a thread one need not be on a post to comment. */
function comment(): void {
  if (current() || route.value.name !== 'm') press('comment')
  else write()
}

function isWriting(event: KeyboardEvent): boolean {
  const target = event.target as HTMLElement
  return (
    target.matches('input, textarea, select, [contenteditable], text-expander *') ||
    document.querySelector('dialog[open]') !== null
  )
}

/** Only where no key of ours would be taken from somebody who writes. */
const quiet =
  (act: (event: KeyboardEvent) => void) =>
  (event: KeyboardEvent): void => {
    if (event.defaultPrevented || isWriting(event) || event.ctrlKey || event.metaKey || event.altKey) return
    act(event)
  }

const acting = (act: () => void) =>
  quiet(event => {
    event.preventDefault()
    act()
  })

function openPost(event: KeyboardEvent): void {
  const post = current()
  if (!post || event.target !== post) return
  event.preventDefault()
  go(href.message(post.dataset.post ?? ''))
}

function search(): void {
  const box = document.querySelector<HTMLInputElement>('[data-search]')
  if (!box) go(href.search())
  box?.focus()
  box?.select()
}

export function Shortcuts() {
  const [help, setHelp] = useState(false)
  const on = useShortcuts.value
  useEffect(() => {
    if (!on) return
    return tinykeys(window, {
      // First, for the n of these is not the n below.
      'g h': acting(() => go(href.home)),
      'g n': acting(() => go(href.notices)),
      'g m': acting(() => go(href.messages)),
      'g f': acting(() => go(href.friends)),
      j: acting(() => step(1)),
      k: acting(() => step(-1)),
      Enter: quiet(openPost),
      r: acting(comment),
      l: acting(() => press('like')),
      n: acting(write),
      '/': acting(search),
      '.': acting(() => document.querySelector<HTMLElement>('[data-action="fresh"]')?.click()),
      'Shift+?': acting(() => setHelp(true)),
    })
  }, [on])
  if (!help) return null
  return <ShortcutHelp onClose={() => setHelp(false)} />
}

export function ShortcutHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title={t('keys.title')} onClose={onClose}>
      <dl class="keys">
        {LIST.map(([keys, does]) => (
          <div class="row" key={keys}>
            <dt>
              {keys.split(' ').map(k => (
                <kbd key={k}>{k}</kbd>
              ))}
            </dt>
            <dd>{t(does)}</dd>
          </div>
        ))}
      </dl>
      <label class="check">
        <input
          type="checkbox"
          checked={useShortcuts.value}
          onChange={e => {
            useShortcuts.value = e.currentTarget.checked
          }}
        />
        {t('keys.use')}
      </label>
      <div class="ends">
        <button type="button" class="button" onClick={onClose}>
          {t('common.close')}
        </button>
      </div>
    </Dialog>
  )
}
