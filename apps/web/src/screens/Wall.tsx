// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady, meId } from '../node/client.ts'
import { isFeed } from '../node/content.ts'
import { list } from '../node/lists.ts'
import { nameOf, person } from '../node/people.ts'
import type { Summary } from '../node/types.ts'
import { Composer } from '../parts/Composer.tsx'
import { EmptyState } from '../parts/EmptyState.tsx'
import { PostList } from '../parts/PostList.tsx'
import { Profile } from '../parts/Profile.tsx'
import { useTitle } from '../parts/Title.tsx'
import { Typing } from '../parts/Typing.tsx'
import { route } from '../route.ts'
import NotFound from './NotFound.tsx'

export default function Wall() {
  const id = route.value.id || meId.value
  if (!id) return <p class="quiet">{t('common.loading')}</p>
  if (!isFeed(id)) return <NotFound />
  return <WallOf key={id} id={id} />
}

type Filter = 'posts' | 'waiting' | 'removed'

function WallOf({ id }: { id: string }) {
  const [filter, setFilter] = useState<Filter>('posts')
  const p = person(id).value
  const mine = id === meId.value
  const name = nameOf(p, id)
  useTitle(mine ? t('wall.mine') : t('wall.title', { name }))
  const posts = list('wall', {
    person: id,
    // On another's wall only what we wrote ourselves is shown while it waits.
    ...((filter === 'waiting' || !mine) && { waiting: true }),
    ...(filter === 'removed' && { removed: true }),
  })
  return (
    <div class="stack">
      <Profile id={id} />
      {p?.blocking && <p class="notice danger">{t('wall.blockedText', { name })}</p>}
      {p?.muted && <p class="notice">{t('wall.mutedText', { name })}</p>}
      {meId.value && !p?.blocking && (
        <Composer
          key={id}
          place={mine ? 'home' : `wall:${id}`}
          {...(!mine && { wall: id, typingAt: id })}
          near={[id]}
        />
      )}
      {mine && <Filters value={filter} onChange={setFilter} />}
      <div>
        <Typing at={id} />
        <PostList
          key={filter}
          list={posts}
          hides={m => !belongs(m, filter, mine)}
          empty={isReady.value && <EmptyState text={mine ? t('wall.emptyMine') : t('wall.emptyOther', { name })} />}
        />
      </div>
    </div>
  )
}

function belongs(m: Summary, filter: Filter, mine: boolean): boolean {
  const state = m.wall?.state
  if (filter === 'waiting') return state === 'waiting'
  if (filter === 'posts' && state === 'removed') return false
  return state !== 'waiting' || (!mine && m.value.author === meId.value)
}

/** What strangers left for the owner to decide, and what was taken down. */
function Filters({ value, onChange }: { value: Filter; onChange: (f: Filter) => void }) {
  const choices = [
    ['posts', 'list.posts'],
    ['waiting', 'wall.waiting'],
    ['removed', 'wall.removedPosts'],
  ] as const
  return (
    <fieldset class="choice">
      <legend class="hidden">{t('wall.filter')}</legend>
      {choices.map(([key, label]) => (
        <label key={key}>
          <input type="radio" name="filter" checked={value === key} onChange={() => onChange(key)} />
          {t(label)}
        </label>
      ))}
    </fieldset>
  )
}
