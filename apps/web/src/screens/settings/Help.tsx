// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { ask } from '../../node/client.ts'
import { ShortcutHelp } from '../../parts/Shortcuts.tsx'
import { attempt, copy } from '../../parts/toast.ts'
import { useLook } from '../../parts/useLook.ts'
import { diagnostics } from './diagnostics.ts'

export function Help() {
  const [status] = useLook(() => ask('status'), 5000)
  const [keys, setKeys] = useState(false)
  const [report, setReport] = useState('')
  return (
    <>
      <section class="stone stack tight" aria-labelledby="version">
        <h2 id="version">{t('settings.version', { version: status?.version ?? '…' })}</h2>
        <p class="row wrap">
          <button type="button" class="button" onClick={() => setKeys(true)}>
            {t('shell.shortcuts')}
          </button>
        </p>
      </section>
      <section class="stone stack tight" aria-labelledby="diagnostics">
        <h2 id="diagnostics">{t('settings.diagnostics')}</h2>
        <p>{t('settings.diagnosticsText')}</p>
        <p class="row wrap">
          <button type="button" class="button" onClick={() => void attempt(async () => setReport(await diagnostics()))}>
            {t('settings.diagnosticsShow')}
          </button>
          {report && (
            <button type="button" class="button primary" onClick={() => void copy(report)}>
              {t('settings.diagnosticsCopy')}
            </button>
          )}
        </p>
        {report && <Raw label={t('settings.diagnostics')} text={report} />}
      </section>
      <details class="stone raw">
        <summary>{t('settings.status')}</summary>
        <p class="quiet">{t('settings.statusText')}</p>
        {status && <Raw label={t('settings.status')} text={JSON.stringify(status, null, 2)} />}
      </details>
      {keys && <ShortcutHelp onClose={() => setKeys(false)} />}
    </>
  )
}

/** Can be scrolled by the keyboard too. */
function Raw({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached without a pointer
    <pre tabIndex={0} role="region" aria-label={label}>
      {text}
    </pre>
  )
}
