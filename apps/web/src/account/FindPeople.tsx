// SPDX-License-Identifier: MIT
// Somebody by their handle, or by their whole name if they want to be found.
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { href } from '../route.ts'
import { wish, wordsFor } from './Account.tsx'
import { AskThem } from './AskThem.tsx'
import type { Found } from './wish.ts'

export function FindPeople() {
  const id = useId()
  const [text, setText] = useState('')
  const [found, setFound] = useState<Found[]>()
  const [fault, setFault] = useState('')
  const find = (): void => {
    setFault('')
    setFound(undefined)
    wish<Found[]>({ do: 'find', text }).then(setFound, error => setFault(wordsFor(error)))
  }
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('account.find')}</h2>
      <form
        class="field"
        onSubmit={e => {
          e.preventDefault()
          find()
        }}
      >
        <label for={id}>{t('account.findLabel')}</label>
        <div class="row wrap">
          <input
            id={id}
            class="input"
            required
            maxLength={60}
            autoComplete="off"
            value={text}
            onInput={e => setText(e.currentTarget.value)}
          />
          <button type="submit" class="button" disabled={!isReady.value || !text.trim()}>
            {t('account.findGo')}
          </button>
        </div>
        <span class="hint">{t('account.findHint')}</span>
      </form>
      <p role="alert">{fault && <span class="notice danger">{fault}</span>}</p>
      {found && <p role="status">{t('account.found', { count: found.length })}</p>}
      <ul class="stack tight">
        {found?.map(it => (
          <li key={it.id}>
            <a href={href.wall(it.id)}>{it.name || it.handle}</a>{' '}
            <span class="quiet">
              {t('account.handleAt', { handle: it.handle, host: it.host || t('account.aServer') })}
            </span>
            <AskThem found={it} />
          </li>
        ))}
      </ul>
    </section>
  )
}
