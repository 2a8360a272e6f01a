// SPDX-License-Identifier: MIT
// An account that is here: what it is, and what the user has let the broker have.
import { useId, useState } from 'preact/hooks'
import { fullTime, t } from '../i18n/index.ts'
import { isReady, meId } from '../node/client.ts'
import { me } from '../node/people.ts'
import { troubleWords, wish, wordsFor } from './Account.tsx'
import { Copy } from './Copy.tsx'
import { HandleOfMine } from './HandleOf.tsx'
import { Secret } from './Secret.tsx'
import type { AccountState, Wish } from './wish.ts'

interface MineProps {
  state: AccountState
  onChange: (state: AccountState) => void
  onSignIn: (password: string) => Promise<void>
}

export function Mine({ state, onChange, onSignIn }: MineProps) {
  const id = useId()
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const [name, setName] = useState(state.name || me.value?.name || '')
  const [password, setPassword] = useState('')
  const run = (work: () => Promise<void>): void => {
    setBusy(true)
    setFault('')
    work()
      .catch(error => setFault(wordsFor(error)))
      .finally(() => setBusy(false))
  }
  const want = (what: Wish): void => run(async () => onChange(await wish<AccountState>(what)))
  const off = !isReady.value || busy
  return (
    <>
      <section class="stone stack tight" aria-labelledby={`${id}-who`}>
        <h2 id={`${id}-who`}>{t('account.youAre', { handle: state.handle })}</h2>
        <p class="quiet">{t('account.certified', { host: state.host || t('account.thisServer') })}</p>
        <HandleOfMine id={meId.value} />
        <p role="alert">
          {(fault || state.trouble) && <span class="notice danger">{fault || troubleWords(state.trouble)}</span>}
        </p>
      </section>
      {state.moved && (
        <section class="stone stack" aria-labelledby={`${id}-moved`}>
          <h2 id={`${id}-moved`}>{t('account.movedTitle')}</h2>
          <p role="status">{t('account.movedText')}</p>
          <form
            class="stack"
            onSubmit={e => {
              e.preventDefault()
              run(() => onSignIn(password))
            }}
          >
            <Secret known value={password} onChange={setPassword} />
            <p>
              <button type="submit" class="button primary" disabled={off || !password}>
                {t('account.hereAgain')}
              </button>
            </p>
          </form>
        </section>
      )}
      {state.can.vault && !state.moved && (
        <section class="stone stack tight" aria-labelledby={`${id}-vault`}>
          <h2 id={`${id}-vault`}>{t('account.vaultTitle')}</h2>
          <label class="check">
            <input
              type="checkbox"
              checked={state.vault}
              disabled={off}
              onChange={e => want({ do: 'vault', on: e.currentTarget.checked })}
            />
            {t('account.vault')}
          </label>
          <p class="hint">{t('account.vaultText')}</p>
          {state.vault && (
            <p class="quiet" role="status">
              {state.saved && !state.behind
                ? t('account.saved', { time: fullTime(state.saved) })
                : t('account.notSaved')}
            </p>
          )}
        </section>
      )}
      {!state.moved && <Copy state={state} disabled={off} run={run} want={want} />}
      {state.can.directory && !state.moved && (
        <section class="stone stack tight" aria-labelledby={`${id}-found`}>
          <h2 id={`${id}-found`}>{t('account.directoryTitle')}</h2>
          <p>{t(state.name ? 'account.directoryIn' : 'account.directoryText', { name: state.name })}</p>
          {state.name ? (
            <p>
              <button type="button" class="button" disabled={off} onClick={() => want({ do: 'directory', name: '' })}>
                {t('account.directoryOut')}
              </button>
            </p>
          ) : (
            <form
              class="row wrap"
              onSubmit={e => {
                e.preventDefault()
                want({ do: 'directory', name: name.trim() })
              }}
            >
              <input
                class="input"
                required
                maxLength={60}
                aria-label={t('account.name')}
                value={name}
                onInput={e => setName(e.currentTarget.value)}
              />
              <button type="submit" class="button" disabled={off || !name.trim()}>
                {t('account.directoryGo')}
              </button>
            </form>
          )}
        </section>
      )}
    </>
  )
}
