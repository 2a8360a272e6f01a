// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks'
import { fullTime, type Key, language, names, t } from '../../i18n/index.ts'
import { isReady, meId } from '../../node/client.ts'
import { contentOf } from '../../node/content.ts'
import { holders, holdersOf } from '../../node/holders.ts'
import { sendNow, undo, type Waiting, waiting } from '../../node/outbox.ts'
import { peopleOf, withoutMe } from '../../node/talk.ts'
import { type Summary, timeOf } from '../../node/types.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { putBack } from '../../parts/drafts.ts'
import { later } from '../../parts/lazy.tsx'
import { Menu } from '../../parts/Menu.tsx'
import { nameNow, PersonLink } from '../../parts/PersonLink.tsx'
import { Said } from '../../parts/Post.tsx'
import { Picker, Reactions } from '../../parts/PostActions.tsx'
import { likesOf } from '../../parts/reactions.ts'
import { copy } from '../../parts/toast.ts'
import { uriOf } from '../../text/uri.ts'
import { Words } from '../../text/Words.tsx'
import type { Run } from './runs.ts'

const EditDialog = later(() => import('../../parts/PostDialogs.tsx').then(m => m.EditDialog))
const RetractDialog = later(() => import('../../parts/PostDialogs.tsx').then(m => m.RetractDialog))
const RawDialog = later(() => import('../../parts/PostDialogs.tsx').then(m => m.RawDialog))
const WhereDialog = later(() => import('../../parts/WhereDialog.tsx').then(m => m.WhereDialog))

/** What somebody said in one go. */
export function Bubbles({ run, several }: { run: Run; several: boolean }) {
  const mine = run.author === meId.value
  return (
    <div class={mine ? 'run mine' : 'run'}>
      {!mine && <Avatar id={run.author} size="tiny" />}
      <div class="bubbles">
        {!mine && several && <PersonLink id={run.author} />}
        {run.messages.map((m, i) => (
          <Bubble key={m.key} m={m} last={i === run.messages.length - 1} />
        ))}
      </div>
    </div>
  )
}

const clock = (ms: number): string => new Date(ms).toLocaleTimeString(language.value, { timeStyle: 'short' })

function Bubble({ m, last }: { m: Summary; last: boolean }) {
  const content = contentOf(m)
  const mine = m.value.author === meId.value
  const time = timeOf(m)
  const label = t('messages.label', { name: mine ? t('composer.you') : nameNow(m.value.author), time: clock(time) })
  return (
    <article class={mine ? 'bubble mine' : 'bubble'} aria-label={label} data-said={m.key}>
      <div class="said">
        <Said m={m} content={content} whole={false} />
        <p class="under">
          <time dateTime={new Date(time).toISOString()} title={fullTime(time)}>
            {clock(time)}
          </time>
          {m.edited && <span>{t('post.edited')}</span>}
          {mine && last && !m.retracted && <Reach m={m} />}
        </p>
      </div>
      {!m.retracted && (likesOf(m) > 0 || m.votes.reactions.length > 0) && <Reactions m={m} />}
      <div class="tools">
        {!m.retracted && <Picker m={m} />}
        <More m={m} text={content.text} mine={mine} />
      </div>
    </article>
  )
}

type Open = '' | 'edit' | 'retract' | 'raw' | 'where'

function More({ m, text, mine }: { m: Summary; text: string; mine: boolean }) {
  const [open, setOpen] = useState<Open>('')
  const close = (): void => setOpen('')
  return (
    <>
      <Menu
        label={t('messages.actions')}
        items={[
          !m.retracted && text && { label: t('messages.copy'), act: () => void copy(text) },
          mine && !m.retracted && { label: t('post.edit'), act: () => setOpen('edit') },
          { label: t('post.where'), act: () => setOpen('where') },
          { label: t('post.copyLink'), act: () => void copy(uriOf(m.key)) },
          { label: t('post.copyId'), act: () => void copy(m.key) },
          { label: t('post.raw'), act: () => setOpen('raw') },
          mine && !m.retracted && { label: t('post.retract'), act: () => setOpen('retract'), danger: true },
        ]}
      />
      {open === 'edit' && <EditDialog m={m} onClose={close} />}
      {open === 'retract' && <RetractDialog m={m} onClose={close} />}
      {open === 'raw' && <RawDialog m={m} onClose={close} />}
      {open === 'where' && <WhereDialog m={m} onClose={close} />}
    </>
  )
}

/** How far it came, in words: to those it is for, to others who carry it, or nowhere yet. */
function Reach({ m }: { m: Summary }) {
  const held = holdersOf(holders(meId.value).value, m.value.sequence)
  const people = withoutMe(peopleOf(m))
  const there = people.filter(id => held.includes(id))
  if (!people.length) return null
  if (there.length === people.length) return <span>{t('messages.reachedAll')}</span>
  if (there.length) return <span>{t('messages.reached', { names: names(there.map(nameNow)) })}</span>
  return <span>{held.length ? t('messages.carried', { count: held.length }) : t('post.onDevice')}</span>
}

/** Shown at once, and for a few seconds still to be taken back. */
export function Pending({ it }: { it: Waiting }) {
  const [, tick] = useState(0)
  useEffect(() => {
    const timer = setInterval(() => tick(n => n + 1), 500)
    return () => clearInterval(timer)
  }, [])
  const seconds = Math.max(0, Math.ceil((it.due - Date.now()) / 1000))
  const words = it.error
    ? t('composer.notPosted', { why: t(it.error as Key) })
    : it.sending || seconds === 0
      ? t(isReady.value ? 'composer.signing' : 'composer.waitsForNode')
      : t('messages.sending', { count: seconds })
  const takeBack = (): void => {
    const back = undo(it.id)
    if (back) putBack(back)
  }
  // What was written before it goes before it.
  const now = (): void => {
    const all = waiting.peek().filter(w => w.place === it.place)
    for (const w of all.slice(0, all.findIndex(x => x.id === it.id) + 1)) sendNow(w.id)
  }
  return (
    <div class="run mine">
      <div class="bubbles">
        <article class="bubble mine pending" aria-label={t('messages.pending')}>
          <div class="said">
            <Words text={it.draft.text} files={it.draft.files ?? []} />
            <p class="under">
              <span>{words}</span>
              {!it.sending && (
                <>
                  <button type="button" class="link" onClick={takeBack}>
                    {t('common.undo')}
                  </button>
                  <button type="button" class="link" onClick={now}>
                    {t(it.error ? 'common.retry' : 'composer.sendNow')}
                  </button>
                </>
              )}
            </p>
          </div>
        </article>
      </div>
    </div>
  )
}
