// SPDX-License-Identifier: MIT
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'

/** A password, which can be shown. */
export function Secret({
  known,
  value,
  onChange,
}: {
  known: boolean
  value: string
  onChange: (value: string) => void
}) {
  const id = useId()
  const [shown, setShown] = useState(false)
  return (
    <>
      <div class="field">
        <label for={id}>{t('account.password')}</label>
        <input
          id={id}
          class="input"
          required
          minLength={8}
          type={(shown ? 'text' : 'password') as 'password'}
          autoComplete={known ? 'current-password' : 'new-password'}
          autoCapitalize="none"
          spellcheck={false}
          translate={false}
          value={value}
          onInput={e => onChange(e.currentTarget.value)}
        />
        {!known && <span class="hint">{t('account.passwordHint')}</span>}
      </div>
      <label class="check">
        <input type="checkbox" checked={shown} onChange={e => setShown(e.currentTarget.checked)} />
        {t('account.showIt')}
      </label>
    </>
  )
}
