// SPDX-License-Identifier: MIT
// "I have been here before": words or a file, then the way back, step by step, until one may write again.
import '../style/care.css'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { held, lookAtGuard, sequence } from '../node/guard.ts'
import { progress, resume } from '../node/restoring.ts'
import { Title } from '../parts/Title.tsx'
import { attempt } from '../parts/toast.ts'
import { href } from '../route.ts'
import { FromFile } from './restore/FromFile.tsx'
import { FromWords } from './restore/FromWords.tsx'
import { FileProgress } from './restore/Progress.tsx'
import { Steps } from './restore/Steps.tsx'

export default function Restore() {
  const ready = isReady.value
  const [looked, setLooked] = useState(false)
  // Once here, the last step stays to be read.
  const [began, setBegan] = useState(false)
  const isHeld = Boolean(held.value)
  useEffect(() => {
    if (!ready || looked) return
    setLooked(true)
    void lookAtGuard()
    void attempt(resume)
  }, [ready])
  useEffect(() => {
    if (isHeld) setBegan(true)
  }, [isHeld])
  const isMissing = held.value ? held.value.held < Math.max(1, held.value.known) : false
  const runs = progress.value !== undefined && progress.value.step !== 'done'

  if (held.value === undefined && !runs) return <Title text={t('restore.title')} />
  if (began || isHeld) {
    return (
      <div class="stack">
        <Title text={t('restore.wayTitle')} />
        <FileProgress />
        <Steps />
        <div hidden={progress.value !== undefined || !isMissing}>
          <FromFile more />
        </div>
      </div>
    )
  }
  return (
    <div class="stack">
      <Title text={t('restore.title')} />
      <FileProgress />
      {/* Hidden, not gone: a file that does not open leaves what was chosen, and says why. */}
      <div hidden={runs}>
        <div class="stack">
          {sequence.value > 0 ? (
            <div class="stone stack tight">
              <h2>{t('restore.takenTitle')}</h2>
              <p>{t('restore.taken')}</p>
              <pre>kith --home ~/kith-2 ui</pre>
            </div>
          ) : (
            <>
              <p class="lead">{t('restore.text')}</p>
              <FromWords />
            </>
          )}
          <FromFile more={sequence.value > 0} />
          <p>
            <a href={href.home}>{t('restore.back')}</a>
          </p>
        </div>
      </div>
    </div>
  )
}
