// SPDX-License-Identifier: MIT
import { useEffect, useId, useState } from 'preact/hooks'
import { names, t } from '../../i18n/index.ts'
import { meId } from '../../node/client.ts'
import { nameOf, person } from '../../node/people.ts'
import { here } from '../../node/presence.ts'
import { talkId } from '../../node/talk.ts'
import { timeOf } from '../../node/types.ts'
import { unseen } from '../../node/unseen.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { PenLine } from '../../parts/icons.ts'
import { nameNow } from '../../parts/PersonLink.tsx'
import { Time } from '../../parts/Time.tsx'
import { Title } from '../../parts/Title.tsx'
import { href } from '../../route.ts'
import { plain } from '../../text/markdown.ts'
import { isRequest, type TalkLine, talks, talksFailed, textOf, watchTalks } from './talks.ts'

interface Props {
  /** The people of the one that is open. */
  current: string[] | undefined
  /** It is what the screen is about, and not beside it. */
  main: boolean
}

const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLocaleLowerCase()

export const titleOf = (people: string[]): string =>
  people.length ? names(people.map(id => nameOf(person(id).value, id))) : t('messages.self')

export function Talks({ current, main }: Props) {
  const [words, setWords] = useState('')
  const id = useId()
  useEffect(watchTalks, [])
  const found = talks.value?.filter(it => fold(titleOf(it.people)).includes(fold(words.trim())))
  const open = current && talkId(current)
  const write = (
    <a class="button small primary" href={href.newMessage}>
      <PenLine class="icon small" aria-hidden="true" />
      {t('messages.new')}
    </a>
  )
  return (
    <section
      class="talks"
      aria-labelledby={main ? undefined : `${id}-head`}
      aria-busy={!talks.value && !talksFailed.value}
    >
      {main ? (
        <Title text={t('messages.title')}>{write}</Title>
      ) : (
        <div class="head">
          <h2 id={`${id}-head`}>{t('messages.title')}</h2>
          {write}
        </div>
      )}
      {talks.value && talks.value.length > 0 && (
        <div class="find">
          <label class="hidden" for={id}>
            {t('messages.find')}
          </label>
          <input
            id={id}
            class="input"
            type="search"
            autoComplete="off"
            placeholder={t('messages.find')}
            value={words}
            onInput={e => setWords(e.currentTarget.value)}
          />
        </div>
      )}
      <p class="hidden" role="status">
        {words.trim() && found && t('messages.found', { count: found.length })}
      </p>
      {words.trim() && found?.length === 0 && <p class="quiet none">{t('messages.found', { count: 0 })}</p>}
      {found && <Lists found={found} open={open} />}
      {talks.value?.length === 0 && main && (
        <EmptyState title={t('messages.emptyTitle')} text={t('messages.emptyText')}>
          <a class="button primary" href={href.newMessage}>
            {t('messages.new')}
          </a>
        </EmptyState>
      )}
    </section>
  )
}

function Lists({ found, open }: { found: TalkLine[]; open: string | undefined }) {
  const id = useId()
  const requests = found.filter(isRequest)
  const others = found.filter(it => !isRequest(it))
  const rows = (list: TalkLine[]) =>
    list.map(it => (
      <li key={it.id}>
        <Row it={it} open={it.id === open} />
      </li>
    ))
  return (
    <div class="rows">
      {others.length > 0 && <ul aria-label={t('messages.list')}>{rows(others)}</ul>}
      {requests.length > 0 && (
        <section aria-labelledby={id}>
          <h2 class="part" id={id}>
            {t('messages.requests')}
          </h2>
          <p class="quiet none">{t('messages.requestsText')}</p>
          <ul aria-labelledby={id}>{rows(requests)}</ul>
        </section>
      )}
    </div>
  )
}

function Row({ it, open }: { it: TalkLine; open: boolean }) {
  const fresh = [...unseen.inbox.value.values()].filter(x => x.group === it.id).length
  const { author } = it.last.value
  const text = plain(textOf(it.last)) || t('messages.noText')
  const says =
    author === meId.value ? t('messages.you', { text }) : it.people.length > 1 ? `${nameNow(author)}: ${text}` : text
  const present = it.people.some(id => here.value.has(id))
  return (
    <a
      class={fresh ? 'talk-row fresh' : 'talk-row'}
      href={href.conversation(it.people.length ? it.people : [meId.value])}
      aria-current={open ? 'page' : undefined}
    >
      <Faces people={it.people} />
      <span class="text">
        <span class="line">
          <b dir="auto">{titleOf(it.people)}</b>
          <Time ms={timeOf(it.last)} />
        </span>
        <span class="line">
          <span class="says" dir="auto">
            {says}
          </span>
          {fresh > 0 && (
            <span class="badge">
              {fresh > 98 ? '99+' : fresh}
              <span class="hidden"> {t('shell.unread', { count: fresh })}</span>
            </span>
          )}
        </span>
        {present && <span class="hidden">{t('people.here')}</span>}
      </span>
    </a>
  )
}

/** One face, or two of several. */
export function Faces({ people }: { people: string[] }) {
  const shown = people.length ? people.slice(0, 2) : [meId.value]
  return (
    <span class={shown.length > 1 ? 'faces two' : 'faces'}>
      {shown.map(id => (
        <Avatar key={id} id={id} />
      ))}
    </span>
  )
}
