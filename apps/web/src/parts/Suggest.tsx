// SPDX-License-Identifier: MIT
// Completes `@name` while one writes: GitHub's text-expander does the combobox, we bring the people.
import type { TextExpanderChangeEvent } from '@github/text-expander-element'
import { type ComponentChildren, h } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { ask } from '../node/client.ts'
import { keepPeople, nameOf, person } from '../node/people.ts'
import type { Person } from '../node/types.ts'

const MOST = 6

interface Props {
  near: string[]
  /** The element has changed the text by itself. */
  onInput: (text: string) => void
  children: ComponentChildren
}

async function matches(words: string, near: string[]): Promise<Person[]> {
  const folded = words.toLocaleLowerCase()
  const first = near
    .map(id => person(id).peek())
    .filter((p): p is Person => !!p?.name?.toLocaleLowerCase().includes(folded))
  const found = words ? await ask('people.find', words) : await ask('friends.list', { list: 'friends' })
  const seen = new Set<string>()
  return [...first, ...keepPeople(found)].filter(p => p.name && !seen.has(p.id) && seen.add(p.id)).slice(0, MOST)
}

function menu(people: Person[]): HTMLElement {
  const list = document.createElement('ul')
  list.className = 'suggest'
  list.setAttribute('role', 'listbox')
  list.setAttribute('aria-label', t('composer.people'))
  for (const p of people) {
    const item = document.createElement('li')
    item.setAttribute('role', 'option')
    item.id = `suggest-${p.id.slice(1, 12).replace(/\W/g, '_')}`
    item.dataset.id = p.id
    item.textContent = nameOf(p)
    if (p.friend) item.append(` · ${t('people.friend')}`)
    list.append(item)
  }
  return list
}

export function Suggest({ near, onInput, children }: Props) {
  const ref = useRef<HTMLElement>(null)
  const given = useRef({ near, onInput })
  given.current = { near, onInput }

  useEffect(() => {
    const element = ref.current
    if (!element) return
    void import('@github/text-expander-element')
    const change = (event: Event): void => {
      const { provide, text } = (event as TextExpanderChangeEvent).detail ?? {}
      provide?.(
        matches(text ?? '', given.current.near)
          .then(people => ({ matched: people.length > 0, fragment: menu(people) }))
          .catch(() => ({ matched: false })),
      )
    }
    const value = (event: Event): void => {
      const detail = (event as CustomEvent<{ item: HTMLElement; value: string | null }>).detail
      const id = detail.item.dataset.id ?? ''
      detail.value = `[@${nameOf(person(id).peek(), id).replace(/[[\]\\]/g, '')}](${id})`
    }
    const committed = (): void => {
      const box = element.querySelector('textarea')
      if (box) given.current.onInput(box.value)
    }
    element.addEventListener('text-expander-change', change)
    element.addEventListener('text-expander-value', value)
    element.addEventListener('text-expander-committed', committed)
    return () => {
      element.removeEventListener('text-expander-change', change)
      element.removeEventListener('text-expander-value', value)
      element.removeEventListener('text-expander-committed', committed)
    }
  }, [])

  return h('text-expander', { ref, keys: '@' } as object, children)
}
