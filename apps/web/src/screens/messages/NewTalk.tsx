// SPDX-License-Identifier: MIT
// Chooses by name whom to write to: a combobox with what is chosen before it.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { ask, meId } from '../../node/client.ts'
import { isFeed } from '../../node/content.ts'
import { keepPeople, nameOf, person } from '../../node/people.ts'
import type { Person } from '../../node/types.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { X } from '../../parts/icons.ts'
import { nameNow, PersonName } from '../../parts/PersonLink.tsx'
import { relationWords } from '../../parts/Relation.tsx'
import { Title } from '../../parts/Title.tsx'
import { go, href } from '../../route.ts'
import { idOfUri } from '../../text/uri.ts'

/** A private message has at most seven readers, its author among them (docs/protocol/content.md). */
const MOST = 6
const SHOWN = 8

async function look(words: string): Promise<Person[]> {
  const id = idOfUri(words) || words
  if (isFeed(id)) return [await ask('people.get', id)]
  return words ? ask('people.find', words) : ask('friends.list', { list: 'friends' })
}

function useFound(words: string, chosen: string[]): Person[] | undefined {
  const [found, setFound] = useState<Person[]>()
  useEffect(() => {
    let lives = true
    const timer = setTimeout(
      () =>
        void look(words.trim()).then(
          list => lives && setFound(keepPeople(list)),
          () => lives && setFound([]),
        ),
      words ? 150 : 0,
    )
    return () => {
      lives = false
      clearTimeout(timer)
    }
  }, [words])
  return found?.filter(p => p.id !== meId.value && !p.blocking && !chosen.includes(p.id)).slice(0, SHOWN)
}

export function NewTalk() {
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [words, setWords] = useState('')
  const [chosen, setChosen] = useState<string[]>([])
  const [at, setAt] = useState(-1)
  const found = useFound(words, chosen)
  const full = chosen.length >= MOST
  const options = full ? [] : (found ?? [])

  const add = (who: string): void => {
    setChosen([...chosen, who])
    setWords('')
    setAt(-1)
    input.current?.focus()
  }
  const remove = (who: string): void => {
    setChosen(chosen.filter(x => x !== who))
    input.current?.focus()
  }
  const begin = (): void => {
    if (chosen.length) go(href.conversation([...chosen].sort()))
  }
  const press = (e: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[e.key]
    const option = options[at] ?? (words.trim() ? options[0] : undefined)
    if (step && options.length) setAt((at + step + options.length) % options.length)
    else if (e.key === 'Enter' && option && !e.ctrlKey) add(option.id)
    else if (e.key === 'Enter') begin()
    else if (e.key === 'Backspace' && !words && chosen.length) remove(chosen.at(-1)!)
    else if (e.key === 'Escape' && words) setWords('')
    else return
    e.preventDefault()
  }

  return (
    <section class="talk new">
      <div class="top-line">
        <BackLink />
        <Title text={t('messages.newTitle')} />
      </div>
      <div class="stack inner">
        <div class="field">
          <label for={id}>{t('messages.to')}</label>
          {chosen.length > 0 && (
            <ul class="chosen" aria-label={t('messages.chosen')}>
              {chosen.map(who => (
                <li key={who}>
                  <Avatar id={who} size="tiny" />
                  <PersonName id={who} />
                  <button
                    type="button"
                    class="ghost only"
                    aria-label={t('messages.unchoose', { name: nameNow(who) })}
                    onClick={() => remove(who)}
                  >
                    <X class="icon small" aria-hidden="true" />
                  </button>
                </li>
              ))}
            </ul>
          )}
          <input
            ref={input}
            id={id}
            class="input"
            role="combobox"
            autoComplete="off"
            aria-autocomplete="list"
            aria-expanded={options.length > 0}
            aria-controls={`${id}-list`}
            aria-activedescendant={options[at] ? `${id}-${at}` : undefined}
            aria-describedby={`${id}-hint`}
            disabled={full}
            value={words}
            onInput={e => {
              setWords(e.currentTarget.value)
              setAt(-1)
            }}
            onKeyDown={press}
          />
          <span class="hint" id={`${id}-hint`}>
            {t(full ? 'messages.full' : 'messages.toHint', { count: MOST })}
          </span>
        </div>
        <div
          class="options"
          id={`${id}-list`}
          role="listbox"
          tabIndex={-1}
          aria-label={t('composer.people')}
          hidden={!options.length}
        >
          {options.map((p, i) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: the keys are the combobox's
            <div
              key={p.id}
              id={`${id}-${i}`}
              class="option"
              role="option"
              tabIndex={-1}
              aria-selected={i === at}
              onMouseDown={e => e.preventDefault()}
              onClick={() => add(p.id)}
            >
              <Avatar id={p.id} size="tiny" />
              <b dir="auto">{nameOf(p)}</b>
              <span class="quiet">{relationWords(person(p.id).value ?? p)}</span>
            </div>
          ))}
        </div>
        <p class="quiet" role="status">
          {found && words.trim() && t('friends.found', { count: options.length })}
        </p>
        <div>
          <button type="button" class="button primary" disabled={!chosen.length} onClick={begin}>
            {t('messages.begin')}
          </button>
        </div>
      </div>
    </section>
  )
}

/** Where the list has no room beside it. */
export function BackLink() {
  return (
    <a class="ghost back" href={href.messages}>
      <span class="hidden">{t('messages.back')}</span>
      <svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2" aria-hidden="true">
        <path d="m15 5-7 7 7 7" stroke-linecap="round" stroke-linejoin="round" />
      </svg>
    </a>
  )
}
