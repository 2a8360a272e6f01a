// SPDX-License-Identifier: MIT
// One box for everything: words in posts, people, tags, and whatever id or link somebody sent.
import '../style/search.css'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { onChange } from '../node/changes.ts'
import { ask, isReady, meId } from '../node/client.ts'
import { isFeed } from '../node/content.ts'
import { keepPeople } from '../node/people.ts'
import type { Resolved } from '../node/types.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { renamed } from '../parts/focus.ts'
import { nameNow } from '../parts/PersonLink.tsx'
import { pasted } from '../parts/pasted.ts'
import { Title } from '../parts/Title.tsx'
import { go, href, route } from '../route.ts'
import { Pasted } from './search/Pasted.tsx'
import { Results } from './search/Results.tsx'
import { forgetSearches, recent, remember } from './search/recent.ts'

const SETTLES_MS = 250

function byOf(query: string): string {
  const id = new URLSearchParams(query).get('by') ?? ''
  return isFeed(id) ? id : ''
}

export default function Search() {
  const id = useId()
  const box = useRef<HTMLInputElement>(null)
  const { id: asked, query } = route.value
  const [words, setWords] = useState(asked)
  const [by, setBy] = useState(byOf(query))
  const [text, setText] = useState(asked.trim())
  const [entered, setEntered] = useState('')
  const resolved = useResolved(text)
  const count = useCount()

  useEffect(() => {
    setWords(asked)
    setText(asked.trim())
    setBy(byOf(query))
  }, [asked, query])
  useEffect(() => {
    if (!asked) box.current?.focus({ preventScroll: true })
  }, [])
  useEffect(() => {
    const timer = setTimeout(() => setText(words.trim()), SETTLES_MS)
    return () => clearTimeout(timer)
  }, [words])
  // The address follows what is typed, so that a reload and going back find it, but makes no history. What
  // may be an invite is a secret, and stays out of it.
  useEffect(() => {
    if (text && (resolved.of !== text || resolved.it?.kind === 'invite')) return
    renamed(href.search(text, by))
  }, [text, by, resolved])
  useEffect(() => {
    if (!entered || resolved.of !== entered) return
    setEntered('')
    if (resolved.it) openPasted(resolved.it, entered)
    else remember(entered)
  }, [entered, resolved])
  return (
    <div class="stack">
      <Title text={t('search.title')} />
      <form
        class="stone stack tight"
        role="search"
        onSubmit={e => {
          e.preventDefault()
          setText(words.trim())
          setEntered(words.trim())
        }}
      >
        <div class="field">
          <label for={id}>{t('search.label')}</label>
          <input
            id={id}
            ref={box}
            class="input"
            type="search"
            data-search=""
            autoComplete="off"
            spellcheck={false}
            enterKeyHint="search"
            maxLength={1000}
            value={words}
            onInput={e => setWords(e.currentTarget.value)}
          />
        </div>
        <div class="row wrap apart">
          <By value={by} onChange={setBy} />
          <p class="quiet" role="status">
            {count && t(count.ready ? 'search.searched' : 'search.preparing', { count: count.posts })}
          </p>
        </div>
      </form>
      {text && resolved.of === text && resolved.it ? (
        <Pasted it={resolved.it} text={text} />
      ) : text ? (
        // biome-ignore lint/a11y/noStaticElementInteractions: listens to what bubbles; nothing here can be clicked itself
        // biome-ignore lint/a11y/useKeyWithClickEvents: a key on a link is a click too
        <div class="stack" onClick={e => (e.target as HTMLElement).closest('a, button') && remember(text)}>
          <Results text={text} by={by} />
        </div>
      ) : (
        <Nothing />
      )}
    </div>
  )
}

/** Enter leads to where a pasted thing is. */
function openPasted(it: Resolved, text: string): void {
  if (it.kind === 'feed') go(href.wall(it.id))
  if (it.kind === 'message' && it.held) go(href.message(it.id))
  if (it.kind === 'address' || it.kind === 'invite') {
    pasted.value = text
    go(href.setting('roads'))
  }
}

/** Nothing typed yet: what was typed before, and what one can type. */
function Nothing() {
  const heading = useId()
  const list = recent.value
  if (!list.length) return <EmptyState title={t('search.startTitle')} text={t('search.startText')} />
  return (
    <section class="stone stack tight" aria-labelledby={heading}>
      <div class="row apart">
        <h2 id={heading}>{t('search.recent')}</h2>
        <button type="button" class="button small" onClick={forgetSearches}>
          {t('search.clear')}
        </button>
      </div>
      <ul class="recent">
        {list.map(words => (
          <li key={words}>
            <a href={href.search(words)} dir="auto">
              {words}
            </a>
          </li>
        ))}
      </ul>
      <p class="quiet">{t('search.startText')}</p>
    </section>
  )
}

/** Whose posts: anybody's, or one person's. */
function By({ value, onChange }: { value: string; onChange: (id: string) => void }) {
  const id = useId()
  const [friends, setFriends] = useState<string[]>([])
  const ready = isReady.value
  useEffect(() => {
    if (!ready) return
    ask('friends.list', { list: 'follows' }).then(
      found => setFriends(keepPeople(found).map(p => p.id)),
      () => {},
    )
  }, [ready])
  const others = [...new Set([...(value && value !== meId.value ? [value] : []), ...friends])]
  const named = others.map(x => ({ id: x, name: nameNow(x) })).sort((a, b) => a.name.localeCompare(b.name))
  return (
    <div class="by row">
      <label for={id}>{t('search.by')}</label>
      <select id={id} class="input" value={value} onChange={e => onChange(e.currentTarget.value)}>
        <option value="">{t('search.everyone')}</option>
        <option value={meId.value}>{t('search.me')}</option>
        {named.map(p => (
          <option key={p.id} value={p.id}>
            {p.name}
          </option>
        ))}
      </select>
    </div>
  )
}

interface Answer {
  /** What was asked. */
  of: string
  it: Resolved | null
}

function useResolved(text: string): Answer {
  const [answer, setAnswer] = useState<Answer>({ of: '', it: null })
  const ready = isReady.value
  useEffect(() => {
    if (!ready || !text) return
    let here = true
    const look = (): void =>
      void ask('resolve', text).then(
        it => here && setAnswer({ of: text, it }),
        () => here && setAnswer({ of: text, it: null }),
      )
    look()
    // What was not here may come.
    const off = onChange(change => (change.posts || change.all) && look())
    return () => {
      here = false
      off()
    }
  }, [text, ready])
  return answer
}

const COUNT_AGAIN_MS = 1500

/** How much is searched; asked again while the index is being made and when more has come. */
function useCount(): { posts: number; ready: boolean } | undefined {
  const [count, setCount] = useState<{ posts: number; ready: boolean }>()
  const ready = isReady.value
  useEffect(() => {
    if (!ready) return
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = (): void => {
      clearTimeout(timer)
      timer = undefined
      ask('searchable').then(
        it => {
          setCount(it)
          if (!it.ready) timer ??= setTimeout(look, COUNT_AGAIN_MS)
        },
        () => {},
      )
    }
    look()
    const off = onChange(change => {
      if (change.posts || change.all) timer ??= setTimeout(look, COUNT_AGAIN_MS)
    })
    return () => {
      clearTimeout(timer)
      off()
    }
  }, [ready])
  return count
}
