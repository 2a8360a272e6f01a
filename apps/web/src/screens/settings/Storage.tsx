// SPDX-License-Identifier: MIT
// What this device keeps, how much room that takes, and how to get some back.
import { useState } from 'preact/hooks'
import { bytes, number, t } from '../../i18n/index.ts'
import { tell } from '../../node/changes.ts'
import { ask, isReady } from '../../node/client.ts'
import { inTab } from '../../node/where.ts'
import { Confirm } from '../../parts/Dialog.tsx'
import { later } from '../../parts/lazy.tsx'
import { nameNow } from '../../parts/PersonLink.tsx'
import { attempt, toast } from '../../parts/toast.ts'
import { useLook } from '../../parts/useLook.ts'
import { Choose } from './Choose.tsx'

const LOOK_MS = 5000

const Kept = later(() => import('../../tab/Kept.tsx').then(m => m.default))

export function Storage() {
  const [s, look] = useLook(() => ask('status'), LOOK_MS)
  if (!s) return <p class="quiet">{t('common.loading')}</p>
  return (
    <>
      {inTab.value && <Kept />}
      <section class="stone stack" aria-labelledby="used">
        <h2 id="used">{t('settings.used', { size: bytes(s.bytes + s.blobBytes) })}</h2>
        <dl class="facts">
          <div>
            <dt>{t('settings.messages')}</dt>
            <dd>
              {number(s.messages)} · {bytes(s.bytes)}
            </dd>
          </div>
          <div>
            <dt>{t('settings.walls')}</dt>
            <dd>{number(s.feeds)}</dd>
          </div>
          <div>
            <dt>{t('settings.files')}</dt>
            <dd>
              {number(s.blobs)} · {bytes(s.blobBytes)}
            </dd>
          </div>
        </dl>
        {s.quota > 0 ? (
          <div class="stack tight">
            <progress max={s.quota} value={Math.min(s.quota, s.blobBytes)} aria-labelledby="quota" />
            <p class="quiet" id="quota">
              {t('settings.quota', { used: bytes(s.blobBytes), size: bytes(s.quota) })}
            </p>
          </div>
        ) : (
          <p class="quiet">{t('settings.noQuota')}</p>
        )}
      </section>
      <Forget onDone={look} />
      <Care used={s.bytes} onDone={look} />
    </>
  )
}

/** Giving room back, and making anew what can be made anew. */
function Care({ used, onDone }: { used: number; onDone: () => void }) {
  const [busy, setBusy] = useState('')
  const [sure, setSure] = useState(false)
  const run = async (what: 'compact' | 'rebuild'): Promise<void> => {
    setBusy(t(what === 'compact' ? 'settings.compacting' : 'settings.rebuilding'))
    await attempt(async () => {
      await ask(what)
      if (what === 'rebuild') {
        tell({ all: true })
        toast(t('settings.rebuilt'))
      } else {
        const now = (await ask('status')).bytes
        toast(now < used ? t('settings.compacted', { size: bytes(used - now) }) : t('settings.compactedNone'))
      }
    })
    setBusy('')
    onDone()
  }
  return (
    <section class="stone stack tight" aria-labelledby="care">
      <h2 id="care">{t('settings.care')}</h2>
      <p class="quiet">{t('settings.compactText')}</p>
      <p>
        <button
          type="button"
          class="button"
          disabled={!isReady.value || busy !== ''}
          onClick={() => void run('compact')}
        >
          {t('settings.compact')}
        </button>
      </p>
      <p class="quiet">{t('settings.rebuildText')}</p>
      <p>
        <button type="button" class="button" disabled={!isReady.value || busy !== ''} onClick={() => setSure(true)}>
          {t('settings.rebuild')}
        </button>
      </p>
      <p class="quiet" role="status">
        {busy}
      </p>
      {sure && (
        <Confirm
          title={t('settings.rebuildTitle')}
          action={t('settings.rebuild')}
          onClose={() => setSure(false)}
          onYes={() => void run('rebuild')}
        >
          <p>{t('settings.rebuildSure')}</p>
        </Confirm>
      )}
    </section>
  )
}

function Forget({ onDone }: { onDone: () => void }) {
  const [whom, setWhom] = useState('')
  const name = nameNow(whom)
  const forget = async (): Promise<void> => {
    await ask('forget', whom)
    tell({ all: true })
    onDone()
  }
  return (
    <section class="stone stack tight" aria-labelledby="forget">
      <h2 id="forget">{t('settings.forgetTitle')}</h2>
      <p class="quiet">{t('settings.forgetText')}</p>
      <Choose label={t('settings.forgetWhom')} action={t('settings.forgetPosts')} onChoose={setWhom} />
      {whom && (
        <Confirm
          title={t('settings.forgetSureTitle', { name })}
          action={t('settings.forgetPosts')}
          danger
          onClose={() => setWhom('')}
          onYes={() => void attempt(forget, t('settings.forgottenPosts', { name }))}
        >
          <p>{t('settings.forgetSure')}</p>
        </Confirm>
      )}
    </section>
  )
}
