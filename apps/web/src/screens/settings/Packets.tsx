// SPDX-License-Identifier: MIT
// A part of the settings: roads that store and forward, and what waits for whom.
import { useEffect, useId, useState } from 'preact/hooks'
import { t, tx } from '../../i18n/index.ts'
import { ask } from '../../node/client.ts'
import { keepPeople, nameOf } from '../../node/people.ts'
import { troubleWords } from '../../node/roads.ts'
import type { Outgoing, Person, Reached, Status } from '../../node/types.ts'
import { broker, inTab } from '../../node/where.ts'
import { useLook } from '../../parts/useLook.ts'
import { AddWay, offered, Way, waysTo } from '../../parts/Ways.tsx'
import { href } from '../../route.ts'
import { Letter } from './Letter.tsx'
import { Waits } from './Waits.tsx'

const LOOK_MS = 2000

interface Seen {
  own: { address: string; at: Status['roads'][number] | undefined }[]
  people: { p: Reached; out: Outgoing | undefined }[]
}

async function load(): Promise<Seen> {
  const [{ own, people }, outbox, held, { roads }] = await Promise.all([
    ask('roads.list'),
    ask('outbox.list'),
    ask('conn.holders'),
    ask('status'),
  ])
  // What they said on a live link counts, too.
  for (const out of outbox) out.received = Math.max(out.received, held[out.id] ?? 0)
  const all = people.map(p => ({ p, out: outbox.find(o => o.id === p.id) }))
  return {
    own: own.map(address => ({ address, at: roads.find(x => x.road === address) })),
    people: all.filter(({ p, out }) => waysTo(p).length || out?.packets.length),
  }
}

export default function Packets() {
  const [seen, look] = useLook(load, LOOK_MS)
  if (!seen) return <p class="quiet">{t('common.loading')}</p>
  const { own, people } = seen
  return (
    <>
      <p class="lead">{t('roads.about')}</p>
      {inTab.value && (
        <p class="notice">
          <span>
            {t('roads.inTab')}{' '}
            {broker() && tx('roads.inTabOwn', { account: <a href={href.account}>{t('settings.account')}</a> })}
          </span>
        </p>
      )}
      {(offered().length > 0 || own.length > 0) && (
        <section class="stone stack tight" aria-labelledby="packets-own">
          <h2 id="packets-own">{t('roads.own')}</h2>
          <p class="quiet">{t(own.length ? 'roads.ownText' : 'roads.ownNone')}</p>
          <ul class="ways">
            {own.map(({ address, at }) => (
              <Way
                key={address}
                address={address}
                onRemoved={look}
                {...(at?.state === 'trouble'
                  ? { why: t(...troubleWords(at.why)) }
                  : at && { says: t(`roads.${at.state}`) })}
              />
            ))}
          </ul>
          <AddWay onDone={look} />
        </section>
      )}
      <section class="stone stack tight" aria-labelledby="packets-people">
        <h2 id="packets-people">{t('roads.people')}</h2>
        {!people.length && <p class="quiet">{t('roads.peopleNone')}</p>}
        <ul class="peers">
          {people.map(({ p, out }) => (
            <Waits key={p.id} p={p} out={out} onDone={look} />
          ))}
        </ul>
      </section>
      <AddToFriend onDone={look} />
      {own.length > 0 && <Letter />}
    </>
  )
}

function AddToFriend({ onDone }: { onDone: () => void }) {
  const id = useId()
  const [friends, setFriends] = useState<Person[]>()
  const [chosen, setChosen] = useState('')
  useEffect(() => {
    ask('friends.list', { list: 'follows' }).then(
      list => setFriends(keepPeople(list)),
      () => {}, // asked again when one comes back
    )
  }, [])
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('roads.add')}</h2>
      {friends?.length === 0 && <p class="quiet">{t('roads.noFriends')}</p>}
      {friends && friends.length > 0 && (
        <div class="field">
          <label for={id}>{t('roads.toWhom')}</label>
          <select id={id} class="input" value={chosen} onChange={e => setChosen(e.currentTarget.value)}>
            <option value="">{t('roads.choose')}</option>
            {friends.map(p => (
              <option key={p.id} value={p.id}>
                {nameOf(p)}
              </option>
            ))}
          </select>
        </div>
      )}
      {chosen && <AddWay key={chosen} id={chosen} onDone={onDone} />}
    </section>
  )
}
