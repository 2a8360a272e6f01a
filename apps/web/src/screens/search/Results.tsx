// SPDX-License-Identifier: MIT
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { all, ask, isReady } from '../../node/client.ts'
import { List } from '../../node/lists.ts'
import { keepPeople } from '../../node/people.ts'
import { EmptyState } from '../../parts/EmptyState.tsx'
import { PersonCard } from '../../parts/PersonCard.tsx'
import { PostList } from '../../parts/PostList.tsx'
import { href } from '../../route.ts'
import { finder, markWords } from '../../text/found.ts'

const FEW = 4
const TAGS = 3

/** The last list stays, so that coming back from a post finds it as it was left. */
let last: { key: string; list: List } | undefined

function listOf(text: string, by: string): List {
  const key = `${by} ${text}`
  if (last?.key !== key) {
    last?.list.close()
    last = { key, list: new List('search', { text, ...(by && { by }) }) }
  }
  return last.list
}

export function Results({ text, by }: { text: string; by: string }) {
  const posts = useId()
  const ref = useRef<HTMLElement>(null)
  const people = usePeople(by ? '' : text)
  const tags = useTags(text)
  const list = listOf(text, by)
  useEffect(() => {
    list.open()
    return () => list.close()
  }, [list])
  useEffect(() => {
    const found = finder(text)
    return found && ref.current ? markWords(ref.current, found) : undefined
  }, [text, by])
  const others = people.length + tags.length > 0
  return (
    <>
      <People key={text} ids={people} />
      {tags.length > 0 && (
        <p class="row wrap tags">
          {tags.map(tag => (
            <a key={tag} class="button small" href={href.tag(tag)}>
              {t('search.allOfTag', { tag })}
            </a>
          ))}
        </p>
      )}
      <section ref={ref} class="stack tight" aria-labelledby={posts}>
        <h2 id={posts} class="head">
          {t('search.posts')}
        </h2>
        <PostList
          key={`${by} ${text}`}
          list={list}
          empty={
            others ? (
              <p class="stone quiet">{t('search.noPosts')}</p>
            ) : (
              <EmptyState title={t('search.nothing')} text={t(by ? 'search.nothingBy' : 'search.nothingText')}>
                {by ? (
                  <a class="button" href={href.search(text)}>
                    {t('search.byEveryone')}
                  </a>
                ) : (
                  <a class="button" href={href.friends}>
                    {t('home.find')}
                  </a>
                )}
              </EmptyState>
            )
          }
        />
      </section>
    </>
  )
}

function People({ ids }: { ids: string[] }) {
  const id = useId()
  const [every, setEvery] = useState(false)
  if (!ids.length) return null
  const shown = every ? ids : ids.slice(0, FEW)
  return (
    <section class="stack tight" aria-labelledby={id}>
      <h2 id={id} class="head">
        {t('search.people')}
      </h2>
      <ul class="people masonry">
        {shown.map(x => (
          <li key={x}>
            <PersonCard id={x} />
          </li>
        ))}
      </ul>
      {shown.length < ids.length && (
        <button type="button" class="button small start" onClick={() => setEvery(true)}>
          {t('search.morePeople', { count: ids.length - shown.length })}
        </button>
      )}
    </section>
  )
}

function usePeople(text: string): string[] {
  const [ids, setIds] = useState<string[]>([])
  const ready = isReady.value
  useEffect(() => {
    const name = text.trim().replace(/^@/, '')
    if (!ready || !name || name.startsWith('#')) return setIds([])
    let here = true
    ask('people.find', name).then(
      found => here && setIds(keepPeople(found).map(p => p.id)),
      () => here && setIds([]),
    )
    return () => {
      here = false
    }
  }, [text, ready])
  return ids
}

/** Which of the words are hashtags that somebody used. */
function useTags(text: string): string[] {
  const [tags, setTags] = useState<string[]>([])
  const ready = isReady.value
  useEffect(() => {
    const words = [...new Set(text.toLowerCase().match(/[\p{L}\p{N}_-]{2,64}/gu) ?? [])].slice(0, TAGS)
    if (!ready || !words.length) return setTags([])
    let here = true
    const used = words.map(tag => all('tag', [{ tag, limit: 1 }]).then(posts => (posts.length ? tag : '')))
    Promise.all(used).then(
      found => here && setTags(found.filter(Boolean)),
      () => here && setTags([]),
    )
    return () => {
      here = false
    }
  }, [text, ready])
  return tags
}
