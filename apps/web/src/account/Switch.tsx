// SPDX-License-Identifier: MIT
// What the user may let a broker do for them, each off until they want it: `inbox`, friends reach us while this browser is
// closed; `door`, people may ask us to be friends who have found us by handle or by name.
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { wish, wordsFor } from './Account.tsx'
import type { AccountState } from './wish.ts'

const WORDS = {
  inbox: { title: 'account.inboxTitle', label: 'account.inbox', text: 'account.inboxText', on: 'account.inboxOn' },
  door: { title: 'account.doorTitle', label: 'account.door', text: 'account.doorText', on: 'account.doorOn' },
} as const

export interface SwitchProps {
  what: keyof typeof WORDS
  state: AccountState
  onChange: (state: AccountState) => void
  /** More of how it goes. */
  status?: string
}

export function Switch({ what, state, onChange, status }: SwitchProps) {
  const id = useId()
  const [fault, setFault] = useState('')
  /** What was asked for and is not answered yet. */
  const [wanted, setWanted] = useState<boolean>()
  const words = WORDS[what]
  const set = (on: boolean): void => {
    setWanted(on)
    setFault('')
    wish<AccountState>({ do: what, on })
      .then(onChange, error => setFault(wordsFor(error)))
      .finally(() => setWanted(undefined))
  }
  return (
    <section class="stone stack tight" aria-labelledby={id}>
      <h2 id={id}>{t(words.title)}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted ?? state[what]}
          disabled={!isReady.value || wanted !== undefined}
          onChange={e => set(e.currentTarget.checked)}
        />
        {t(words.label)}
      </label>
      <p class="hint">{t(words.text)}</p>
      <p role="alert">{fault && <span class="notice danger">{fault}</span>}</p>
      <p class="quiet" role="status">
        {state[what] && t(words.on)} {status}
      </p>
    </section>
  )
}
