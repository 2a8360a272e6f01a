// SPDX-License-Identifier: MIT
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { audienceOfPost, FRIENDS, type To, toOf, watchCircles, writable } from '../node/circles.ts'
import { ask } from '../node/client.ts'
import { contentOf, MESSAGE_LIMIT, messageLength } from '../node/content.ts'
import { edit, isWider, retract, share } from '../node/publish.ts'
import type { Summary } from '../node/types.ts'
import { AudienceChoices } from './AudiencePicker.tsx'
import { audienceWords } from './audience.ts'
import { Confirm, Dialog } from './Dialog.tsx'
import { Embedded } from './Post.tsx'
import { attempt } from './toast.ts'

interface Props {
  m: Summary
  onClose: () => void
}

export function ShareDialog({ m, onClose }: Props) {
  const [text, setText] = useState('')
  const id = useId()
  const open = audienceOfPost(m).kind === 'public'
  // What is not public goes to the same people, unless one says otherwise and is told what that means.
  const same = toOf(m)
  const [to, setTo] = useState<To>(open ? FRIENDS : same)
  useEffect(watchCircles, [])
  const others = writable.value.map(c => [c.id]).filter(x => x.join() !== same.join())
  const wider = isWider(m, to)
  return (
    <Confirm
      title={t('post.shareTitle')}
      action={t(wider ? 'circles.shareWider' : 'post.share')}
      danger={wider}
      onClose={onClose}
      onYes={() => void attempt(() => share(m, text.trim(), to), t('post.sharedNow'))}
    >
      <div class="field">
        <label for={id}>{t('post.shareText')}</label>
        <textarea id={id} class="input" value={text} maxLength={4000} onInput={e => setText(e.currentTarget.value)} />
      </div>
      <Embedded id={m.key} />
      <AudienceChoices name={`${id}-to`} now={to} circles={open ? others : [same, ...others]} onChoose={setTo} />
      {wider && (
        <p class="notice danger" role="status">
          {t('circles.widens', { audience: audienceWords(audienceOfPost(m)) })}
        </p>
      )}
    </Confirm>
  )
}

export function EditDialog({ m, onClose }: Props) {
  const [text, setText] = useState(() => contentOf(m).text)
  const id = useId()
  const over = messageLength({ type: 'edit', target: m.key, text }) - MESSAGE_LIMIT
  const save = (): void => {
    if (over > 0 || !text.trim()) return
    onClose()
    void attempt(() => edit(m, text))
  }
  return (
    <Dialog title={t('post.editTitle')} onClose={onClose}>
      <div class="field">
        <label for={id}>{t('post.editText')}</label>
        <textarea id={id} class="input" value={text} onInput={e => setText(e.currentTarget.value)} />
        <span class="hint">{over > 0 ? t('composer.over', { count: over }) : t('post.editHonest')}</span>
      </div>
      <div class="ends">
        <button type="button" class="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button type="button" class="button primary" disabled={over > 0 || !text.trim()} onClick={save}>
          {t('common.save')}
        </button>
      </div>
    </Dialog>
  )
}

export function RetractDialog({ m, onClose }: Props) {
  return (
    <Confirm
      title={t('post.retractTitle')}
      action={t('post.retract')}
      danger
      onClose={onClose}
      onYes={() => void attempt(() => retract(m), t('post.retractedNow'))}
    >
      <p>{t('post.retractHonest')}</p>
    </Confirm>
  )
}

export function RawDialog({ m, onClose }: Props) {
  const [text, setText] = useState(t('common.loading'))
  useEffect(() => {
    ask('get', { id: m.key, private: true }).then(
      value => setText(JSON.stringify({ key: m.key, value }, null, 2)),
      (error: Error) => setText(error.message),
    )
  }, [m.key])
  return (
    <Dialog title={t('post.rawTitle')} onClose={onClose}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a long text that scrolls has to be reached by keyboard */}
      <pre tabIndex={0} dir="ltr">
        {text}
      </pre>
      <div class="ends">
        <button type="button" class="button" onClick={onClose}>
          {t('common.close')}
        </button>
      </div>
    </Dialog>
  )
}
