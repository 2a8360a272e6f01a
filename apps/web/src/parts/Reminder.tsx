// SPDX-License-Identifier: MIT
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { type Reminder as Due, putOff, reminder } from '../node/care.ts'
import { onChange } from '../node/changes.ts'
import { isReady } from '../node/client.ts'
import { held } from '../node/guard.ts'
import { href } from '../route.ts'
import { attempt } from './toast.ts'

const LOOK_MS = 3000

/** A quiet card: keep yourself safe. Not before there is something to lose, and never in the way. */
export function Reminder() {
  const id = useId()
  const [due, setDue] = useState<Due>()
  const ready = isReady.value && held.value === null
  useEffect(() => {
    if (!ready) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = (): void => void reminder().then(setDue, () => {})
    look()
    const off = onChange(() => {
      clearTimeout(timer)
      timer = setTimeout(look, LOOK_MS)
    })
    return () => {
      clearTimeout(timer)
      off()
    }
  }, [ready])
  if (!due || !ready) return null
  return (
    <section class="stone stack tight" aria-labelledby={id}>
      <h2 id={id}>{t(due.why === 'old' ? 'backup.remindOldTitle' : 'backup.remindTitle')}</h2>
      <p>{due.why === 'old' ? t('backup.remindOld', { count: due.posts }) : t('backup.remind')}</p>
      <div class="row wrap">
        <a class="button primary" href={href.backup}>
          {t('backup.remindGo')}
        </a>
        <button type="button" class="button" onClick={() => void attempt(putOff).then(ok => ok && setDue(undefined))}>
          {t('backup.remindLater')}
        </button>
      </div>
    </section>
  )
}
