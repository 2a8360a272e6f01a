// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { toOf } from '../node/circles.ts'
import { contentOf, isMessage } from '../node/content.ts'
import { list } from '../node/lists.ts'
import { message } from '../node/messages.ts'
import type { Summary } from '../node/types.ts'
import { Composer } from '../parts/Composer.tsx'
import { nameNow } from '../parts/PersonLink.tsx'
import { write } from '../parts/Places.tsx'
import { Post } from '../parts/Post.tsx'
import { Title } from '../parts/Title.tsx'
import { Typing } from '../parts/Typing.tsx'
import { go, href, route } from '../route.ts'
import NotFound from './NotFound.tsx'

export default function Thread() {
  const { id } = route.value
  if (!isMessage(id)) return <NotFound />
  return <ThreadOf key={id} id={id} />
}

/** Below the post: its comments in order, and answers to a comment below that comment. */
function ThreadOf({ id }: { id: string }) {
  const [target, setTarget] = useState<Summary>()
  const root = message(id).value
  const replies = list('thread', { root: id }, true)
  const rootContent = root ? contentOf(root) : undefined

  useEffect(() => replies.open(), [replies])
  // A link to a comment shows the whole thread.
  useEffect(() => {
    if (rootContent?.root) go(href.message(rootContent.root))
  }, [rootContent?.root])

  const ids = replies.ids.value
  const comments = nest(ids, id)
  const last = ids.at(-1) ?? id
  const people = [...new Set([root, ...ids.map(x => message(x).value)].flatMap(m => (m ? [m.value.author] : [])))]
  const answer = (m: Summary): void => {
    setTarget(m.key === id ? undefined : m)
    write()
  }
  const title = root ? t('thread.title', { name: nameNow(root.value.author) }) : t('thread.titleAny')

  return (
    <div class="thread stack">
      <Title text={title} />
      <div>
        {root === null ? <p class="stone">{t('thread.rootMissing')}</p> : <Post id={id} whole onReply={answer} />}
        <h2 class="hidden">{t('thread.comments')}</h2>
        <ul class="replies" aria-label={t('thread.comments')}>
          {comments.map(c => (
            <li key={c.id}>
              <Post id={c.id} whole onReply={answer} />
              {c.answers.length > 0 && (
                <ul class="replies nested">
                  {c.answers.map(x => (
                    <li key={x}>
                      <Post id={x} whole onReply={answer} />
                    </li>
                  ))}
                </ul>
              )}
            </li>
          ))}
        </ul>
        {replies.isEmpty.value && <p class="stone quiet">{t('thread.none')}</p>}
        <Typing at={id} />
      </div>
      {root && !root.retracted && (
        <div class="stone stack tight">
          {target && (
            <p class="row wrap">
              <span class="grow">{t('thread.replying', { name: nameNow(target.value.author) })}</span>
              <button type="button" class="link" onClick={() => setTarget(undefined)}>
                {t('thread.stopAnswer')}
              </button>
            </p>
          )}
          <Composer
            place={`thread:${id}`}
            kind="comment"
            root={id}
            branch={[target?.key ?? last]}
            recps={toOf(root)}
            near={people}
            typingAt={id}
            focus={route.value.query === 'comment' || target !== undefined}
            onSent={() => setTarget(undefined)}
          />
        </div>
      )}
    </div>
  )
}

interface Comment {
  id: string
  answers: string[]
}

/** One level: an answer names the comment it answers by `branch`. Just going on after the newest is no answer. */
function nest(ids: string[], root: string): Comment[] {
  const out: Comment[] = []
  const top = new Map<string, Comment>()
  let newest = root
  for (const id of ids) {
    const m = message(id).value
    const branch = m ? contentOf(m).branch : []
    const parent = branch.length === 1 && branch[0] !== newest ? top.get(branch[0]!) : undefined
    const comment = parent ?? { id, answers: [] }
    if (parent) parent.answers.push(id)
    else out.push(comment)
    top.set(id, comment)
    newest = id
  }
  return out
}
