// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { ask, isReady, meId } from '../node/client.ts'
import { keepPeople, nameOf, person } from '../node/people.ts'
import { here } from '../node/presence.ts'
import type { Person } from '../node/types.ts'
import { inTab } from '../node/where.ts'
import { href } from '../route.ts'
import { Words } from '../text/Words.tsx'
import { Avatar, hueOf } from './Avatar.tsx'
import { Courses } from './Courses.tsx'
import { later } from './lazy.tsx'
import { PersonCard } from './PersonCard.tsx'
import { Relation, relationWords } from './Relation.tsx'
import { copy } from './toast.ts'

const HandleOf = later(() => import('../account/HandleOf.tsx').then(m => m.HandleOf))
const ReachedBy = later(() => import('./ReachedBy.tsx').then(m => m.ReachedBy))
const EditProfile = later(() => import('./EditProfile.tsx').then(m => m.EditProfile))

/** The head of a wall: whose it is, and how we stand with each other. */
export function Profile({ id }: { id: string }) {
  const [editing, setEditing] = useState(false)
  const p = person(id).value
  const mine = id === meId.value
  const name = nameOf(p, id)
  const facts = p && [relationWords(p), here.value.has(id) && t('people.here')]
  return (
    <section class="stone profile" style={{ '--hue': String(hueOf(id)) }} aria-label={name}>
      <Courses id={id} />
      <div class="inner">
        <div class="face">
          <Avatar id={id} size="big" />
          {mine ? (
            <button type="button" class="button small" onClick={() => setEditing(true)}>
              {t('wall.edit')}
            </button>
          ) : (
            <Relation id={id} />
          )}
        </div>
        <div>
          <h1 tabIndex={-1} dir="auto">
            {t('wall.title', { name })}
          </h1>
          <p class="quiet">{facts?.filter(Boolean).join(' · ')}</p>
          {!mine && p?.following && inTab.value && <HandleOf id={id} />}
        </div>
        {p?.description && <Words text={p.description.slice(0, 4000)} fold />}
        {p && <Circle key={p.friends} p={p} />}
        {p && !mine && <ReachedBy p={p} />}
        <div class="row wrap">
          {!mine && p?.friend && (
            <a class="button small" href={href.conversation([id])}>
              {t('wall.message')}
            </a>
          )}
          <button type="button" class="button small" onClick={() => void copy(id)}>
            {t('wall.copyId')}
          </button>
        </div>
      </div>
      {editing && p && <EditProfile p={p} onClose={() => setEditing(false)} />}
    </section>
  )
}

const SHOWN = 100

/** With whom they are friends, those first who are our friends too. */
function Circle({ p }: { p: Person }) {
  const [people, setPeople] = useState<Person[]>([])
  const ready = isReady.value
  useEffect(() => {
    if (!ready || !p.friends) return
    let lives = true
    ask('friends.list', { list: 'friends', person: p.id }).then(
      list => lives && setPeople(keepPeople(list)),
      () => {}, // asked again when the node is back
    )
    return () => {
      lives = false
    }
  }, [ready])
  if (!p.friends) return <p class="quiet">{t('wall.friends', { count: 0 })}</p>
  const common = p.id === meId.value ? [] : people.filter(x => x.friend)
  const others = people.filter(x => !common.includes(x))
  return (
    <details class="circle">
      <summary>
        {t('wall.friends', { count: p.friends })}
        {common.length > 0 && ` · ${t('wall.common', { count: common.length })}`}
      </summary>
      <ul class="people masonry">
        {[...common, ...others].slice(0, SHOWN).map(x => (
          <li key={x.id}>
            <PersonCard id={x.id} />
          </li>
        ))}
      </ul>
    </details>
  )
}
