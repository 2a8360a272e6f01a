// SPDX-License-Identifier: MIT
// Where everything is written: posts, comments, private messages. What stands in it is kept in this
// browser at each key; what was sent can be taken back for ten seconds (node/outbox.ts).
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { audienceOf, PUBLIC, type To } from '../node/circles.ts'
import { MESSAGE_LIMIT, messageLength, postContent } from '../node/content.ts'
import { held } from '../node/guard.ts'
import { send } from '../node/outbox.ts'
import { nameOf, person } from '../node/people.ts'
import { sayTyping } from '../node/presence.ts'
import { href } from '../route.ts'
import { enterSends, remindAlt } from '../settings.ts'
import { Words } from '../text/Words.tsx'
import { AudienceMark } from './Audience.tsx'
import { type Attached, compose, EMPTY, isBlank, type Kept, readDraft, version, writeDraft } from './drafts.ts'
import { Bold, ImagePlus, LinkIcon, PenLine, TriangleAlert } from './icons.ts'
import { later } from './lazy.tsx'
import { Suggest } from './Suggest.tsx'
import { toast } from './toast.ts'
import { useAdding } from './useAdding.ts'
import { isShut, unreadBy, useAudience } from './useAudience.ts'

const Attachments = later(() => import('./Attachments.tsx').then(m => m.Attachments))
const AudiencePicker = later(() => import('./AudiencePicker.tsx').then(m => m.AudiencePicker))

export interface ComposerProps {
  /** Names the draft: "home", "wall:@…", "thread:%…", "to:…". */
  place: string
  kind?: 'post' | 'comment' | 'message'
  /** What it answers. */
  root?: string
  branch?: string[]
  /** On whose wall, if not the own. */
  wall?: string
  /** Who reads it, where that is not to be chosen: it answers something, or stands in a group. */
  recps?: To
  /** Who comes first when a name is completed: the people of the thread. */
  near?: string[]
  /** `typing` is told to others under this name. */
  typingAt?: string
  focus?: boolean
  onSent?: () => void
}

const WORDS = {
  post: ['composer.label', 'composer.placeholder', 'composer.post'],
  comment: ['composer.commentLabel', 'composer.commentPlaceholder', 'composer.commentSend'],
  message: ['composer.messageLabel', 'composer.messagePlaceholder', 'composer.send'],
} as const

export function Composer(props: ComposerProps) {
  return <Editor key={`${props.place} ${version.value}`} {...props} />
}

