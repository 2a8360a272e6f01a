// SPDX-License-Identifier: MIT
// Friends to tick, found by name; others by their id.
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { ask, meId } from '../node/client.ts'
import { isFeed } from '../node/content.ts'
import { keepPeople, nameOf } from '../node/people.ts'
import type { Person } from '../node/types.ts'
import { idOfUri } from '../text/uri.ts'
import { Avatar } from './Avatar.tsx'
import { PersonName } from './PersonLink.tsx'

interface Props {
  chosen: string[]
  onChange: (chosen: string[]) => void
  /** Who is in already. */
  without?: string[]
  most?: number
}

const SHOWN = 50

export function ChoosePeople({ chosen, onChange, without = [], most = Number.POSITIVE_INFINITY }: Props) {
  const id = useId()
  const [people, setPeople] = useState<Person[]>()
  const [words, setWords] = useState('')
  useEffect(() => {
    ask('friends.list', { list: 'friends' }).then(
      list => setPeople(keepPeople(list)),
      () => setPeople([]),
    )
  }, [])
  const wanted = words.trim()
  const pasted = idOfUri(wanted) || wanted
  const folded = wanted.toLocaleLowerCase()
  const fit = (people ?? []).filter(p => !p.blocking && nameOf(p).toLocaleLowerCase().includes(folded)).map(p => p.id)
  const shown = [...new Set([...chosen, ...(isFeed(pasted) ? [pasted] : fit)])].filter(
    x => x !== meId.value && !without.includes(x),
  )
  const full = chosen.length >= most
  const toggle = (x: string): void =>
    onChange(chosen.includes(x) ? chosen.filter(other => other !== x) : [...chosen, x])
  return (
    <fieldset class="stack tight choose-people">
      <legend class="hidden">{t('circles.people')}</legend>
      <div class="field">
        <label for={id}>{t('circles.findPeople')}</label>
        <input
          id={id}
          class="input"
          type="search"
          autoComplete="off"
          value={words}
          onInput={e => setWords(e.currentTarget.value)}
        />
      </div>
      {people && !shown.length && <p class="quiet">{t(people.length ? 'circles.nobodyFits' : 'circles.noFriends')}</p>}
      <ul>
        {shown.slice(0, SHOWN).map(x => (
          <li key={x}>
            <label class="check">
              <input
                type="checkbox"
                checked={chosen.includes(x)}
                disabled={full && !chosen.includes(x)}
                onChange={() => toggle(x)}
              />
              <Avatar id={x} size="tiny" />
              <PersonName id={x} />
            </label>
          </li>
        ))}
      </ul>
      {full && <p class="quiet">{t('circles.full', { count: most })}</p>}
    </fieldset>
  )
}
