// SPDX-License-Identifier: MIT
// Where the node of this page is: behind the page, if a node has served it, or in a Worker of this tab,
// if the page is nothing but files.
import { type Road, type Transport, viaWebSocket } from '@kith/client'
import { signal } from '@preact/signals'
import { read, write } from './storage.ts'

const WORLD = 'world'

/** The node is in this tab, and not behind the page. */
export const inTab = signal(false)
/** Whether this tab has the node, or works through the one that has. */
export const role = signal<'leader' | 'follower' | ''>('')
/** Why there is no node: another tab has it and does not answer, or it could not be started. */
export const trouble = signal<{ key: 'stuck' | 'failed'; why: string } | null>(null)

/** Another browser writes as this person now (account/desk.ts). */
export const moved = signal(false)

export const chooseTab = (): boolean => write(WORLD, 'tab')

/** Where people are introduced: whoever has served the page says whether it does that. */
export const broker = (): string => read<string>('broker') ?? ''

/** A node that serves the page says so in a header; whoever serves files has none. */
async function isBehind(): Promise<boolean> {
  if (read<string>(WORLD) === 'tab') return false
  const answer = await fetch(location.pathname, { method: 'HEAD', cache: 'no-store' })
  if (answer.headers.has('kith-node')) return true
  if (answer.ok) chooseTab()
  if (answer.headers.has('kith-broker')) write('broker', new URL('/broker', location.href.replace(/^http/, 'ws')).href)
  return !answer.ok
}

/** A transport that is not known yet; it is made at the moment when it can be listened to. */
function later(find: () => Promise<() => Transport>): Transport {
  let found: Transport | undefined
  let over = false
  const transport: Transport = {
    onopen: null,
    onbytes: null,
    onclose: null,
    send: bytes => found?.send(bytes),
    get bufferedAmount() {
      return found?.bufferedAmount ?? 0
    },
    close() {
      over = true
      found?.close()
    },
  }
  find().then(
    make => {
      if (over) return
      const it = make()
      found = it
      it.onopen = () => transport.onopen?.()
      it.onbytes = bytes => transport.onbytes?.(bytes)
      it.onclose = () => transport.onclose?.()
    },
    () => over || transport.onclose?.(),
  )
  return transport
}

export function wherever(rpc: URL): Road {
  const behind = viaWebSocket(rpc, 'none')
  return {
    open: () =>
      later(async () => {
        if (await isBehind()) return () => behind.open()
        inTab.value = true
        const { findNode } = await import('../tab/start.ts')
        return findNode()
      }),
    refused: async () => (await isBehind()) && (await behind.refused!()),
  }
}
