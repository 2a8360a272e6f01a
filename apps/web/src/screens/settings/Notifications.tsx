// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { desktopState, switchDesktop } from '../../node/desktop.ts'
import { attempt } from '../../parts/toast.ts'

/** The browser is asked only here, and only by a click. */
export function Notifications() {
  const [state, setState] = useState(desktopState)
  const change = (on: boolean): void => void attempt(async () => setState(await switchDesktop(on)))
  return (
    <section class="stone stack" aria-label={t('settings.notifications')}>
      <p>{t('settings.notifyText')}</p>
      {state === 'unknown' ? (
        <p class="notice">{t('settings.notifyUnknown')}</p>
      ) : state === 'refused' ? (
        <p class="notice">{t('settings.notifyRefused')}</p>
      ) : (
        <label class="check">
          <input type="checkbox" checked={state === 'on'} onChange={e => change(e.currentTarget.checked)} />
          {t('settings.notify')}
        </label>
      )}
      <p class="quiet">{t('settings.notifyKinds')}</p>
    </section>
  )
}
