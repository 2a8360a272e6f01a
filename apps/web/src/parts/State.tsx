// SPDX-License-Identifier: MIT
import { t } from '../i18n/index.ts'
import { link } from '../node/client.ts'
import { here } from '../node/presence.ts'
import { Avatar } from './Avatar.tsx'
import { PersonLink } from './PersonLink.tsx'

/** The node and the others, in words; the little stone beside them only repeats it. */
export function State() {
  const state = link.value
  const words =
    state === 'ready'
      ? here.value.size
        ? t('shell.friendsHere', { count: here.value.size })
        : t('shell.nobodyHere')
      : state === 'connecting'
        ? t('shell.connecting')
        : t('shell.awayShort')
  return (
    <p class="state" data-state={state === 'ready' ? 'ready' : state === 'connecting' ? 'connecting' : 'away'}>
      {words}
    </p>
  )
}

const MOST = 16

/** Who is connected just now. */
export function Here() {
  const people = [...here.value].slice(0, MOST)
  return (
    <section class="stack tight">
      <h2>{t('shell.who')}</h2>
      {people.length === 0 && <p class="quiet">{t('shell.nobodyHere')}</p>}
      <ul class="stack tight">
        {people.map(id => (
          <li class="row" key={id}>
            <Avatar id={id} size="tiny" />
            <PersonLink id={id} />
          </li>
        ))}
      </ul>
    </section>
  )
}
