// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { list } from '../node/lists.ts'
import { message } from '../node/messages.ts'
import { markRead, marks } from '../node/state.ts'
import { timeOf } from '../node/types.ts'
import { Composer } from '../parts/Composer.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { later } from '../parts/lazy.tsx'
import { PostList } from '../parts/PostList.tsx'
import { Title } from '../parts/Title.tsx'
import { href } from '../route.ts'
import { reach } from '../settings.ts'

const Reminder = later(() => import('../parts/Reminder.tsx').then(m => m.Reminder))

const SEEN_MS = 3000

export default function Home() {
  const posts = list('feed', reach.value < 0 ? {} : { hops: reach.value })
  const readUntil = useReadMark(posts.ids.value[0])
  return (
    <div class="stack">
      <Title text={t('home.title')}>
        <fieldset class="choice">
          <legend class="hidden">{t('home.reach')}</legend>
          {[-1, 1].map(hops => (
            <label key={hops}>
              <input
                type="radio"
                name="reach"
                checked={reach.value === hops}
                onChange={() => {
                  reach.value = hops
                }}
              />
              {t(hops < 0 ? 'home.everyone' : 'home.friends')}
            </label>
          ))}
        </fieldset>
      </Title>
      <Composer place="home" />
      <Reminder />
      <div>
        <PostList
          key={reach.value}
          list={posts}
          readUntil={readUntil}
          empty={
            <EmptyState title={t('home.emptyTitle')} text={t('home.emptyText')}>
              <a class="button primary" href={href.friends}>
                {t('home.find')}
              </a>
            </EmptyState>
          }
        />
      </div>
    </div>
  )
}

/** Where the reader was at the last visit; what is on the screen for some seconds counts as read. */
function useReadMark(newest: string | undefined): number | undefined {
  const [first, setFirst] = useState(marks.home.peek())
  const now = marks.home.value
  useEffect(() => {
    if (first === undefined && now !== undefined) setFirst(now)
  }, [now])
  useEffect(() => {
    const m = newest ? message(newest).peek() : undefined
    if (!m) return
    const timer = setTimeout(() => {
      if (document.visibilityState === 'visible') markRead('home', Math.max(timeOf(m), m.timestamp))
    }, SEEN_MS)
    return () => clearTimeout(timer)
  }, [newest])
  return first
}
