// SPDX-License-Identifier: MIT
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { language, names, t } from '../../i18n/index.ts'
import { isReady, meId } from '../../node/client.ts'
import { contentOf } from '../../node/content.ts'
import { type List, list } from '../../node/lists.ts'
import { inPlace, onSent, type Waiting, waiting } from '../../node/outbox.ts'
import { here, typing } from '../../node/presence.ts'
import { talkId, withMe } from '../../node/talk.ts'
import type { Summary } from '../../node/types.ts'
import { readTalk, readUntil } from '../../node/unseen.ts'
import { Composer } from '../../parts/Composer.tsx'
import { Lock } from '../../parts/icons.ts'
import { nameNow, PersonLink } from '../../parts/PersonLink.tsx'
import { Relation } from '../../parts/Relation.tsx'
import { Title } from '../../parts/Title.tsx'
import { href } from '../../route.ts'
import { enterSends } from '../../settings.ts'
import { plain } from '../../text/markdown.ts'
import { Bubbles, Pending } from './Bubbles.tsx'
import { BackLink } from './NewTalk.tsx'
import { byDay, type Day, inOrder } from './runs.ts'
import { Faces, titleOf } from './Talks.tsx'
import { isRequest, talks } from './talks.ts'

const SEEN_MS = 1000

/** One conversation; `people` without ourselves. */
export function Talk({ people }: { people: string[] }) {
  const id = talkId(people)
  const place = `to:${people.join() || meId.value}`
  const posts = list('conversation', { people: withMe(people) })
  const scroller = useRef<HTMLDivElement>(null)
  const messages = inOrder(posts.ids.value)
  const cut = useUnreadCut(id, messages, posts)
  const days = byDay(messages, cut)
  const pending = usePending(place, messages)
  const toEnd = (): void => {
    posts.show()
    requestAnimationFrame(() => scroller.current?.scrollTo({ top: 0 }))
  }

  useEffect(() => {
    posts.open()
    // The box is turned over: its beginning, at 0, is where the newest are.
    posts.mayMove = () => (scroller.current?.scrollTop ?? 0) > -40
    inPlace.value = place
    return () => {
      posts.mayMove = () => false
      inPlace.value = ''
    }
  }, [posts])
  const sent = pending.length
  useEffect(toEnd, [sent])

  return (
    <section class="talk">
      <Head people={people} />
      <div
        class="scroller"
        ref={scroller}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keyboard
        tabIndex={0}
        role="group"
        aria-label={t('messages.said')}
        aria-busy={posts.state.value === 'loading'}
      >
        <div class="days">
          <Older list={posts} />
          {days.map(day => (
            <DayOf key={day.start} day={day} cut={cut} several={people.length > 1} />
          ))}
          {posts.isEmpty.value && !pending.length && (
            <p class="quiet begin">
              {people.length ? t('messages.begins', { names: readers(people) }) : t('messages.selfText')}
            </p>
          )}
          {posts.state.value === 'failed' && <p class="quiet begin">{t('list.failed')}</p>}
          {pending.map(w => (
            <Pending key={w.id} it={w} />
          ))}
        </div>
      </div>
      <Arrivals messages={messages} list={posts} onShow={toEnd} />
      <TypingHere at={id} people={people} />
      <Request people={people} id={id} />
      <div class="write">
        <Composer
          place={place}
          kind="message"
          recps={withMe(people)}
          near={people}
          typingAt={id}
          focus={matchMedia('(pointer: fine)').matches}
          onSent={toEnd}
        />
        <EnterChoice />
      </div>
    </section>
  )
}

const readers = (people: string[]): string => names([...people.map(nameNow), t('composer.you')])

function Head({ people }: { people: string[] }) {
  const present = people.filter(id => here.value.has(id))
  return (
    <header class="top-line">
      <BackLink />
      <Faces people={people} />
      <div class="text">
        <Title text={titleOf(people)} />
        <p class="readers">
          <Lock class="icon small" aria-hidden="true" />
          {people.length ? t('messages.onlyThese', { names: readers(people) }) : t('messages.onlyYou')}
        </p>
        {people.length > 0 && (
          <p class="quiet walls">
            {people.map((id, i) => (
              <span key={id}>
                {i > 0 && ' · '}
                {people.length > 1 ? <PersonLink id={id} /> : <a href={href.wall(id)}>{t('messages.wall')}</a>}
                {present.includes(id) && `${people.length > 1 ? ' ' : ' · '}${t('people.here')}`}
              </span>
            ))}
          </p>
        )}
      </div>
    </header>
  )
}

/** Where the reader was when they came; what is on the screen for a moment counts as read. */
function useUnreadCut(id: string, messages: Summary[], posts: List): string | undefined {
  const until = useMemo(() => readUntil(id), [id])
  const [cut, setCut] = useState<string>()
  const ready = posts.state.value === 'ready'
  useEffect(() => {
    // Once, when it is opened: what comes while one looks is not news.
    if (ready) setCut(messages.find(m => m.timestamp > until && m.value.author !== meId.value)?.key)
  }, [ready])
  const newest = Math.max(0, ...messages.map(m => m.timestamp))
  const [looked, setLooked] = useState(0)
  useEffect(() => {
    const look = (): void => setLooked(n => n + 1)
    document.addEventListener('visibilitychange', look)
    return () => document.removeEventListener('visibilitychange', look)
  }, [])
  useEffect(() => {
    if (!newest || !ready) return
    const timer = setTimeout(() => document.visibilityState === 'visible' && readTalk(id, newest), SEEN_MS)
    return () => clearTimeout(timer)
  }, [newest, ready, looked])
  return cut
}

