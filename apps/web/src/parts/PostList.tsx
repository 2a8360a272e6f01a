// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import type { List } from '../node/lists.ts'
import { message } from '../node/messages.ts'
import { person } from '../node/people.ts'
import { type Summary, timeOf } from '../node/types.ts'
import { Post } from './Post.tsx'

interface Props {
  list: List
  /** Everything later than this is new: a line is drawn below it. */
  readUntil?: number | undefined
  empty: ComponentChildren
  /** How one message is shown; a Post unless told. */
  item?: (id: string) => ComponentChildren
  /** What no longer belongs here, such as what was taken down while one looks. */
  hides?: (m: Summary) => boolean
}

/** The newest first, with what arrived meanwhile behind a button, and older ones as one comes near. */
export function PostList({ list, readUntil, empty, item, hides }: Props) {
  const ref = useRef<HTMLUListElement>(null)
  useEffect(() => {
    list.open()
    // Nothing moves under somebody's finger, pointer or focus.
    list.mayMove = () =>
      scrollY < 8 && !ref.current?.matches(':hover') && !ref.current?.contains(document.activeElement)
    return () => {
      list.mayMove = () => false
    }
  }, [list])

  const ids = list.ids.value.filter(id => {
    const m = message(id).value
    return !m || !(person(m.value.author).value?.blocking || hides?.(m))
  })
  const firstRead = readUntil === undefined ? -1 : ids.findIndex(id => isRead(id, readUntil))

  if (list.isEmpty.value || (list.state.value === 'ready' && !ids.length && !list.more.value)) return <>{empty}</>
  if (list.state.value === 'failed') {
    return (
      <div class="stone empty">
        <p>{t('list.failed')}</p>
        <button type="button" class="button" onClick={() => void list.reload()}>
          {t('common.retry')}
        </button>
      </div>
    )
  }
  return (
    <>
      <FreshPill list={list} />
      <ul class="masonry" ref={ref} aria-label={t('list.posts')} aria-busy={list.state.value === 'loading'}>
        {ids.map((id, i) => (
          <li key={id}>
            {i === firstRead && i > 0 && <p class="divider">{t('list.unread')}</p>}
            {item ? item(id) : <Post id={id} />}
          </li>
        ))}
      </ul>
      <Older list={list} />
    </>
  )
}

function isRead(id: string, until: number): boolean {
  const m = message(id).value
  return m ? timeOf(m) <= until : false
}

function FreshPill({ list }: { list: List }) {
  const count = list.fresh.value.length
  const show = (): void => {
    list.show()
    scrollTo({ top: 0 })
  }
  return (
    <div class="pill-bar" role="status">
      {count > 0 && (
        <button type="button" class="button small appear" data-action="fresh" onClick={show}>
          {t('list.fresh', { count })}
        </button>
      )}
    </div>
  )
}

/** A button for the keyboard, which also acts when it comes into view. */
function Older({ list }: { list: List }) {
  const ref = useRef<HTMLButtonElement>(null)
  const more = list.more.value
  useEffect(() => {
    const button = ref.current
    if (!button || !more) return
    const observer = new IntersectionObserver(
      seen => {
        if (seen.some(e => e.isIntersecting)) void list.older()
      },
      { rootMargin: '800px' },
    )
    observer.observe(button)
    return () => observer.disconnect()
  }, [list, more, list.ids.value.length])
  return (
    <div class="foot-bar">
      {list.state.value === 'loading' && <p class="quiet">{t('common.loading')}</p>}
      {more && (
        <button ref={ref} type="button" class="button" onClick={() => void list.older()}>
          {t('list.older')}
        </button>
      )}
    </div>
  )
}
