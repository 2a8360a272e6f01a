// SPDX-License-Identifier: MIT
import { t } from '../i18n/index.ts'
import { link } from '../node/client.ts'
import { nameOf } from '../node/people.ts'
import { here } from '../node/presence.ts'
import { progress } from '../node/progress.ts'
import { href } from '../route.ts'
import { Avatar } from './Avatar.tsx'
import { PersonLink } from './PersonLink.tsx'

/** What is on its way to us, in numbers; '' if nothing is. */
export function arriving(): string {
  const p = progress.value
  if (!p || p.want <= p.have) return ''
  const [first] = p.people
  return p.people.length === 1 && first
    ? t('shell.getting', { name: nameOf(first, first.id), have: first.have, want: first.want })
    : t('shell.gettingMany', { have: p.have, want: p.want })
}

function words(): string[] {
  const state = link.value
  if (state !== 'ready') return [t(state === 'connecting' ? 'shell.connecting' : 'shell.awayShort')]
  const comes = arriving()
  return comes ? [comes] : [t('shell.upToDate'), t('shell.friendsHere', { count: here.value.size })]
}

/** The node and the others, in words; the little stone beside them only repeats it. */
export function State() {
  const state = link.value
  const p = progress.value
  if (state === 'ready' && !here.value.size) {
    return (
      <p class="state" data-state="alone">
        <a href={href.setting('roads')}>
          {t('shell.nobodyHere')} <span>{t('shell.addAddress')}</span>
        </a>
      </p>
    )
  }
  return (
    <div class="state" data-state={state === 'ready' || state === 'connecting' ? state : 'away'}>
      <p>
        {words().map(part => (
          <span key={part}>{part} </span>
        ))}
      </p>
      {state === 'ready' && p && p.want > p.have && <progress max={p.want} value={p.have} aria-hidden="true" />}
    </div>
  )
}

const MOST = 16

/** Who is connected just now. */
export function Here() {
  const people = [...here.value].slice(0, MOST)
  return (
    <section class="stack tight">
      <h2>{t('shell.who')}</h2>
      {people.length === 0 && (
        <p class="quiet">
          {t('shell.nobodyHere')} <a href={href.setting('roads')}>{t('shell.addAddress')}</a>
        </p>
      )}
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
