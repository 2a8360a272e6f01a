// SPDX-License-Identifier: MIT
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { names, t } from '../../i18n/index.ts'
import { circleOf, isPrivate, watchCircles } from '../../node/circles.ts'
import { ask, isReady } from '../../node/client.ts'
import { contentOf } from '../../node/content.ts'
import { message } from '../../node/messages.ts'
import { person } from '../../node/people.ts'
import { answerWallPost, follow, refuse } from '../../node/publish.ts'
import { peopleOf, withoutMe } from '../../node/talk.ts'
import type { Summary } from '../../node/types.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { AtSign, House, MessageCircle, Share2, ThumbsUp, UserPlus, Waypoints } from '../../parts/icons.ts'
import { nameNow } from '../../parts/PersonLink.tsx'
import { isLike } from '../../parts/reactions.ts'
import { Time } from '../../parts/Time.tsx'
import { attempt } from '../../parts/toast.ts'
import { href } from '../../route.ts'
import { plain } from '../../text/markdown.ts'
import type { Line } from './news.ts'

const NAMED = 2
const FACES = 4

type Icon = ComponentType<{ class?: string; 'aria-hidden'?: 'true' }>
const ICONS: Record<string, Icon> = {
  vote: ThumbsUp,
  reply: MessageCircle,
  share: Share2,
  mention: AtSign,
  wall: House,
  follow: UserPlus,
  request: UserPlus,
  circle: Waypoints,
}

/** "Anna, Ben and 3 others". */
function whoOf(line: Line): string {
  const people = line.notices.map(n => nameNow(n.value.author))
  const more = people.length - NAMED
  if (more < 2) return names(people)
  return names([...people.slice(0, NAMED), t('notices.others', { count: more })])
}

/** What several people chose, if it is more than a like. */
function emojiOf(line: Line): string {
  const said = line.notices.map(n => (n.value.content as { vote?: { expression?: unknown } }).vote?.expression)
  const shown = said.filter((x): x is string => typeof x === 'string' && !isLike(x))
  return [...new Set(shown)].map(x => [...x].slice(0, 12).join('')).join(' ')
}

function wordsOf(line: Line): string {
  const values = { names: whoOf(line), count: line.notices.length }
  const by = line.notices[0]!.value.author
  switch (line.why) {
    case 'vote':
      return emojiOf(line) ? t('notices.reacted', { ...values, emoji: emojiOf(line) }) : t('notices.liked', values)
    case 'reply':
      return t('notices.replied', values)
    case 'share':
      return t('notices.shared', values)
    case 'wall':
      return t('notices.wrote', values)
    case 'mention':
      return t('notices.mentioned', values)
    case 'circle':
      return t('notices.invited', { ...values, name: line.notices[0]!.audience?.name ?? '' })
    default:
      return t(person(by).value?.following ? 'notices.follows' : 'notices.asks', values)
  }
}

function toOf(line: Line, about: Summary | null | undefined): string {
  const first = line.notices[0]!
  if (line.why === 'follow' || line.why === 'request') return href.wall(first.value.author)
  if (line.why === 'circle') return href.circle(first.audience?.group ?? '')
  if (line.why === 'vote' && about && isPrivate(about)) return href.conversation(withoutMe(peopleOf(about)))
  if (line.why === 'vote' || line.why === 'mention') {
    const of = line.target ? about : first
    return href.message((of && contentOf(of).root) || line.target || first.key)
  }
  return href.message(contentOf(first).root || first.key)
}

/** One thing that happened, what it is about, and what can be done about it here. */
export function NewsLine({ line }: { line: Line }) {
  const first = line.notices[0]!
  // Its summary follows what becomes of it; the notice itself only says why.
  const said = message(first.key).value ?? first
  const about = line.target ? message(line.target).value : undefined
  const Sign = ICONS[line.why] ?? AtSign
  const quote = line.why === 'vote' ? textOf(about) : textOf(said)
  return (
    <article class={line.isNew ? 'stone notice-line fresh' : 'stone notice-line'}>
      <span class="sign">
        <Sign class="icon" aria-hidden="true" />
      </span>
      <div class="text">
        <a class="what" href={toOf(line, about)}>
          <span dir="auto">{wordsOf(line)}</span>
          {line.isNew && <span class="hidden"> ({t('notices.isNew')})</span>}
          {quote && (
            <span class="quote" dir="auto">
              {quote}
            </span>
          )}
        </a>
        <p class="when">
          <span class="people">
            {line.notices.slice(0, FACES).map(n => (
              <Avatar key={n.key} id={n.value.author} size="tiny" />
            ))}
          </span>
          <Time ms={line.time} />
        </p>
        {line.why === 'circle' && <InviteAnswer id={first.audience?.group ?? ''} />}
        {line.why === 'wall' && <WallAnswer m={said} />}
        {(line.why === 'request' || line.why === 'follow') && <RequestAnswer id={first.value.author} />}
      </div>
    </article>
  )
}

function textOf(m: Summary | null | undefined): string {
  if (!m) return ''
  const content = contentOf(m)
  return content.warning ? t('post.warning', { text: plain(content.warning, 100) }) : plain(content.text, 160)
}

/** A stranger's post waits for the owner of the wall. */
function WallAnswer({ m }: { m: Summary }) {
  const state = m.wall?.state
  const answer = (accept: boolean): void =>
    void attempt(() => answerWallPost(m, accept), t(accept ? 'post.letInNow' : 'post.takenDown'))
  if (state === 'removed') return <p class="quiet">{t('post.takenDown')}</p>
  if (state === 'accepted') return <p class="quiet">{t('post.letInNow')}</p>
  if (state !== 'waiting') return null
  return (
    <>
      <p class="quiet">{t('post.waitingMine')}</p>
      <div class="row wrap">
        <button type="button" class="button small primary" disabled={!isReady.value} onClick={() => answer(true)}>
          {t('post.letIn')}
        </button>
        <button type="button" class="button small danger" disabled={!isReady.value} onClick={() => answer(false)}>
          {t('post.takeDown')}
        </button>
      </div>
    </>
  )
}

function RequestAnswer({ id }: { id: string }) {
  const [done, setDone] = useState(false)
  const p = person(id).value
  if (!p?.followsMe || done) return null
  // The line itself says by now that they are friends.
  if (p.following) return null
  const name = nameNow(id)
  const aside = async (): Promise<void> => {
    if (await attempt(() => refuse(id), t('people.refused'))) setDone(true)
  }
  return (
    <div class="row wrap">
      <button
        type="button"
        class="button small primary"
        disabled={!isReady.value}
        onClick={() => void attempt(() => follow(id), t('people.nowFriends', { name }))}
      >
        {t('people.accept')}
      </button>
      <button type="button" class="button small" disabled={!isReady.value} onClick={() => void aside()}>
        {t('people.refuse')}
      </button>
    </div>
  )
}

/** A group asks whether we want to belong to it. */
function InviteAnswer({ id }: { id: string }) {
  useEffect(watchCircles, [])
  const it = circleOf(id)
  if (it?.role !== 'invited') return null
  const name = it.name ?? ''
  return (
    <div class="row wrap">
      <button
        type="button"
        class="button small primary"
        disabled={!isReady.value}
        onClick={() => void attempt(() => ask('circles.accept', id), t('circles.joined', { name }))}
      >
        {t('people.accept')}
      </button>
      <button
        type="button"
        class="button small"
        disabled={!isReady.value}
        onClick={() => void attempt(() => ask('circles.refuse', id), t('circles.refused'))}
      >
        {t('people.refuse')}
      </button>
    </div>
  )
}
