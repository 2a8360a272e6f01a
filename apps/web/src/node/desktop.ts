// SPDX-License-Identifier: MIT
// Notifications of the desktop while the page is open but not looked at. They begin with a click in the
// settings and nowhere else, and what they say never leaves this machine.
import { allWords, names, t } from '../i18n/index.ts'
import { go, href } from '../route.ts'
import { desktop } from '../settings.ts'
import { plain } from '../text/markdown.ts'
import { contentOf } from './content.ts'
import { nameOf, person } from './people.ts'
import { peopleOf, withoutMe } from './talk.ts'
import type { Notice, Summary } from './types.ts'
import { type NewsPlace, targetOf } from './unseen.ts'

export type Desktop = 'on' | 'off' | 'refused' | 'unknown'

/** `refused`: the browser was told never to; `unknown`: it has no such thing. */
export function desktopState(): Desktop {
  if (typeof Notification === 'undefined') return 'unknown'
  if (Notification.permission === 'denied') return 'refused'
  return desktop.value && Notification.permission === 'granted' ? 'on' : 'off'
}

/** Asks the browser, which asks the user: only to be called by a click. */
export async function switchDesktop(on: boolean): Promise<Desktop> {
  if (typeof Notification === 'undefined') return 'unknown'
  desktop.value = on && (await Notification.requestPermission()) === 'granted'
  return desktopState()
}

const WORDS = {
  mention: 'notices.mentioned',
  reply: 'notices.replied',
  vote: 'notices.liked',
  share: 'notices.shared',
  wall: 'notices.wrote',
  follow: 'notices.follows',
  request: 'notices.asks',
  circle: 'notices.invited',
} as const

/** Says that something came, unless somebody is looking at the page anyway. */
export async function tellDesktop(place: NewsPlace, m: Summary): Promise<void> {
  await allWords()
  if (desktopState() !== 'on' || (document.visibilityState === 'visible' && document.hasFocus())) return
  const name = nameOf(person(m.value.author).value ?? m.author, m.value.author)
  const why = (m as Notice).why
  const title =
    place === 'inbox'
      ? t('notices.message', { name })
      : t(WORDS[why as keyof typeof WORDS] ?? 'notices.mentioned', {
          count: 1,
          names: names([name]),
          name: m.audience?.name ?? '',
        })
  const to =
    place === 'inbox'
      ? href.conversation(withoutMe(peopleOf(m)))
      : why === 'follow' || why === 'request'
        ? href.wall(m.value.author)
        : why === 'circle'
          ? href.circle(m.audience?.group ?? '')
          : href.message(targetOf(m as Notice) || m.key)
  // The same tag in several tabs is shown once.
  const shown = new Notification(title, { body: plain(contentOf(m).text), tag: m.key })
  shown.onclick = () => {
    window.focus()
    go(to)
    shown.close()
  }
}
