// SPDX-License-Identifier: MIT
import { useEffect, useId, useState } from 'preact/hooks'
import { t, tx } from '../i18n/index.ts'
import { onChange, tell } from '../node/changes.ts'
import { ask, isReady, meId } from '../node/client.ts'
import { isFeed } from '../node/content.ts'
import { keepPeople, person } from '../node/people.ts'
import type { FriendRequest, Person } from '../node/types.ts'
import { broker, inTab } from '../node/where.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { later } from '../parts/lazy.tsx'
import type { MenuItem } from '../parts/Menu.tsx'
import { PersonCard } from '../parts/PersonCard.tsx'
import { PersonLink } from '../parts/PersonLink.tsx'
import { Time } from '../parts/Time.tsx'
import { Title } from '../parts/Title.tsx'
import { attempt, copy } from '../parts/toast.ts'
import { go, href } from '../route.ts'
import { idOfUri } from '../text/uri.ts'

interface Circles {
  requests: Person[]
  friends: string[]
  asked: string[]
  near: string[]
}

const NEAR_AT_MOST = 24

const InviteFriend = later(() => import('../tab/InviteFriend.tsx').then(m => m.default))

async function load(): Promise<Circles> {
  const all = async (list: 'requests' | 'friends' | 'follows'): Promise<Person[]> =>
    keepPeople(await ask('friends.list', { list })).filter(p => !p.blocking)
  const of = async (list: 'friends' | 'follows'): Promise<string[]> => (await all(list)).map(p => p.id)
  const [requests, friends, follows] = await Promise.all([all('requests'), of('friends'), of('follows')])
  const hops = await ask('friends.hops')
  const known = new Set([...requests.map(p => p.id), ...friends, ...follows, meId.peek()])
  const near = Object.entries(hops)
    .filter(([id, far]) => far === 2 && !known.has(id))
    .slice(0, NEAR_AT_MOST)
    .map(([id]) => id)
  return { requests, friends, asked: follows.filter(id => !friends.includes(id)), near }
}

export default function Friends() {
  const [circles, setCircles] = useState<Circles>()
  const ready = isReady.value
  const reload = (): void => void load().then(setCircles, () => {})
  useEffect(() => {
    if (ready) reload()
    return onChange(change => (change.people?.length || change.all) && reload())
  }, [ready])
  const alone = circles && !circles.requests.length && !circles.friends.length && !circles.asked.length
  return (
    <div class="stack">
      <Title text={t('friends.title')}>
        <a class="button small" href={href.circles}>
          {t('friends.circles')}
        </a>
      </Title>
      <Find />
      {inTab.value && broker() && <InviteFriend />}
      {circles && (
        <>
          <Circle
            title={t('friends.requests')}
            ids={circles.requests.map(p => p.id)}
            requests={circles.requests}
            onRefused={reload}
          />
          <Circle title={t('friends.yours')} ids={circles.friends} />
          <Circle title={t('friends.asked')} ids={circles.asked} />
          <Circle title={t('friends.near')} ids={circles.near} />
        </>
      )}
      {alone && (
        <EmptyState title={t('friends.emptyTitle')} text={t('friends.emptyText')}>
          <button type="button" class="button primary" onClick={() => void copy(meId.value)}>
            {t('friends.copyId')}
          </button>
        </EmptyState>
      )}
    </div>
  )
}

interface CircleProps {
  title: string
  ids: string[]
  requests?: Person[]
  onRefused?: () => void
}

function Circle({ title, ids, requests, onRefused }: CircleProps) {
  const id = useId()
  if (!ids.length) return null
  const request = (x: string): FriendRequest | undefined => requests?.find(p => p.id === x)?.request
  return (
    <section aria-labelledby={id}>
      <h2 id={id} class="head">
        {title}
      </h2>
      <ul class="people masonry">
        {ids.map(x => (
          <li key={x}>
            <PersonCard id={x} {...(onRefused && { onRefused, also: request(x) && refuseAloud(x, onRefused) })}>
              <Said id={x} request={request(x)} />
            </PersonCard>
          </li>
        ))}
      </ul>
    </section>
  )
}

/** They hear of it where the request came by packet, or by way of a broker. */
const refuseAloud = (id: string, onRefused: () => void): MenuItem => ({
  label: t('friends.refuseAloud'),
  act: () =>
    void attempt(async () => {
      await ask('friends.refuse', id, true, { tell: true })
      tell({ people: [id] })
    }, t('friends.refusedAloud')).then(onRefused),
})

/** What came with a request by a packet, or by a broker. Who sent them, and their name, is what they say themselves. */
function Said({ id, request }: { id: string; request: FriendRequest | undefined }) {
  const known = person(id).value?.name
  if (!request) return null
  const { text, at, referrer, signal, name } = request
  return (
    <div class="asks">
      {text && (
        <blockquote dir="auto">
          <p>{text}</p>
        </blockquote>
      )}
      <p>
        {!known && name && <bdi>{t('friends.callsThemself', { name })} </bdi>}
        {referrer
          ? tx(signal ? 'friends.bySignalSentBy' : 'friends.sentBy', {
              name: <PersonLink id={referrer.id} name={referrer.name} />,
              time: <Time ms={at} />,
            })
          : tx(signal ? 'friends.bySignal' : 'friends.byPacket', { time: <Time ms={at} /> })}
      </p>
    </div>
  )
}

/** By name among those the node knows, or by id. */
function Find() {
  const id = useId()
  const [words, setWords] = useState('')
  const [found, setFound] = useState<Person[]>()
  useEffect(() => {
    const wanted = words.trim()
    if (!wanted) return setFound(undefined)
    const timer = setTimeout(() => {
      const feed = idOfUri(wanted) || wanted
      const search = isFeed(feed) ? ask('people.get', feed).then(p => [p]) : ask('people.find', wanted)
      search.then(
        list => setFound(keepPeople(list)),
        () => setFound([]),
      )
    }, 250)
    return () => clearTimeout(timer)
  }, [words])
  return (
    <section class="stone stack" aria-label={t('friends.find')}>
      <form
        class="field"
        onSubmit={e => {
          e.preventDefault()
          if (found?.length === 1) go(href.wall(found[0]!.id))
        }}
      >
        <label for={id}>{t('friends.findLabel')}</label>
        <input
          id={id}
          class="input"
          type="search"
          autoComplete="off"
          value={words}
          onInput={e => setWords(e.currentTarget.value)}
        />
        <span class="hint">{t('friends.findHint')}</span>
      </form>
      <p class="quiet" role="status">
        {found && (found.length ? t('friends.found', { count: found.length }) : t('friends.nobody'))}
      </p>
      {found && found.length > 0 && (
        <ul class="people masonry">
          {found.map(p => (
            <li key={p.id}>
              <PersonCard id={p.id} />
            </li>
          ))}
        </ul>
      )}
      <p class="row wrap quiet">
        {t('friends.yourId')}
        <button type="button" class="button small" onClick={() => void copy(meId.value)}>
          {t('friends.copyId')}
        </button>
      </p>
    </section>
  )
}