function Editor({
  place,
  kind = 'post',
  root,
  branch,
  wall,
  recps: given,
  near = [],
  typingAt,
  focus = false,
  onSent,
}: ComposerProps) {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const picker = useRef<HTMLInputElement>(null)
  const [kept, setKept] = useState<Kept>(() => readDraft(place))
  const [preview, setPreview] = useState(false)
  const [over, setOver] = useState(false)
  const [picking, setPicking] = useState(false)
  const latest = useRef(kept)

  const update = (part: Partial<Kept>): void => {
    latest.current = { ...latest.current, ...part }
    setKept(latest.current)
    if (!writeDraft(place, latest.current)) toast(t('composer.draftLost'))
  }
  const to = useAudience(given, kept.to, wall)
  const adding = useAdding((file: Attached) => update({ files: [...latest.current.files, file] }), to?.length !== 0)
  const choose = (next: To): void => {
    setPicking(false)
    update({ to: next })
    if (next.length && kept.files.length)
      void import('./reseal.ts').then(it => it.reseal(kept.files)).then(files => update({ files }))
  }

  useEffect(() => {
    if (focus) area.current?.focus()
  }, [focus])

  const draft = compose(kept, {
    ...(root && { root }),
    ...(branch && { branch }),
    ...(wall && { wall }),
    ...(to && { recps: to }),
  })
  const left = MESSAGE_LIMIT - messageLength(postContent(draft))
  const blank = isBlank(kept) || !draft.text
  const ready = !blank && left >= 0 && adding.busy.length === 0 && !held.value && !isShut(to ?? PUBLIC)

  const submit = (): void => {
    if (!ready) return
    if (!to) {
      setPicking(true)
      return
    }
    send(draft, place, kept)
    update(EMPTY)
    setPreview(false)
    onSent?.()
  }

  /** Puts marks around what is selected, or around a word that shows what they do. */
  const wrap = (before: string, after: string, sample: string): void => {
    const box = area.current
    if (!box) return
    const { selectionStart: from, selectionEnd: to, value } = box
    const inner = value.slice(from, to) || sample
    update({ text: value.slice(0, from) + before + inner + after + value.slice(to) })
    requestAnimationFrame(() => {
      box.focus()
      box.setSelectionRange(from + before.length, from + before.length + inner.length)
    })
  }

  const take = (list: FileList | undefined | null): void => {
    if (list) void adding.add(list)
  }

  const [label, placeholder, action] = WORDS[kind]
  const small = kind !== 'post'
  const withoutAlt = kept.files.filter(f => f.kind === 'image' && !f.alt.trim()).length

  return (
    <>
      <form
        class={['composer', small ? 'small' : 'stone', over ? 'over' : ''].join(' ')}
        onSubmit={e => {
          e.preventDefault()
          submit()
        }}
        onDragOver={e => {
          if (!e.dataTransfer?.types.includes('Files')) return
          e.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={e => {
          e.preventDefault()
          setOver(false)
          take(e.dataTransfer?.files)
        }}
      >
        <label class="hidden" for={id}>
          {t(label)}
        </label>
        {preview ? (
          <div class="preview">
            <Words text={draft.text} files={draft.files ?? []} />
          </div>
        ) : (
          <Suggest near={near} onInput={text => update({ text })}>
            <textarea
              ref={area}
              id={id}
              class="input"
              dir="auto"
              rows={small ? 1 : 3}
              data-composer=""
              value={kept.text}
              placeholder={
                wall ? t('composer.wallPlaceholder', { name: nameOf(person(wall).value, wall) }) : t(placeholder)
              }
              onInput={e => {
                update({ text: e.currentTarget.value })
                if (typingAt) sayTyping(typingAt, kind === 'message' ? to : undefined)
              }}
              onKeyDown={e => {
                if (e.key !== 'Enter' || e.isComposing) return
                const alone = !e.shiftKey && !e.altKey && !e.currentTarget.hasAttribute('aria-controls') // No name to choose.
                if (!(e.ctrlKey || e.metaKey || (alone && kind === 'message' && enterSends.value))) return
                e.preventDefault()
                submit()
              }}
              onPaste={e => {
                if (!e.clipboardData?.files.length) return
                e.preventDefault()
                take(e.clipboardData.files)
              }}
            />
          </Suggest>
        )}

        {(kept.files.length > 0 || adding.busy.length > 0) && (
          <Attachments
            files={kept.files}
            busy={adding.busy}
            onStop={adding.stop}
            onChange={files => update({ files })}
          />
        )}

        {kept.warning !== null && (
          <div class="field">
            <label for={`${id}-warning`}>{t('composer.warning')}</label>
            <input
              id={`${id}-warning`}
              class="input"
              maxLength={300}
              value={kept.warning}
              placeholder={t('composer.warningHint')}
              onInput={e => update({ warning: e.currentTarget.value })}
            />
          </div>
        )}

        <Aim to={to} wall={wall} text={draft.text} fixed={given !== undefined} onPick={() => setPicking(true)} />
        {remindAlt.value && withoutAlt > 0 && <p class="notice">{t('composer.altReminder', { count: withoutAlt })}</p>}

        {held.value && (
          <p class="notice">
            <span>
              {t('guard.short')} <a href={href.restore}>{t('guard.go')}</a>
            </span>
          </p>
        )}

        <div class="tools" role="group" aria-label={t('composer.tools')}>
          <button
            type="button"
            class="ghost only"
            aria-label={t('composer.photo')}
            onClick={() => picker.current?.click()}
          >
            <ImagePlus class="icon" aria-hidden="true" />
          </button>
          <button
            type="button"
            class="ghost only"
            aria-label={t('composer.bold')}
            disabled={preview}
            onClick={() => wrap('**', '**', t('composer.boldSample'))}
          >
            <Bold class="icon" aria-hidden="true" />
          </button>
          <button
            type="button"
            class="ghost only"
            aria-label={t('composer.link')}
            disabled={preview}
            onClick={() => wrap('[', '](https://)', t('composer.linkSample'))}
          >
            <LinkIcon class="icon" aria-hidden="true" />
          </button>
          <button
            type="button"
            class="ghost only"
            aria-label={t('composer.warning')}
            aria-pressed={kept.warning !== null}
            onClick={() => update({ warning: kept.warning === null ? '' : null })}
          >
            <TriangleAlert class="icon" aria-hidden="true" />
          </button>
          <button
            type="button"
            class="ghost"
            aria-pressed={preview}
            disabled={blank}
            onClick={() => setPreview(!preview)}
          >
            {preview && <PenLine class="icon small" aria-hidden="true" />}
            {t(preview ? 'composer.write' : 'composer.preview')}
          </button>
          <Count left={left} />
          <button type="submit" class="button primary" disabled={!ready} title={t('composer.hint')}>
            {t(action)}
          </button>
        </div>
        <input
          ref={picker}
          type="file"
          class="hidden"
          multiple
          tabIndex={-1}
          aria-label={t('composer.photo')}
          onChange={e => {
            take(e.currentTarget.files)
            e.currentTarget.value = ''
          }}
        />
      </form>
      {picking && <AudiencePicker to={to} wall={wall} onPick={choose} onClose={() => setPicking(false)} />}
    </>
  )
}

interface AimProps {
  to: To | undefined
  wall: string | undefined
  text: string
  fixed: boolean
  onPick: () => void
}

/** Who will be able to read it: always there, always in words; a button where that can be chosen. */
function Aim({ to, wall, text, fixed, onPick }: AimProps) {
  const of = to && audienceOf(to, wall)
  const missed = to ? unreadBy(text, to, wall) : t('audience.noneWhy', { name: nameOf(person(wall ?? '').value, wall) })
  const inner = of ? <AudienceMark of={of} long /> : <b class="grow">{t('audience.none')}</b>
  return (
    <>
      {fixed ? (
        <p class="audience" data-kind={of?.kind}>
          {inner}
        </p>
      ) : (
        <button type="button" class="audience" data-kind={of?.kind ?? 'none'} data-pick="" onClick={onPick}>
          <span class="hidden">{t('audience.label')}: </span>
          {inner}
        </button>
      )}
      {to && isShut(to) && <p class="notice">{t('audience.notIn')}</p>}
      {missed && (
        <p class="notice" role="status">
          {missed}
        </p>
      )}
    </>
  )
}

const NEAR_THE_END = 1500

function Count({ left }: { left: number }) {
  if (left > NEAR_THE_END) return null
  return (
    <span class={left < 0 ? 'count over' : 'count'} role="status">
      {left < 0 ? t('composer.over', { count: -left }) : t('composer.left', { count: left })}
    </span>
  )
}
