// SPDX-License-Identifier: MIT
// Roads that store and forward: what an address is, and what their words mean.
import type { Key, Values } from '../i18n/index.ts'

export type Kind = 'dir' | 'mailto' | 'inbox' | 'xmpp' | 'exec' | 'other'

const KINDS: Record<string, Kind> = {
  dir: 'dir',
  mailto: 'mailto',
  https: 'inbox',
  http: 'inbox',
  xmpp: 'xmpp',
  exec: 'exec',
}
const LONGEST = 160
const SCHEME = /^([a-z][a-z0-9+.-]*):(.+)$/

export const kindOf = (address: string): Kind => {
  const scheme = /^[a-z][a-z0-9+.-]*/.exec(address)?.[0] ?? ''
  return Object.hasOwn(KINDS, scheme) ? KINDS[scheme]! : 'other'
}

type Said = [key: Key, values?: Values]

/** It may come from a stranger, who has room for a novel. */
const cut = (text: string): string => (text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text)

/** The address in words; of a kind that we do not know it is shown as it stands. */
export function roadWords(address: string): Said {
  const kind = kindOf(address)
  const rest = SCHEME.exec(address)?.[2] ?? ''
  const place = kind === 'inbox' ? rest.replace(/^\/\//, '').replace(/\/.*$/, '') : rest
  return kind === 'other' || !place
    ? ['roads.other', { place: cut(address) }]
    : [`roads.${kind}`, { place: cut(place) }]
}

export type Wrong = 'roads.wrongDir' | 'roads.wrongMail' | 'roads.wrongInbox'

/** What somebody typed, as an address; or what is wrong with it. */
export function addressOf(kind: Kind, typed: string): { address: string } | { wrong: Wrong } {
  const text = typed.trim()
  const given = SCHEME.exec(text)
  const kindNow = given ? kindOf(text) : kind
  const rest = given ? given[2]! : text
  if (kindNow === 'dir') return rest.startsWith('/') ? { address: `dir:${rest}` } : { wrong: 'roads.wrongDir' }
  if (kindNow === 'mailto' || kindNow === 'xmpp')
    return /^[^\s@<>]+@[^\s@<>]+$/.test(rest) ? { address: `${kindNow}:${rest}` } : { wrong: 'roads.wrongMail' }
  if (kindNow === 'inbox')
    return /^https?:\/\/[^/\s]+\/\S*[0-9a-f]{64}$/.test(text) ? { address: text } : { wrong: 'roads.wrongInbox' }
  return { address: text }
}

/** Who has a packet now; `by` are the words of whoever handed it on (drivers/). */
export function handedWords(road = '', by = ''): Said {
  const kind = kindOf(road)
  const server = /^the mail server (\S+)$/.exec(by)?.[1]
  if (kind === 'dir') return ['roads.toFolder']
  if (kind === 'mailto') return server ? ['roads.toMail', { server }] : ['roads.toSomeMail']
  if (kind === 'inbox') return by ? ['roads.toInbox', { host: by }] : ['roads.toSomeInbox']
  if (kind === 'xmpp') return ['roads.toXmpp']
  if (kind === 'exec') return by ? ['roads.toProgram', { by }] : ['roads.toSomeProgram']
  return ['roads.toOther', { road: by ? `${road} (${by})` : road }]
}

const REASONS: [RegExp, Key][] = [
  [/^returned by the mail server: (.*)$/, 'roads.whyReturned'],
  [/folder is not there/, 'roads.whyNoFolder'],
  [/cannot (write|look) there/, 'roads.whyNoWriting'],
  [/path that begins/, 'roads.wrongDir'],
  [/refuses name or password/, 'roads.whyPassword'],
  [/^(.*) (?:is|are) not in roads\.conf/, 'roads.whySettings'],
  [/mailbox is full/, 'roads.whyFullMailbox'],
  [/says: later/, 'roads.whyLater'],
  [/no such mailbox|no mail address/, 'roads.whyNoMailbox'],
  [/inbox is full/, 'roads.whyFullInbox'],
  [/an inbox is http/, 'roads.wrongInbox'],
  [/inbox is not ours/, 'roads.whyNotOurs'],
  [/clock/, 'roads.whyClock'],
  [/certificate|SSL|TLS/i, 'roads.whyCertificate'],
  [/resolve/i, 'roads.whyNoHost'],
  [/connect|timeout|timed out|no answer|does not answer/i, 'roads.whyNoAnswer'],
  [/server answers (\d+)/, 'roads.whyAnswer'],
  [/no road of this kind/, 'roads.whyUnknown'],
  [/no room in outpackets/, 'roads.whyNoRoom'],
]

/** What the trouble is, and what can be done about it. */
export function troubleWords(by = ''): Said {
  for (const [pattern, key] of REASONS) {
    const found = pattern.exec(by)
    if (found) return [key, { why: by, number: found[1] ?? '', name: (found[1] ?? '').replace(' and ', ', ') }]
  }
  return by ? ['roads.whyOther', { why: by }] : ['roads.whyNot']
}
