// SPDX-License-Identifier: MIT
import { useId, useRef, useState } from 'preact/hooks'
import { number, t } from '../i18n/index.ts'
import { isPrivate } from '../node/circles.ts'
import { isReady, meId } from '../node/client.ts'
import { contentOf } from '../node/content.ts'
import { holders, holdersOf } from '../node/holders.ts'
import { react } from '../node/publish.ts'
import type { Summary } from '../node/types.ts'
import { go, href } from '../route.ts'
import { MessageCircle, Share2, SmilePlus, ThumbsUp } from './icons.ts'
import { later } from './lazy.tsx'
import { likedByMe, likesOf, mineOf, others, PRESETS } from './reactions.ts'
import { attempt } from './toast.ts'

const ShareDialog = later(() => import('./PostDialogs.tsx').then(m => m.ShareDialog))
const WhereDialog = later(() => import('./WhereDialog.tsx').then(m => m.WhereDialog))

interface Props {
  m: Summary
  onReply?: (m: Summary) => void
}

export function PostActions({ m, onReply }: Props) {
  const [sharing, setSharing] = useState(false)
  const liked = likedByMe(m)
  const likes = likesOf(m)
  const root = contentOf(m).root || m.key
  const comment = (): void => (onReply ? onReply(m) : go(href.message(root, 'comment')))
  return (
    <>
      <Reactions m={m} />
      <div class="actions">
        <button
          type="button"
          class="ghost"
          data-action="like"
          aria-pressed={liked}
          disabled={!isReady.value}
          onClick={() => void attempt(() => react(m, '', !liked))}
        >
          <ThumbsUp class="icon" aria-hidden="true" />
          <span>{t('post.like')}</span>
          {likes > 0 && <b>{number(likes)}</b>}
        </button>
        <Picker m={m} />
        <button type="button" class="ghost" data-action="comment" onClick={comment}>
          <MessageCircle class="icon" aria-hidden="true" />
          {m.replies > 0 ? t('post.comments', { count: m.replies }) : t('post.comment')}
        </button>
        {!isPrivate(m) && (
          <button type="button" class="ghost only" data-action="share" onClick={() => setSharing(true)}>
            <Share2 class="icon" aria-hidden="true" />
            <span class="hidden">{t('post.share')}</span>
            {m.shares > 0 && <b title={t('post.shares', { count: m.shares })}>{number(m.shares)}</b>}
          </button>
        )}
        {m.value.author === meId.value && <Reach m={m} />}
      </div>
      {sharing && <ShareDialog m={m} onClose={() => setSharing(false)} />}
    </>
  )
}

export function Reactions({ m }: { m: Summary }) {
  const list = others(m)
  if (!list.length) return null
  return (
    <div class="reactions" role="group" aria-label={t('post.reactions')}>
      {list.map(r => (
        <button
          key={r.expression}
          type="button"
          aria-pressed={r.mine === true}
          aria-label={t('post.reaction', { name: r.expression, count: r.count })}
          disabled={!isReady.value}
          onClick={() => void attempt(() => react(m, r.expression, !r.mine))}
        >
          <bdi>{[...r.expression].slice(0, 12).join('')}</bdi> {number(r.count)}
        </button>
      ))}
    </div>
  )
}

export function Picker({ m }: { m: Summary }) {
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const mine = mineOf(m)
  const choose = (emoji: string): void => {
    ref.current?.hidePopover()
    void attempt(() => react(m, emoji, mine !== emoji))
  }
  return (
    <>
      <button
        type="button"
        class="ghost only"
        popovertarget={id}
        aria-label={t('post.react')}
        disabled={!isReady.value}
      >
        <SmilePlus class="icon" aria-hidden="true" />
      </button>
      <div ref={ref} id={id} class="menu start" popover="auto" role="group" aria-label={t('post.react')}>
        <div class="picker">
          {PRESETS.map(([emoji, name]) => (
            <button
              key={emoji}
              type="button"
              aria-label={t(name)}
              aria-pressed={mine === emoji}
              onClick={() => choose(emoji)}
            >
              {emoji}
            </button>
          ))}
        </div>
      </div>
    </>
  )
}

/** The sign that it has reached somebody, in words. */
function Reach({ m }: { m: Summary }) {
  const [open, setOpen] = useState(false)
  const count = holdersOf(holders(meId.value).value, m.value.sequence).length
  return (
    <>
      <button
        type="button"
        class="ghost reach"
        data-action="where"
        title={t('post.where')}
        onClick={() => setOpen(true)}
      >
        {count ? t('post.onDevices', { count }) : t('post.onDevice')}
      </button>
      {open && <WhereDialog m={m} onClose={() => setOpen(false)} />}
    </>
  )
}