/** What was written here and is not in the list yet: it waits, or it was signed this moment. */
function usePending(place: string, messages: Summary[]): Waiting[] {
  const [signed, setSigned] = useState<{ w: Waiting; key: string }[]>([])
  useEffect(() => {
    const said = (w: Waiting, key: string): void => {
      if (w.place === place) setSigned(now => [...now, { w: { ...w, sending: Date.now() }, key }])
    }
    onSent.add(said)
    return () => void onSent.delete(said)
  }, [place])
  const keys = new Set(messages.map(m => m.key))
  const arrived = (w: Waiting): boolean =>
    w.sending !== undefined &&
    messages.some(
      m =>
        m.value.author === meId.value && m.value.timestamp >= w.sending! - 1000 && contentOf(m).text === w.draft.text,
    )
  return [
    ...signed.filter(s => !keys.has(s.key)).map(s => s.w),
    ...waiting.value.filter(w => w.place === place && !arrived(w)),
  ]
}

function dayName(start: number): string {
  const days = Math.round((new Date().setHours(0, 0, 0, 0) - start) / 86_400_000)
  if (days >= 0 && days < 2) {
    const word = new Intl.RelativeTimeFormat(language.value, { numeric: 'auto' }).format(-days, 'day')
    return word.charAt(0).toLocaleUpperCase(language.value) + word.slice(1)
  }
  const sameYear = new Date(start).getFullYear() === new Date().getFullYear()
  return new Date(start).toLocaleDateString(language.value, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    ...(!sameYear && { year: 'numeric' }),
  })
}

function DayOf({ day, cut, several }: { day: Day; cut: string | undefined; several: boolean }) {
  return (
    <section>
      <h2 class="day">{dayName(day.start)}</h2>
      {day.runs.map(run => (
        <div key={run.messages[0]!.key}>
          {run.messages[0]!.key === cut && <p class="divider">{t('list.unread')}</p>}
          <Bubbles run={run} several={several} />
        </div>
      ))}
    </section>
  )
}

/** Fetches what is older when one comes near the top; what one reads stays where it is. */
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
      { root: button.closest('.scroller'), rootMargin: '600px' },
    )
    observer.observe(button)
    return () => observer.disconnect()
  }, [list, more, list.ids.value.length])
  if (!more) return null
  return (
    <div class="foot-bar">
      <button ref={ref} type="button" class="button small" onClick={() => void list.older()}>
        {t('list.older')}
      </button>
    </div>
  )
}

/** Says aloud what came, and leads to it from further up. */
function Arrivals({ messages, list, onShow }: { messages: Summary[]; list: List; onShow: () => void }) {
  const [said, setSaid] = useState('')
  const from = useRef<number | undefined>(undefined)
  // Also what waits further down is said at once.
  const waits = inOrder(list.fresh.value)
  const last = [...messages, ...waits].reduce<Summary | undefined>(
    (a, m) => (a && a.timestamp >= m.timestamp ? a : m),
    undefined,
  )
  const at = last?.timestamp ?? 0
  const author = last && nameNow(last.value.author)
  useEffect(() => {
    if (list.state.peek() !== 'ready') return
    if (from.current !== undefined && last && at > from.current && last.value.author !== meId.value)
      setSaid(t('messages.aloud', { name: author ?? '', text: plain(contentOf(last).text) }))
    from.current = Math.max(at, from.current ?? 0)
  }, [at, list.state.value])
  const count = list.fresh.value.length
  return (
    <div class="arrivals">
      <p class="hidden" role="status">
        {said}
      </p>
      {count > 0 && (
        <button type="button" class="button small appear" data-action="fresh" onClick={onShow}>
          {t('messages.fresh', { count })}
        </button>
      )}
    </div>
  )
}

/** Only of those who take part; anybody might say that they type here. */
function TypingHere({ at, people }: { at: string; people: string[] }) {
  const who = people.filter(id => typing.value.get(at)?.has(id))
  return (
    <p class="typing" role="status">
      {who.length > 0 && t('people.typing', { count: who.length, names: names(who.map(nameNow)) })}
    </p>
  )
}

/** Somebody unknown wrote: what one can do about it, before one answers. */
function Request({ people, id }: { people: string[]; id: string }) {
  const it = talks.value?.find(x => x.id === id)
  const who = it?.authors.find(x => x !== meId.value)
  if (!it || !who || !people.length || !isRequest(it)) return null
  return (
    <div class="request notice">
      <p>{t('messages.unknown', { name: nameNow(who) })}</p>
      <Relation id={who} />
    </div>
  )
}

function EnterChoice() {
  if (!isReady.value) return null
  return (
    <label class="check enter">
      <input
        type="checkbox"
        checked={enterSends.value}
        onChange={e => {
          enterSends.value = e.currentTarget.checked
        }}
      />
      <span>
        {t('messages.enterSends')}{' '}
        <span class="quiet">{t(enterSends.value ? 'messages.enterHint' : 'messages.ctrlHint')}</span>
      </span>
    </label>
  )
}
