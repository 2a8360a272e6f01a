// SPDX-License-Identifier: MIT
// Whether friends can reach us while this browser is closed.
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { wish, wordsFor } from './Account.tsx'
import type { AccountState } from './wish.ts'

export function WhileAway({ state, onChange }: { state: AccountState; onChange: (state: AccountState) => void }) {
  const id = useId()
  const [fault, setFault] = useState('')
  /** What was asked for and is not answered yet. */
  const [wanted, setWanted] = useState<boolean>()
  const set = (on: boolean): void => {
    setWanted(on)
    setFault('')
    wish<AccountState>({ do: 'inbox', on })
      .then(onChange, error => setFault(wordsFor(error)))
      .finally(() => setWanted(undefined))
  }
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-away`}>
      <h2 id={`${id}-away`}>{t('account.inboxTitle')}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted ?? state.inbox}
          disabled={!isReady.value || wanted !== undefined}
          onChange={e => set(e.currentTarget.checked)}
        />
        {t('account.inbox')}
      </label>
      <p class="hint">{t('account.inboxText')}</p>
      <p role="alert">{fault && <span class="notice danger">{fault}</span>}</p>
      <p class="quiet" role="status">
        {state.inbox && t('account.inboxOn')} {state.reach > 0 && t('account.inboxReach', { count: state.reach })}
      </p>
    </section>
  )
}
