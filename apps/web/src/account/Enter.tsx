// SPDX-License-Identifier: MIT
// The two forms of somebody without an account here: to take a handle, to sign in with one.
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { sequence } from '../node/guard.ts'
import { wordsFor } from './Account.tsx'
import { Secret } from './Secret.tsx'
import type { AccountState } from './wish.ts'

interface EnterProps {
  state: AccountState
  onRegister: (handle: string, password: string, vault: boolean) => Promise<void>
  onSignIn: (handle: string, password: string) => Promise<void>
}

export function Enter({ state, onRegister, onSignIn }: EnterProps) {
  const [vault, setVault] = useState(false)
  const id = useId()
  if (!state.can.accounts) return <p class="stone">{t('account.noBroker')}</p>
  return (
    <>
      <Form
        title={t('account.signIn')}
        text={t(sequence.value > 0 ? 'account.signInTaken' : 'account.signInText')}
        action={t('account.signInGo')}
        known
        disabled={sequence.value > 0}
        onGo={onSignIn}
      />
      <Form
        title={t('account.register')}
        text={t('account.registerText')}
        action={t('account.registerGo')}
        onGo={(handle, password) => onRegister(handle, password, vault)}
      >
        {state.can.vault && (
          <div>
            <label class="check">
              <input
                type="checkbox"
                checked={vault}
                aria-describedby={`${id}-vault`}
                onChange={e => setVault(e.currentTarget.checked)}
              />
              {t('account.vault')}
            </label>
            <p class="hint" id={`${id}-vault`}>
              {t('account.vaultText')}
            </p>
          </div>
        )}
      </Form>
    </>
  )
}

interface FormProps {
  title: string
  text: string
  action: string
  /** The password is one that the browser may know. */
  known?: boolean
  disabled?: boolean
  onGo: (handle: string, password: string) => Promise<void>
  children?: preact.ComponentChildren
}

function Form({ title, text, action, known = false, disabled = false, onGo, children }: FormProps) {
  const id = useId()
  const [handle, setHandle] = useState('')
  const [password, setPassword] = useState('')
  const [fault, setFault] = useState('')
  const [busy, setBusy] = useState(false)
  const run = (): void => {
    setBusy(true)
    setFault('')
    onGo(handle.trim(), password)
      .catch(error => setFault(wordsFor(error)))
      .finally(() => setBusy(false))
  }
  return (
    <section class="stone stack" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title}</h2>
      <p>{text}</p>
      {!disabled && (
        <form
          class="stack"
          onSubmit={e => {
            e.preventDefault()
            run()
          }}
        >
          <div class="field">
            <label for={`${id}-handle`}>{t('account.handle')}</label>
            <input
              id={`${id}-handle`}
              class="input"
              required
              maxLength={32}
              autoComplete="username"
              autoCapitalize="none"
              spellcheck={false}
              translate={false}
              value={handle}
              onInput={e => setHandle(e.currentTarget.value)}
            />
            <span class="hint">{t('account.handleHint')}</span>
          </div>
          <Secret known={known} value={password} onChange={setPassword} />
          {children}
          <p role="alert">{fault && <span class="notice danger">{fault}</span>}</p>
          <p class="row wrap">
            <button type="submit" class="button primary" disabled={!isReady.value || busy || !handle || !password}>
              {action}
            </button>
            {busy && (
              <span class="quiet" role="status">
                {t('account.busy')}
              </span>
            )}
          </p>
        </form>
      )}
    </section>
  )
}
