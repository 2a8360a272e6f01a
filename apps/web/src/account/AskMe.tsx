// SPDX-License-Identifier: MIT
// Whether people may ask us to be friends who have found us by handle or by name.
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { wish, wordsFor } from './Account.tsx'
import type { AccountState } from './wish.ts'

export function AskMe({ state, onChange }: { state: AccountState; onChange: (state: AccountState) => void }) {
  const id = useId()
  const [fault, setFault] = useState('')
  /** What was asked for and is not answered yet. */
  const [wanted, setWanted] = useState<boolean>()
  const set = (on: boolean): void => {
    setWanted(on)
    setFault('')
    wish<AccountState>({ do: 'door', on })
      .then(onChange, error => setFault(wordsFor(error)))
      .finally(() => setWanted(undefined))
  }
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-door`}>
      <h2 id={`${id}-door`}>{t('account.doorTitle')}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={wanted ?? state.door}
          disabled={!isReady.value || wanted !== undefined}
          onChange={e => set(e.currentTarget.checked)}
        />
        {t('account.door')}
      </label>
      <p class="hint">{t('account.doorText')}</p>
      <p role="alert">{fault && <span class="notice danger">{fault}</span>}</p>
      <p class="quiet" role="status">
        {state.door && t('account.doorOn')}
      </p>
    </section>
  )
}
