// SPDX-License-Identifier: MIT
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { ask, isReady, meId } from '../../node/client.ts'
import { isFeed } from '../../node/content.ts'
import { keepPeople } from '../../node/people.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { nameNow, PersonLink } from '../../parts/PersonLink.tsx'

const MOST = 6
const SETTLES_MS = 250

interface Props {
  label: string
  action: string
  onChoose: (id: string) => void
}

/** One of the people whom the node knows, by name or id. */
export function Choose({ label, action, onChoose }: Props) {
  const id = useId()
  const [words, setWords] = useState('')
  const [found, setFound] = useState<string[]>()
  useEffect(() => {
    const wanted = words.trim()
    if (!wanted) return setFound(undefined)
    const timer = setTimeout(() => {
      const people = isFeed(wanted) ? ask('people.get', wanted).then(p => [p]) : ask('people.find', wanted)
      people.then(
        list => setFound(keepPeople(list).map(p => p.id)),
        () => setFound([]),
      )
    }, SETTLES_MS)
    return () => clearTimeout(timer)
  }, [words])
  const others = found?.filter(x => x !== meId.value).slice(0, MOST)
  return (
    <>
      <div class="field">
        <label for={id}>{label}</label>
        <input
          id={id}
          class="input"
          type="search"
          autoComplete="off"
          value={words}
          onInput={e => setWords(e.currentTarget.value)}
        />
      </div>
      <p class="quiet" role="status">
        {others && (others.length ? t('friends.found', { count: others.length }) : t('friends.nobody'))}
      </p>
      <ul class="peers">
        {others?.map(x => (
          <li key={x} class="peer">
            <Avatar id={x} />
            <div class="grow">
              <PersonLink id={x} />
            </div>
            <button
              type="button"
              class="button small danger"
              disabled={!isReady.value}
              aria-label={`${action}: ${nameNow(x)}`}
              onClick={() => onChoose(x)}
            >
              {action}
            </button>
          </li>
        ))}
      </ul>
    </>
  )
}
