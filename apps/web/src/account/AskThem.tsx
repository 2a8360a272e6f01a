// SPDX-License-Identifier: MIT
// Asks somebody to be friends whom a broker has found for us.
import { useId, useState } from 'preact/hooks'
import { type Key, t } from '../i18n/index.ts'
import { codeOf, isReady, meId } from '../node/client.ts'
import { person } from '../node/people.ts'
import { TEXT_MAX } from '../tab/messages.ts'
import { introduced } from '../tab/start.ts'
import type { Found } from './wish.ts'

const WHY: Record<string, Key> = {
  absent: 'account.askAbsent',
  asked: 'account.askAsked',
  blocked: 'account.askBlocked',
  budget: 'account.askBudget',
  full: 'account.askFull',
  off: 'account.askAbsent',
  broker: 'account.noBroker',
}

export function AskThem({ found }: { found: Found }) {
  const id = useId()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [fault, setFault] = useState('')
  const [said, setSaid] = useState('')
  const p = person(found.id).value
  if (!p || found.id === meId.value || p.friend || p.blocking) return null
  if (!found.door) return <p class="quiet">{t('account.askNoDoor')}</p>
  const ask = async (): Promise<void> => {
    setBusy(true)
    setFault('')
    try {
      const { id, door, broker, certificate } = found
      const waits = await introduced<boolean>({ is: 'ask', id, door, broker, certificate, text: text.trim() })
      setSaid(t(waits ? 'account.askWaits' : 'account.askTold'))
    } catch (error) {
      const key = WHY[codeOf(error)]
      setFault(key ? t(key) : t('account.else', { why: (error as Error).message }))
    }
    setBusy(false)
  }
  return (
    <form
      class="stack tight"
      onSubmit={e => {
        e.preventDefault()
        void ask()
      }}
    >
      {!said && (
        <div class="field">
          <label for={id}>{t('tab.invitedSay')}</label>
          <input
            id={id}
            class="input"
            maxLength={TEXT_MAX}
            disabled={busy}
            value={text}
            onInput={e => setText(e.currentTarget.value)}
          />
        </div>
      )}
      <p role="alert">{fault && <span class="notice danger">{fault}</span>}</p>
      {!said && (
        <p>
          <button type="submit" class="button" disabled={!isReady.value || busy}>
            {t(p.following ? 'account.askAgain' : 'people.ask')}
          </button>
        </p>
      )}
      <p role="status">{said}</p>
    </form>
  )
}
