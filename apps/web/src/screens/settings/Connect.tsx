// SPDX-License-Identifier: MIT
import { useId, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { ask, isReady } from '../../node/client.ts'
import { pasted } from '../../parts/pasted.ts'
import { attempt, toast } from '../../parts/toast.ts'
import { go, href } from '../../route.ts'

/** One box for whatever somebody sent: an address, an invite, an `ssb:` link or an id. */
export function Connect({ onDone }: { onDone: () => void }) {
  const id = useId()
  const [text, setText] = useState(() => {
    const given = pasted.peek()
    pasted.value = ''
    return given
  })
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)

  const connect = async (): Promise<void> => {
    // An invite that needs nobody online (docs/protocol/packet.md, "First contact").
    if (text.trim().startsWith('kith1i')) {
      const { id } = await ask('friends.join', text.trim())
      toast(t('settings.joined'))
      return go(href.wall(id))
    }
    const it = await ask('resolve', text.trim())
    if (it?.kind === 'feed') return go(href.wall(it.id))
    if (it?.kind !== 'address' && it?.kind !== 'invite') return setWrong(t('settings.notAddress'))
    if (it.kind === 'invite') {
      await ask('invite.accept', it.address)
      toast(t('settings.letIn'))
    } else {
      await ask('conn.connect', it.address)
      toast(t('settings.trying'))
    }
    setText('')
    onDone()
  }
  return (
    <form
      class="stone stack tight"
      onSubmit={e => {
        e.preventDefault()
        if (!text.trim() || busy) return
        setWrong('')
        setBusy(true)
        void attempt(connect).finally(() => setBusy(false))
      }}
    >
      <h2>{t('settings.connectTitle')}</h2>
      <div class="field">
        <label for={id}>{t('settings.addressLabel')}</label>
        <textarea
          id={id}
          class="input line"
          rows={1}
          autoComplete="off"
          spellcheck={false}
          aria-describedby={`${id}-hint`}
          aria-invalid={wrong ? 'true' : undefined}
          value={text}
          onInput={e => setText(e.currentTarget.value)}
          onKeyDown={e => {
            if (e.key !== 'Enter' || e.shiftKey || e.isComposing) return
            e.preventDefault()
            e.currentTarget.form?.requestSubmit()
          }}
        />
        <span class="hint" id={`${id}-hint`}>
          {t('settings.addressHint')}
        </span>
      </div>
      <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
      <p class="row">
        <button type="submit" class="button primary" disabled={!isReady.value || busy || !text.trim()}>
          {t('settings.connect')}
        </button>
        {busy && <span class="quiet">{t('settings.asking')}</span>}
      </p>
    </form>
  )
}
