// SPDX-License-Identifier: MIT
// What somebody sees who has opened a friend's link.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Key, t } from '../i18n/index.ts'
import { codeOf, isReady } from '../node/client.ts'
import { inTab } from '../node/where.ts'
import { Title } from '../parts/Title.tsx'
import { go, href, route } from '../route.ts'
import { TEXT_MAX } from './messages.ts'
import { introduced } from './start.ts'

const WHY: Record<string, Key> = {
  absent: 'tab.invitedAbsent',
  silent: 'tab.invitedAbsent',
  used: 'tab.invitedUsed',
  expired: 'tab.invitedExpired',
  revoked: 'tab.invitedExpired',
  own: 'tab.invitedOwn',
  arg: 'tab.invitedBad',
  broker: 'tab.invitedBroker',
}
const NAME_MAX = 80
const AGAIN_MS = 5000

export default function Invited() {
  const { id, query } = route.value
  const field = useId()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  const again = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => () => clearTimeout(again.current), [id])
  const name = (new URLSearchParams(query).get('n') ?? '').slice(0, NAME_MAX)
  const accept = (): void => {
    clearTimeout(again.current)
    setBusy(true)
    introduced<string>({ is: 'request', code: id, text: text.trim() })
      .then(
        friend => go(href.wall(friend)),
        error => {
          const key = WHY[codeOf(error)]
          // They may open their page any moment.
          if (codeOf(error) === 'absent') again.current = setTimeout(accept, AGAIN_MS)
          setWrong(key ? t(key) : t('tab.invitedElse', { why: (error as Error).message }))
        },
      )
      .finally(() => setBusy(false))
  }
  return (
    <div class="stack">
      <Title text={name ? t('tab.invitedTitle', { name }) : t('tab.invitedTitleNoName')} />
      <section class="stone stack tight">
        <p>{t(inTab.value ? 'tab.invitedText' : 'tab.invitedHere')}</p>
        <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
        {inTab.value && (
          <div class="field">
            <label for={field}>{t('tab.invitedSay')}</label>
            <input
              id={field}
              class="input"
              maxLength={TEXT_MAX}
              disabled={busy}
              value={text}
              onInput={e => setText(e.currentTarget.value)}
            />
          </div>
        )}
        {inTab.value && (
          <p class="row">
            <button type="button" class="button primary" disabled={!isReady.value || busy} onClick={accept}>
              {t('tab.invitedGo')}
            </button>
            {busy && (
              <span class="quiet" role="status">
                {t('tab.invitedWaiting')}
              </span>
            )}
          </p>
        )}
      </section>
    </div>
  )
}
