// SPDX-License-Identifier: MIT
import '../style/notices.css'
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { markRead, marks } from '../node/state.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { Title } from '../parts/Title.tsx'
import { toast } from '../parts/toast.ts'
import { href } from '../route.ts'
import { NewsLine } from './notices/NewsLine.tsx'
import { type Line, linesOf, news, newsMore, newsState, olderNews, reloadNews, watchNews } from './notices/news.ts'

const SEEN_MS = 3000

export default function Notifications() {
  useEffect(watchNews, [])
  const [until, setUntil] = useUntil()
  const state = newsState.value
  const lines = linesOf(news.value.values(), until)
  const fresh = lines.filter(l => l.isNew)
  const rest = lines.filter(l => !l.isNew)
  const newest = Math.max(0, ...[...news.value.values()].map(n => n.timestamp))

  useEffect(() => {
    if (!newest || state !== 'ready') return
    const timer = setTimeout(() => document.visibilityState === 'visible' && markRead('notices', newest), SEEN_MS)
    return () => clearTimeout(timer)
  }, [newest, state])

  const allRead = (): void => {
    markRead('notices', newest)
    setUntil(newest)
    toast(t('notices.allRead'))
  }
  return (
    <div class="stack news" aria-busy={state === 'loading'}>
      <Title text={t('notices.title')}>
        {fresh.length > 0 && (
          <button type="button" class="button small" onClick={allRead}>
            {t('notices.markAll')}
          </button>
        )}
      </Title>
      {state === 'failed' && (
        <div class="stone empty">
          <p>{t('list.failed')}</p>
          <button type="button" class="button" onClick={reloadNews}>
            {t('common.retry')}
          </button>
        </div>
      )}
      {state === 'loading' && <p class="quiet">{t('common.loading')}</p>}
      {state === 'ready' && !lines.length && !newsMore.value && (
        <EmptyState title={t('notices.emptyTitle')} text={t('notices.emptyText')}>
          <a class="button primary" href={href.friends}>
            {t('home.find')}
          </a>
        </EmptyState>
      )}
      <Part title={t('notices.fresh', { count: fresh.length })} lines={fresh} />
      {fresh.length > 0 && rest.length > 0 && <hr class="cut" />}
      <Part title={t('notices.earlier')} lines={rest} quiet={!fresh.length} />
      {newsMore.value && (
        <div class="foot-bar">
          <button type="button" class="button" onClick={() => void olderNews().catch(() => {})}>
            {t('list.older')}
          </button>
        </div>
      )}
    </div>
  )
}

/** Until when it had been read when one came here; the line stays where it is while one looks. */
function useUntil(): [number, (ms: number) => void] {
  const [until, setUntil] = useState(marks.notices.peek())
  const now = marks.notices.value
  useEffect(() => {
    if (until === undefined && now !== undefined) setUntil(now)
  }, [now])
  return [until ?? Number.POSITIVE_INFINITY, setUntil]
}

function Part({ title, lines, quiet = false }: { title: string; lines: Line[]; quiet?: boolean }) {
  const id = useId()
  if (!lines.length) return null
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class={quiet ? 'hidden' : 'part'}>
        {title}
      </h2>
      <ul class="masonry">
        {lines.map(line => (
          <li key={line.key}>
            <NewsLine line={line} />
          </li>
        ))}
      </ul>
    </section>
  )
}
