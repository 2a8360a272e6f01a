// SPDX-License-Identifier: MIT
// Two people connect with two codes and no server: who begins makes one, who answers gives one back.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { ask, codeOf, isReady, meId } from '../node/client.ts'
import { role } from '../node/where.ts'
import { attempt, copy } from '../parts/toast.ts'
import { callAddress } from './address.ts'
import { type Code, readCode, writeCode } from './codes.ts'
import { Code as QrCode } from './InviteFriend.tsx'
import { Call } from './rtc.ts'
import Scan from './Scan.tsx'
import { addRoad } from './start.ts'

type Step = { is: 'idle' | 'done' } | { is: 'offered' | 'answered'; code: string } | { is: 'failed'; why: string }

export default function ByHand() {
  const id = useId()
  const [step, setStep] = useState<Step>({ is: 'idle' })
  const [theirs, setTheirs] = useState('')
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  /** The call that we have begun, and whom its answer names. */
  const call = useRef<{ call: Call; who: string; dials: boolean } | undefined>(undefined)
  // A call that stands goes on without this screen; one that does not is given up with it.
  useEffect(() => () => call.current?.call.close(), [])

  const begin = (who: string, dials: boolean): Call => {
    call.current?.call.close()
    const made = new Call({
      onOpen: port => {
        const { who } = call.current!
        call.current = undefined
        addRoad(port, who, dials)
        setStep({ is: 'done' })
        if (dials) void attempt(() => ask('conn.connect', callAddress(who)))
      },
      onClose: why => {
        if (call.current?.call === made) setStep({ is: 'failed', why })
      },
    })
    call.current = { call: made, who, dials }
    return made
  }
  const offer = async (): Promise<void> => {
    const sdp = await begin('', true).offer(true)
    setStep({ is: 'offered', code: await writeCode({ kind: 'offer', id: meId.peek(), sdp }) })
  }
  const take = async ({ kind, id, sdp }: Code): Promise<void> => {
    if (id === meId.peek()) return setWrong(t('tab.handOwn'))
    if (kind === 'offer') {
      const mine = await begin(id, false).answer(sdp, true)
      setStep({ is: 'answered', code: await writeCode({ kind: 'answer', id: meId.peek(), sdp: mine }) })
    } else {
      if (!call.current?.dials || call.current.who) return setWrong(t('tab.handUnasked'))
      call.current.who = id
      await call.current.call.answered(sdp)
    }
    setTheirs('')
  }
  const doing = (work: () => Promise<void>): void => {
    setWrong('')
    setBusy(true)
    work()
      .catch(error =>
        setWrong(codeOf(error) === 'arg' ? t('tab.handNoCode') : t('tab.handFailed', { why: String(error) })),
      )
      .finally(() => setBusy(false))
  }
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('tab.handTitle')}</h2>
      <p class="quiet">{t(role.value === 'follower' ? 'tab.follower' : 'tab.handText')}</p>
      {'code' in step && (
        <div class="stack tight">
          <p>{t(step.is === 'offered' ? 'tab.handOffer' : 'tab.handAnswer')}</p>
          <textarea class="input" rows={3} readOnly aria-label={t('tab.handCode')} value={step.code} />
          <QrCode text={step.code} />
          <p>
            <button type="button" class="button small primary" onClick={() => void copy(step.code)}>
              {t('tab.handCopy')}
            </button>
          </p>
        </div>
      )}
      <p role="status">
        {step.is === 'answered' && t('tab.handWaiting')}
        {step.is === 'done' && t('tab.handDone')}
        {step.is === 'failed' && t('tab.handFailed', { why: step.why })}
      </p>
      {step.is !== 'answered' && (
        <form
          class="stack tight"
          onSubmit={e => {
            e.preventDefault()
            if (theirs.trim() && !busy) doing(async () => take(await readCode(theirs)))
          }}
        >
          <div class="field">
            <label for={`${id}-code`}>{t('tab.handTheirs')}</label>
            <textarea
              id={`${id}-code`}
              class="input"
              rows={3}
              autoComplete="off"
              spellcheck={false}
              aria-invalid={wrong ? 'true' : undefined}
              value={theirs}
              onInput={e => setTheirs(e.currentTarget.value)}
            />
          </div>
          <Scan onText={setTheirs} />
          <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
          <p class="row wrap">
            <button
              type="submit"
              class="button"
              disabled={!isReady.value || busy || !theirs.trim() || role.value === 'follower'}
            >
              {t('tab.handGo')}
            </button>
            <button
              type="button"
              class="button"
              disabled={!isReady.value || busy || role.value === 'follower'}
              onClick={() => doing(offer)}
            >
              {t('tab.handBegin')}
            </button>
          </p>
        </form>
      )}
    </section>
  )
}
