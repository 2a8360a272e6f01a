// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks'
import { type Key, t } from '../i18n/index.ts'
import { audienceOf, PUBLIC } from '../node/circles.ts'
import { isReady } from '../node/client.ts'
import { held } from '../node/guard.ts'
import { inPlace, onSent, sendNow, undo, type Waiting, waiting } from '../node/outbox.ts'
import { go, href } from '../route.ts'
import { AudienceMark } from './Audience.tsx'
import { putBack } from './drafts.ts'
import { X } from './icons.ts'
import { dismiss, toast, toasts } from './toast.ts'

/** What the page has to say, and what waits to be signed. */
export function Toasts() {
  const ref = useRef<HTMLElement>(null)
  const texts = toasts.value
  // In the top layer, above whatever dialog was opened since.
  useEffect(() => {
    ref.current?.hidePopover()
    ref.current?.showPopover()
  }, [texts])
  useEffect(() => {
    const said = (w: Waiting, key: string): void => {
      if (w.place !== inPlace.peek())
        toast(t('composer.posted'), { label: t('composer.see'), act: () => go(href.message(key)) })
    }
    onSent.add(said)
    return () => void onSent.delete(said)
  }, [])
  return (
    <section ref={ref} class="toasts" popover="manual" aria-label={t('shell.notifications')}>
      <div class="stack tight" role="status" aria-live="polite">
        {texts.map(it => (
          <div class="toast" key={it.id}>
            <span class="grow">{it.text}</span>
            {it.action && (
              <button
                type="button"
                class="ghost"
                onClick={() => {
                  dismiss(it.id)
                  it.action?.act()
                }}
              >
                {it.action.label}
              </button>
            )}
            <button type="button" class="ghost only" aria-label={t('common.close')} onClick={() => dismiss(it.id)}>
              <X class="icon small" aria-hidden="true" />
            </button>
          </div>
        ))}
      </div>
      {waiting.value.map(w => w.place !== inPlace.value && <Undo key={w.id} it={w} />)}
    </section>
  )
}

function Undo({ it }: { it: Waiting }) {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick(n => n + 1), 500)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.ceil((it.due - Date.now()) / 1000))
  const words = it.error
    ? t('composer.notPosted', { why: t(it.error as Key) })
    : seconds > 0
      ? t('composer.posting', { count: seconds })
      : t(held.value ? 'guard.waits' : isReady.value ? 'composer.signing' : 'composer.waitsForNode')
  const of = audienceOf(it.draft.recps ?? PUBLIC, it.draft.wall)
  const takeBack = (): void => {
    const back = undo(it.id)
    if (back) putBack(back)
  }
  return (
    <div class="toast" data-undo="">
      <p class="grow">
        <span class="row tight" data-kind={of.kind}>
          <AudienceMark of={of} />
        </span>
        {words}
      </p>
      {!it.sending && (
        <button type="button" class="ghost" onClick={takeBack}>
          {t('common.undo')}
        </button>
      )}
      {!it.sending && (seconds > 0 || it.error) && (
        <button type="button" class="ghost" onClick={() => sendNow(it.id)}>
          {t(it.error ? 'common.retry' : 'composer.sendNow')}
        </button>
      )}
    </div>
  )
}
