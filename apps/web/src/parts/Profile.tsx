// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { meId } from '../node/client.ts'
import { nameOf, person } from '../node/people.ts'
import { here } from '../node/presence.ts'
import { href } from '../route.ts'
import { Words } from '../text/Words.tsx'
import { Avatar, hueOf } from './Avatar.tsx'
import { Courses } from './Courses.tsx'
import { later } from './lazy.tsx'
import { Relation, relationWords } from './Relation.tsx'
import { copy } from './toast.ts'

const EditProfile = later(() => import('./EditProfile.tsx').then(m => m.EditProfile))

/** The head of a wall: whose it is, and how we stand with each other. */
export function Profile({ id }: { id: string }) {
  const [editing, setEditing] = useState(false)
  const p = person(id).value
  const mine = id === meId.value
  const name = nameOf(p, id)
  const facts = p && [relationWords(p), t('wall.friends', { count: p.friends }), here.value.has(id) && t('people.here')]
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
        </div>
        {p?.description && <Words text={p.description.slice(0, 4000)} fold />}
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
