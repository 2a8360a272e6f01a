// SPDX-License-Identifier: MIT
// Our inbox at a server, by HTTP (docs/protocol/inbox.md).
import type { Core } from './core.ts'

/** A packet has 8 MiB at the most, and the server waits for a minute. */
const REQUEST_MS = 120_000

export type InboxCore = Pick<Core, 'inbox' | 'proveInbox'>

/** Where the inboxes of the broker are that listens at this ws:// or wss:// address. */
export const inboxesOf = (broker: string): string => broker.replace(/^ws/, 'http').replace(/\/broker$/, '/inbox')

/** An address may come from a stranger: what is asked for by POST is an inbox, and no service that takes orders by its path. */
export const isInbox = (url: URL): boolean => /\/[0-9a-f]{64}$/.test(url.pathname) && !url.search && !url.hash

/** What all requests have in common: nothing of this page goes along. */
const QUIET = { credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error', cache: 'no-store' } as const

/** A body without a type is brought without asking first (Fetch Standard, CORS-safelisted). */
export const bring = (address: string, packet: Uint8Array<ArrayBuffer>): Promise<Response> =>
  fetch(address, { ...QUIET, method: 'POST', body: packet, signal: AbortSignal.timeout(REQUEST_MS) })

export class Inbox {
  readonly address: string
  #core: InboxCore
  #base: string

  constructor(core: InboxCore, base: string) {
    this.#core = core
    this.#base = base
    this.address = `${base}/${core.inbox(base)}`
  }

  /** The one that is at this address, if it is ours. */
  static at(core: InboxCore, address: string): Inbox | undefined {
    const inbox = new Inbox(core, address.slice(0, address.lastIndexOf('/')))
    return inbox.address === address ? inbox : undefined
  }

  #ask(method: string, file = ''): Promise<Response> {
    const url = this.address + (file && `/${file}`)
    const authorization = this.#core.proveInbox(this.#base, method, new URL(url).pathname)
    return fetch(url, { ...QUIET, method, headers: { authorization }, signal: AbortSignal.timeout(REQUEST_MS) })
  }

  /** False: the server has none, or no room for one more. */
  async open(): Promise<boolean> {
    return (await this.#ask('PUT')).ok
  }

  async close(): Promise<void> {
    await this.#ask('DELETE')
  }

  /** Names of files, the oldest first. It is asked for again if it is not there. Throws words for why not. */
  async list(): Promise<string[]> {
    let answer = await this.#ask('GET')
    if (answer.status === 404 && (await this.open())) answer = await this.#ask('GET')
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`)
    const lines = (await answer.text()).split('\n')
    return lines.map(line => line.split(' ')[0]!).filter(file => /^[0-9a-f]{1,64}$/.test(file))
  }

  /** Nothing: it is gone. */
  async fetch(file: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    const answer = await this.#ask('GET', file)
    if (answer.status === 404) return undefined
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`)
    return new Uint8Array(await answer.arrayBuffer())
  }

  async drop(file: string): Promise<void> {
    await this.#ask('DELETE', file)
  }
}
