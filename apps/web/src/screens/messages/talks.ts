// SPDX-License-Identifier: MIT
// The conversations of a person, newest first, and which of them somebody unknown began.
import { signal } from '@preact/signals'
import { onChange } from '../../node/changes.ts'
import { all, ask, isReady, meId } from '../../node/client.ts'
import { person } from '../../node/people.ts'
import { talkId, withoutMe } from '../../node/talk.ts'
import type { Conversation, Summary } from '../../node/types.ts'

export interface TalkLine {
  id: string
  /** Without ourselves. */
  people: string[]
  last: Conversation['last']
  /** Who has written in it, as far as one has to know. */
  authors: string[]
}

const MOST = 200
const LOOKED_AT = 30

export const talks = signal<TalkLine[]>()
export const talksFailed = signal(false)
const known = new Map<string, { last: string; authors: string[] }>()

const isKnown = (id: string): boolean => id === meId.peek() || person(id).peek()?.following === true

async function authorsOf(c: Conversation, id: string): Promise<string[]> {
  const { author } = c.last.value
  if (author === meId.peek()) return [author]
  const before = known.get(id)
  if (before && (before.last === c.last.key || before.authors.some(isKnown)))
    return [...new Set([...before.authors, author])]
  const people = c.people.map(p => p.id)
  const some = await all('conversation', [{ people, limit: LOOKED_AT }])
  return [...new Set(some.map(m => m.value.author))]
}

async function line(c: Conversation): Promise<TalkLine> {
  const people = c.people.map(p => p.id)
  const id = talkId(people)
  const authors = await authorsOf(c, id).catch(() => [c.last.value.author])
  known.set(id, { last: c.last.key, authors })
  return { id, people: withoutMe(people), last: c.last, authors }
}

let busy = false
let again = false

async function load(): Promise<void> {
  again = busy
  if (busy || !isReady.peek()) return
  busy = true
  try {
    talks.value = await Promise.all((await ask('conversations', { limit: MOST })).map(line))
    talksFailed.value = false
  } catch {
    talksFailed.value = true
  }
  busy = false
  if (again) void load()
}

/** For as long as the list is shown. */
export function watchTalks(): () => void {
  const stops = [
    isReady.subscribe(ready => ready && void load()),
    onChange(change => (change.all || change.inbox || change.people?.length) && void load()),
  ]
  return () => {
    for (const stop of stops) stop()
  }
}

/** Written to us by nobody whom we follow, and not answered. Read it while rendering: it follows changes. */
export const isRequest = (it: TalkLine): boolean =>
  !it.authors.some(id => id === meId.value || person(id).value?.following)

export const textOf = (m: Pick<Summary, 'value'>): string => {
  const { content } = m.value
  return typeof content === 'object' && typeof content.text === 'string' ? content.text : ''
}
