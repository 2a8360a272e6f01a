// SPDX-License-Identifier: MIT
import { useId, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { codeOf, isReady } from '../../node/client.ts'
import { fetchFile, progress, restoreFile } from '../../node/restoring.ts'
import { inTab } from '../../node/where.ts'

const SAID: Partial<
  Record<
    string,
    'restore.badPassphrase' | 'restore.damaged' | 'restore.noBackup' | 'restore.taken' | 'restore.vaultElsewhere'
  >
> = {
  passphrase: 'restore.badPassphrase',
  corrupt: 'restore.damaged',
  crypto: 'restore.damaged',
  vault: 'restore.vaultElsewhere',
  hangup: 'restore.damaged',
  syntax: 'restore.noBackup',
  invalid: 'restore.noBackup',
  denied: 'restore.taken',
}

/** `more`: one is that person already, and the file only adds what is missing. */
export function FromFile({ more = false }: { more?: boolean }) {
  const id = useId()
  const [file, setFile] = useState<File>()
  const [url, setUrl] = useState('')
  const [passphrase, setPassphrase] = useState('')
  const [shown, setShown] = useState(false)
  const [fault, setFault] = useState('')
  const busy = progress.value !== undefined && progress.value.step !== 'done'

  const restore = async (): Promise<void> => {
    setFault('')
    try {
      if (file || url) await restoreFile(file ?? (await fetchFile(url)), passphrase)
    } catch (error) {
      if ((error as Error).message === 'store') return setFault(t('restore.noStore'))
      const known = SAID[codeOf(error)]
      setFault(known ? t(known) : t('common.failed', { why: (error as Error).message || t('common.noAnswer') }))
    }
  }

  return (
    <section class="stone stack" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t(more ? 'restore.fileMore' : 'restore.file')}</h2>
      <form
        class="stack"
        onSubmit={e => {
          e.preventDefault()
          void restore()
        }}
      >
        <div class="field">
          <label for={`${id}-file`}>{t('restore.fileLabel')}</label>
          <input
            id={`${id}-file`}
            class="input"
            type="file"
            required={!url}
            onChange={e => {
              setFile(e.currentTarget.files?.[0])
              setFault('')
            }}
          />
          <span class="hint">{t('restore.fileHint')}</span>
        </div>
        {inTab.value && (
          <div class="field">
            <label for={`${id}-url`}>{t('restore.store')}</label>
            <input
              id={`${id}-url`}
              class="input"
              type="url"
              autoComplete="off"
              translate={false}
              disabled={file !== undefined}
              value={url}
              onInput={e => {
                setUrl(e.currentTarget.value)
                setFault('')
              }}
            />
          </div>
        )}
        <div class="field">
          <label for={`${id}-pass`}>{t('restore.passphrase')}</label>
          <input
            id={`${id}-pass`}
            class="input"
            type={(shown ? 'text' : 'password') as 'password'}
            autoComplete="current-password"
            autoCapitalize="none"
            spellcheck={false}
            translate={false}
            required
            aria-invalid={fault !== ''}
            aria-describedby={fault ? `${id}-fault` : undefined}
            value={passphrase}
            onInput={e => {
              setPassphrase(e.currentTarget.value)
              setFault('')
            }}
          />
        </div>
        <label class="check">
          <input type="checkbox" checked={shown} onChange={e => setShown(e.currentTarget.checked)} />
          {t('backup.showIt')}
        </label>
        {fault && (
          <p class="notice danger" role="alert" id={`${id}-fault`}>
            {fault}
          </p>
        )}
        <div class="row wrap">
          <button
            type="submit"
            class="button primary"
            disabled={!isReady.value || busy || !(file || url) || !passphrase}
          >
            {t('restore.fileGo')}
          </button>
        </div>
      </form>
    </section>
  )
}
