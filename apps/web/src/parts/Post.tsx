// SPDX-License-Identifier: MIT
// One post, wherever it stands: on a wall, at home, in a thread, in another post.
import type { ComponentChildren } from 'preact'
import { useId } from 'preact/hooks'
import { t, tx } from '../i18n/index.ts'
import { Media } from '../media/Media.tsx'
import { audienceOfPost } from '../node/circles.ts'
import { meId } from '../node/client.ts'
import { type Content, contentOf } from '../node/content.ts'
import { message } from '../node/messages.ts'
import { person } from '../node/people.ts'
import { answerWallPost } from '../node/publish.ts'
import { type Summary, timeOf } from '../node/types.ts'
import { href } from '../route.ts'
import { Words } from '../text/Words.tsx'
import { PostAudience } from './Audience.tsx'
import { Avatar } from './Avatar.tsx'
import { TriangleAlert } from './icons.ts'
import { later } from './lazy.tsx'
import { nameNow, PersonLink } from './PersonLink.tsx'
import { PostActions } from './PostActions.tsx'
import { PostMenu } from './PostMenu.tsx'
import { Time } from './Time.tsx'
import { attempt } from './toast.ts'

const Copied = later(() => import('./Copied.tsx').then(m => m.Copied))

interface Props {
  id: string
  /** In a thread: answers this one. Elsewhere a comment opens the thread. */
  onReply?: (m: Summary) => void
  /** The whole text, not folded. */
  whole?: boolean
}

export function Post({ id, onReply, whole = false }: Props) {
  const label = useId()
  const m = message(id).value
  if (m === undefined)
    return (
      <article class="stone quiet" aria-busy="true">
        {t('common.loading')}
      </article>
    )
  if (m === null) return <article class="stone quiet">{t('post.notHere')}</article>
  // Whom we block we do not read, wherever it stands.
  if (person(m.value.author).value?.blocking) {
    return <article class="stone quiet">{t('wall.blockedText', { name: nameNow(m.value.author) })}</article>
  }
  const content = contentOf(m)
  return (
    <article class="stone post" data-kind={audienceOfPost(m).kind} tabIndex={-1} data-post={id} aria-labelledby={label}>
      <Avatar id={m.value.author} />
      <div class="body">
        <Head m={m} content={content} label={label} />
        <WallState m={m} />
        <Said m={m} content={content} whole={whole} />
        {!m.retracted && <PostActions m={m} {...(onReply && { onReply })} />}
      </div>
      <PostMenu m={m} content={content} />
    </article>
  )
}

function Head({ m, content, label }: { m: Summary; content: Content; label: string }) {
  const author = <PersonLink id={m.value.author} name={m.author.name} />
  return (
    <header>
      <span id={label}>
        {m.wall
          ? tx('post.on', { author, owner: <PersonLink id={m.wall.owner.id} name={m.wall.owner.name} /> })
          : content.type === 'share'
            ? tx('post.shared', { name: author })
            : author}
      </span>
      <span class="when">
        <Time ms={timeOf(m)} to={href.message(content.root || m.key)} />
        <PostAudience m={m} />
      </span>
      {m.edited && <span class="quiet">{t('post.edited')}</span>}
    </header>
  )
}

/** Whether the wall's owner has let it in, and the owner's answer. */
function WallState({ m }: { m: Summary }) {
  if (m.wall?.state !== 'waiting' && m.wall?.state !== 'removed') return null
  const owner = m.wall.owner.id
  const waits = m.wall.state === 'waiting'
  if (owner !== meId.value) {
    return <p class="notice">{t(waits ? 'post.waiting' : 'post.removed', { name: nameNow(owner) })}</p>
  }
  const answer = (accept: boolean): void =>
    void attempt(() => answerWallPost(m, accept), t(accept ? 'post.letInNow' : 'post.takenDown'))
  return (
    <div class="notice row wrap">
      <span class="grow">{waits ? t('post.waitingMine') : t('post.takenDown')}</span>
      <button type="button" class="button small" onClick={() => answer(true)}>
        {t(waits ? 'post.letIn' : 'post.putBack')}
      </button>
      {waits && (
        <button type="button" class="button small danger" onClick={() => answer(false)}>
          {t('people.refuse')}
        </button>
      )}
    </div>
  )
}

/** What somebody said, as far as it is for us to read. */
export function Said({ m, content, whole }: { m: Summary; content: Content; whole: boolean }) {
  if (m.retracted) return <p class="quiet">{t('post.retracted', { name: nameNow(m.value.author) })}</p>
  if (typeof m.value.content === 'string') return <p class="quiet">{t('post.sealed')}</p>
  // Taken down: only the two whom it concerns still read it.
  const concerned = [m.value.author, m.wall?.owner.id].includes(meId.value)
  if (m.wall?.state === 'removed' && !concerned) return null
  if (content.type !== 'post' && content.type !== 'share') {
    return <p class="quiet">{t('post.unknown', { type: content.type.slice(0, 40) })}</p>
  }
  return (
    <>
      {m.replayed && <Copied />}
      <Warned warning={content.warning}>
        <Words text={content.text} files={content.files} fold={!whole} />
        <Files content={content} />
        {content.type === 'share' && content.share && <Embedded id={content.share} />}
      </Warned>
    </>
  )
}

function Warned({ warning, children }: { warning: string; children: ComponentChildren }) {
  if (!warning.trim()) return <>{children}</>
  return (
    <details class="warning">
      <summary>
        <TriangleAlert class="icon small" aria-hidden="true" /> {t('post.warning', { text: warning.slice(0, 300) })} ·{' '}
        <span class="quiet">{t('post.warningShow')}</span>
      </summary>
      <div class="stack tight">{children}</div>
    </details>
  )
}

/** Files that go with a post and that its text does not show by itself. */
function Files({ content }: { content: Content }) {
  const rest = content.files.filter(f => !content.text.includes(f.link))
  const [photos, others] = [true, false].map(is => rest.filter(f => f.type.startsWith('image/') === is))
  return (
    <>
      {photos!.length > 0 && (
        <div class="photos">
          {photos!.map(f => (
            <span data-blob="" key={f.link}>
              <Media link={f.link} alt={f.name} known={f} inline />
            </span>
          ))}
        </div>
      )}
      {others!.length > 0 && (
        <ul class="files">
          {others!.map(f => (
            <li key={f.link}>
              <Media link={f.link} alt={f.name} known={f} inline={false} />
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

/** What was shared. */
export function Embedded({ id }: { id: string }) {
  const m = message(id).value
  if (!m) return <p class="embedded quiet">{m === null ? t('post.notHere') : t('common.loading')}</p>
  if (person(m.value.author).value?.blocking) {
    return <p class="embedded quiet">{t('wall.blockedText', { name: nameNow(m.value.author) })}</p>
  }
  const content = contentOf(m)
  return (
    <blockquote class="embedded">
      <p class="row wrap">
        <Avatar id={m.value.author} size="tiny" />
        <PersonLink id={m.value.author} name={m.author.name} />
        <Time ms={timeOf(m)} to={href.message(content.root || m.key)} />
      </p>
      {content.type === 'share' ? <Words text={content.text} fold /> : <Said m={m} content={content} whole={false} />}
    </blockquote>
  )
}
