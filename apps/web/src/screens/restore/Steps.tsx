// SPDX-License-Identifier: MIT
// The way back, as the node goes it: read only, meeting a friend, getting what they hold, writing again.
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { t, tx } from '../../i18n/index.ts'
import { ask, isReady, meId } from '../../node/client.ts'
import { held, insist } from '../../node/guard.ts'
import { me, nameOf } from '../../node/people.ts'
import { here } from '../../node/presence.ts'
import { Confirm } from '../../parts/Dialog.tsx'
import { Check } from '../../parts/icons.ts'
import { PersonLink } from '../../parts/PersonLink.tsx'
import { attempt } from '../../parts/toast.ts'
import { href } from '../../route.ts'
import { Meet } from './Meet.tsx'

type How = 'done' | 'now' | 'coming'

export function Steps() {
  const h = held.value
  const whole = h !== null && h !== undefined && h.heard > 0 && h.held >= h.known
  const at = !h ? 3 : h.heard === 0 ? 1 : 2
  const how = (step: number): How => (step < at || !h ? 'done' : step === at ? 'now' : 'coming')
  return (
    <>
      <ol class="steps masonry">
        <Step
          n={1}
          how={how(0)}
          title={me.value?.name ? t('restore.step1', { name: nameOf(me.value) }) : t('restore.step1None')}
        >
          <p class="quiet">{t('restore.readOnly')}</p>
        </Step>
        <Step n={2} how={how(1)} title={t('restore.step2')}>
          {h && <Meet />}
        </Step>
        <Step n={3} how={how(2)} title={t('restore.step3')}>
          {h && <Told held={h.held} known={h.known} />}
          {whole && <p role="status">{t('restore.settling')}</p>}
        </Step>
        <Step n={4} how={h ? 'coming' : 'done'} title={t('restore.step4')}>
          {!h && (
            <>
              <p role="status">{t('restore.welcomeBack')}</p>
              <div class="row wrap">
                <a class="button primary" href={href.home}>
                  {t('restore.goHome')}
                </a>
                <a class="button" href={href.wall(meId.value)}>
                  {t('restore.goWall')}
                </a>
              </div>
            </>
          )}
        </Step>
      </ol>
      {h && !whole && <Insist heard={h.heard > 0} missing={Math.max(0, h.known - h.held)} />}
    </>
  )
}

interface StepProps {
  n: number
  how: How
  title: string
  children?: ComponentChildren
}

function Step({ n, how, title, children }: StepProps) {
  return (
    <li class={`stone ${how}`} aria-current={how === 'now' ? 'step' : undefined}>
      <span class="mark" aria-hidden="true">
        {how === 'done' ? <Check class="icon small" /> : n}
      </span>
      <div class="stack tight">
        <h2>
          {title}
          {how === 'done' && <span class="hidden"> ({t('restore.stepDone')})</span>}
        </h2>
        {children}
      </div>
    </li>
  )
}

const EVERY_MS = 2000

/** Who says what. */
function Told({ held: holds, known }: { held: number; known: number }) {
  const [said, setSaid] = useState<[string, number][]>([])
  const ready = isReady.value
  useEffect(() => {
    if (!ready) return
    const look = (): void =>
      void ask('conn.holders', meId.peek()).then(
        list => setSaid(Object.entries(list).filter(([id, n]) => n > 0 && id !== meId.peek())),
        () => {},
      )
    look()
    const timer = setInterval(look, EVERY_MS)
    return () => clearInterval(timer)
  }, [ready])
  const most = Math.max(known, ...said.map(([, n]) => n))
  return (
    <>
      {said.length > 0 && (
        <ul class="stack tight">
          {said.map(([id, n]) => (
            <li key={id}>
              {tx('restore.says', { name: <PersonLink id={id} />, count: n })}
              {here.value.has(id) && ` ${t('restore.isHere')}`}
            </li>
          ))}
        </ul>
      )}
      {most > 0 ? (
        <>
          <p role="status">{t('restore.soFar', { done: holds, all: most })}</p>
          <progress value={holds} max={most} aria-label={t('restore.feedProgress')} />
        </>
      ) : (
        <p class="quiet">{t('restore.step3Text')}</p>
      )}
    </>
  )
}

/** For who knows better than the node. */
function Insist({ heard, missing }: { heard: boolean; missing: number }) {
  const id = useId()
  const [asking, setAsking] = useState(false)
  return (
    <section class="stone stack tight" aria-labelledby={id}>
      <h2 id={id}>{t(heard ? 'restore.insistStuck' : 'restore.insistTitle')}</h2>
      <p>{t('restore.insistText')}</p>
      <div class="row wrap">
        <button type="button" class="button danger" disabled={!isReady.value} onClick={() => setAsking(true)}>
          {t('restore.insist')}
        </button>
      </div>
      {asking && (
        <Confirm
          title={t('restore.insistAsk')}
          action={t('restore.insistYes')}
          danger
          onClose={() => setAsking(false)}
          onYes={() => void attempt(insist)}
        >
          {missing > 0 && <p class="notice danger">{t('restore.insistMissing', { count: missing })}</p>}
          <p>{t('restore.insistWarning')}</p>
        </Confirm>
      )}
    </section>
  )
}
