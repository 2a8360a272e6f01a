// SPDX-License-Identifier: MIT
// A vault that one keeps oneself: as a file, or at a store of one's own that always has the newest.
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { saveFile } from '../parts/file.ts'
import { wish } from './Account.tsx'
import type { AccountState, Wish } from './wish.ts'

interface CopyProps {
  state: AccountState
  disabled: boolean
  run: (work: () => Promise<void>) => void
  want: (what: Wish) => void
}

export function Copy({ state, disabled, run, want }: CopyProps) {
  const id = useId()
  const [url, setUrl] = useState('')
  const save = async (): Promise<void> => {
    const file = await wish<Uint8Array<ArrayBuffer>>({ do: 'file' })
    saveFile(new Blob([file]), `${state.handle}-${new Date().toISOString().slice(0, 10)}.kith-vault`)
  }
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('account.fileTitle')}</h2>
      <p>{t('account.fileText')}</p>
      <p>
        <button type="button" class="button" disabled={disabled} onClick={() => run(save)}>
          {t('account.fileGo')}
        </button>
      </p>
      {state.store ? (
        <>
          <p role="status">{t(state.copied ? 'account.storeHas' : 'account.storeLacks', { host: state.store })}</p>
          <p>
            <button type="button" class="button" disabled={disabled} onClick={() => want({ do: 'store', url: '' })}>
              {t('account.storeOut')}
            </button>
          </p>
        </>
      ) : (
        <form
          class="stack tight"
          onSubmit={e => {
            e.preventDefault()
            want({ do: 'store', url })
          }}
        >
          <div class="field">
            <label for={`${id}-url`}>{t('account.store')}</label>
            <input
              id={`${id}-url`}
              class="input"
              type="url"
              required
              autoComplete="off"
              translate={false}
              value={url}
              onInput={e => setUrl(e.currentTarget.value)}
            />
            <span class="hint">{t('account.storeHint')}</span>
          </div>
          <p>
            <button type="submit" class="button" disabled={disabled || !url}>
              {t('account.storeGo')}
            </button>
          </p>
        </form>
      )}
    </section>
  )
}
