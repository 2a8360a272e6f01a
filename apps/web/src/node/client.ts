// SPDX-License-Identifier: MIT
// The one client of this page: which node, with what token, and how the link to it is.
import {
  type Args,
  type Item,
  KithClient,
  KithError,
  type NameOf,
  type Result,
  type Road,
  restarted,
  type State,
  viaWebSocket,
} from '@kith/client'
import { computed, signal } from '@preact/signals'
import { read, write } from './storage.ts'
import { chooseTab, wherever } from './where.ts'

const TOKEN = 'token'
const FRAGMENT = /^#token=([0-9a-f]{16,128})$/i

/** The token comes once, in the fragment that `kith ui` opens; it must not stay where it can be copied from. */
function takeToken(): boolean {
  const token = FRAGMENT.exec(location.hash)?.[1]
  if (!token) return false
  write(TOKEN, token)
  history.replaceState(null, '', `${location.pathname}#/`)
  return true
}

function road(): Road {
  const rpc = new URL('/rpc', location.href.replace(/^http/, 'ws'))
  const token = read<string>(TOKEN)
  return token ? viaWebSocket(rpc, token) : wherever(rpc)
}

takeToken()
if (location.hash === '#tab') {
  write(TOKEN, undefined)
  chooseTab()
  history.replaceState(null, '', `${location.pathname}#/`)
}
export const node = new KithClient(road())
addEventListener('hashchange', () => {
  if (takeToken()) node.use(road())
})

export const link = signal<State>(node.state)
export const retryAt = signal<number | null>(null)
/** Whose node this is: empty until it has answered once. */
export const meId = signal('')
export const isReady = computed(() => link.value === 'ready')

node.addEventListener('state', () => {
  link.value = node.state
  retryAt.value = node.retryAt
  if (node.id) meId.value = node.id
})

/** Asks once. */
export const ask = <N extends NameOf<'async'>>(name: N, ...args: Args<N>): Promise<Result<N>> =>
  node.call(name, ...args)

/** Reads a stream to its end. */
export const each = <N extends NameOf<'source'>>(
  name: N,
  args: Args<N>,
  signal?: AbortSignal,
): AsyncIterable<Item<N>> => node.source(name, args, { signal })

const GOODBYE_MS = 500
/** Asking again would be answered the same. */
const FINAL = new Set(['unknown_method', 'arg', 'denied', 'closed'])

/**
 * Reads a stream that goes on, also after the node was away: `restarted` then says that something may be
 * missing. A node that stops ends its streams in good order, so an end is a break like any other.
 */
export async function* live<N extends NameOf<'source'>>(
  name: N,
  args: Args<N>,
  signal?: AbortSignal,
): AsyncGenerator<Item<N> | typeof restarted, void, undefined> {
  for (let again = false; !signal?.aborted && node.state !== 'closed'; again = true) {
    const stream = node.live(name, args, { signal })
    try {
      const first = stream.next() // asked for before whoever reads looks at what was missed
      if (again) yield restarted
      const { value, done } = await first
      if (!done) {
        yield value
        yield* stream
      }
    } catch (error) {
      if (FINAL.has(codeOf(error))) throw error
    } finally {
      void stream.return()
    }
    await new Promise(resolve => setTimeout(resolve, GOODBYE_MS))
    await node.ready(signal).catch(() => {})
  }
}

export async function all<N extends NameOf<'source'>>(
  name: N,
  args: Args<N>,
  signal?: AbortSignal,
): Promise<Item<N>[]> {
  const out: Item<N>[] = []
  for await (const item of each(name, args, signal)) out.push(item)
  return out
}

/** Sends bytes and gives the node's answer. */
export const pour = (name: 'blobs.add', bytes: AsyncIterable<Uint8Array>): Promise<string> => node.sink(name, [], bytes)

/** The same, encrypted: the answer is a link that has the key. */
export async function seal(bytes: AsyncIterable<Uint8Array>): Promise<string> {
  const both = node.duplex('blobs.seal', [])
  try {
    for await (const part of bytes) await both.write(part)
    await both.end()
    for await (const link of both) return link
    throw new KithError('protocol', 'the node gave no answer')
  } finally {
    both.close()
  }
}

export const codeOf = (error: unknown): string => (error instanceof KithError ? error.code : 'unknown')
export { KithError, restarted }
