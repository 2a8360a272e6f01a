// SPDX-License-Identifier: MIT
// Addresses of the page: everything after `#`, so that any file server can serve it and no id is ever
// sent to one. `#/wall/@…`, `#/m/%…`, `#/search/words`.
import { signal } from '@preact/signals'

export interface Route {
  /** The first part: which screen. */
  name: string
  /** The second, decoded: an id or words. */
  id: string
  /** What follows a question mark. */
  query: string
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text // A raw `%…` id that somebody pasted.
  }
}

export function parse(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#?\/?/, '').split('?', 2)
  const cut = path.indexOf('/')
  if (cut < 0) return { name: path || 'home', id: '', query }
  return { name: path.slice(0, cut), id: decode(path.slice(cut + 1)), query }
}

export const route = signal<Route>(parse(location.hash))
addEventListener('hashchange', () => {
  if (!location.hash.startsWith('#token=')) route.value = parse(location.hash)
})

const encode = (id: string): string => encodeURIComponent(id).replace(/^%40/, '@')

export const href = {
  home: '#/',
  friends: '#/friends',
  circles: '#/circles',
  messages: '#/messages',
  newMessage: '#/messages/new',
  notices: '#/notices',
  settings: '#/settings',
  /** How to keep one's identity, and how to get it back. */
  backup: '#/settings/backup',
  restore: '#/restore',
  /** A handle and a password. */
  account: '#/account',
  wall: (id: string): string => `#/wall/${encode(id)}`,
  message: (id: string, query = ''): string => `#/m/${encode(id)}${query && `?${query}`}`,
  /** One part of the settings. */
  setting: (part: string): string => `#/settings/${part}`,
  /** A circle or group. */
  circle: (id: string): string => `#/circle/${encode(id)}`,
  tag: (name: string): string => `#/tag/${encode(name)}`,
  search: (words = '', by = ''): string =>
    `#/search${words || by ? `/${encode(words)}` : ''}${by && `?by=${encodeURIComponent(by)}`}`,
  /** A conversation with these people. */
  conversation: (ids: string[]): string => `#/messages/${encode(ids.join(','))}`,
}

export function go(to: string): void {
  location.hash = to
}
