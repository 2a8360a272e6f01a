// SPDX-License-Identifier: MIT
// The page's side of the node in this tab: starts its Worker once, and finds the way to the node, which may
// be in the Worker of another tab.
import { KithError, messagePortTransport, type Transport } from '@kith/client'
// What the build made of core/ (scripts/build_wasm.sh).
import wasm from '../../../../build/wasm/kith.wasm?url'
import { allWords } from '../i18n/index.ts'
import { broker, moved, role, trouble } from '../node/where.ts'
import jobsUrl from './job_worker.ts?worker&url'
import { keepWhenWorthIt, openOffline } from './keep.ts'
import {
  type Among,
  type Asked,
  CHANNEL,
  type FromPage,
  linkChannel,
  linkLock,
  type Role,
  type ToPage,
} from './messages.ts'
import { carryOut, endCalls } from './page_calls.ts'
import { script } from './trusted.ts'
import workerUrl from './worker.ts?worker&url'

declare const __KITH_WASM_SHA256__: string
export const sha256 = __KITH_WASM_SHA256__

/** How long a leader may take to answer a page. */
const ANSWER_MS = 5000

let worker: Worker | undefined
let known: Promise<Role>
let isKnown: (role: Role) => void
let lastAsked = 0
const asked = new Map<number, { resolve: (value: unknown) => void; reject: (error: KithError) => void }>()

function start(): Worker {
  openOffline()
  keepWhenWorthIt()
  const made = new Worker(script(workerUrl), { type: 'module', name: 'kith' })
  const fail = (why: string): void => {
    console.warn(`kith: ${why}`)
    made.terminate()
    endCalls()
    if (worker === made) worker = undefined
    for (const { reject } of asked.values()) reject(new KithError('away', 'the node is away'))
    asked.clear()
    void allWords().then(() => {
      trouble.value = { key: 'failed', why }
    })
  }
  known = new Promise(resolve => {
    isKnown = resolve
  })
  made.onmessage = ({ data }: MessageEvent<ToPage>) => {
    if (data.kind === 'log' && data.level <= 4) console.warn(data.text)
    if (data.kind === 'failed') fail(data.why)
    if (data.kind === 'call') {
      carryOut(data.says, (told, transfer) => tell(made, { kind: 'call', told }, transfer))
    }
    if (data.kind === 'told') {
      const waits = asked.get(data.n)
      asked.delete(data.n)
      if (data.why === undefined) waits?.resolve(data.value)
      else waits?.reject(new KithError(data.why, data.why))
    }
    if (data.kind === 'moved') moved.value = data.moved
    if (data.kind === 'role') {
      role.value = data.role
      if (data.role === 'follower') endCalls()
      if (data.role === 'leader') trouble.value = null
      isKnown(data.role)
    }
  }
  made.onerror = event => fail(event.message)
  const visible = document.visibilityState === 'visible'
  const address = (url: string): string => new URL(url, location.href).href
  tell(made, {
    kind: 'start',
    wasm: address(wasm),
    sha256,
    jobs: address(jobsUrl),
    visible,
    origin: location.origin + location.pathname.replace(/\/[^/]*$/, ''),
    broker: broker(),
  })
  return made
}

function tell(to: Worker, message: FromPage, transfer: Transferable[] = []): void {
  to.postMessage(message, transfer)
}

document.addEventListener('visibilitychange', () => {
  if (worker) tell(worker, { kind: 'visible', visible: document.visibilityState === 'visible' })
})

/** A way to the node, wherever it is; it may still be opening. */
export async function findNode(): Promise<() => Transport> {
  worker ??= start()
  await known
  const leader = worker
  if (role.peek() === 'follower') return viaLeader
  return () => {
    const { port1, port2 } = new MessageChannel()
    tell(leader, { kind: 'app', port: port2 }, [port2])
    return messagePortTransport(port1)
  }
}

/** Through the Worker of another tab. A link is there when the leader has said so, and gone when there is another one. */
function viaLeader(): Transport {
  const id = crypto.randomUUID()
  const tabs = new BroadcastChannel(CHANNEL)
  let link = messagePortTransport(new BroadcastChannel(linkChannel(id)) as unknown as MessagePort)
  let release: () => void = () => {}
  let over = false // a channel that is closed throws
  // Ours until it ends: then the leader gets it, and knows.
  void navigator.locks.request(linkLock(id), () => {
    tabs.postMessage({ kind: 'app', id } satisfies Among)
    return new Promise<void>(resolve => {
      release = resolve
    })
  })
  let reads = false
  const timer = setTimeout(() => {
    void allWords().then(() => {
      if (reads) trouble.value = { key: 'stuck', why: '' }
    })
    // What is kept can be read beside it; who wants to write has to close the other tab.
    const { port1, port2 } = new MessageChannel()
    reads = true
    link.close()
    link = messagePortTransport(port1)
    hear()
    tell(worker!, { kind: 'app', port: port2, reads: true }, [port2])
    transport.onopen?.()
  }, ANSWER_MS)
  const end = (): void => {
    clearTimeout(timer)
    reads = false
    tabs.close()
    release()
  }
  const transport: Transport = {
    onopen: null,
    onbytes: null,
    onclose: null,
    send: bytes => link.send(bytes),
    get bufferedAmount() {
      return link.bufferedAmount
    },
    close() {
      if (over) return
      over = true
      end()
      link.close()
    },
  }
  const hear = (): void => {
    link.onbytes = bytes => transport.onbytes?.(bytes)
    link.onclose = () => transport.onclose?.()
  }
  hear()
  tabs.onmessage = ({ data }: MessageEvent<Among>) => {
    if (data.kind === 'leads') transport.onclose?.()
    if (data.kind === 'taken' && data.id === id) {
      clearTimeout(timer)
      trouble.value = null
      // It answers after all: everything is asked anew, of the node itself.
      if (reads) transport.onclose?.()
      else transport.onopen?.()
    }
  }
  return transport
}

/** A call that stands, as a road to the person of this id. Who dials begins the handshake. */
export function addRoad(port: MessagePort, id: string, dials: boolean): void {
  worker ??= start()
  tell(worker, { kind: 'road', port, key: id.slice(1, -'.ed25519'.length), dials }, [port])
}

/** Asks those who introduce people, in the tab that has the node; fails with their word for why not. */
export function introduced<T>(what: Asked): Promise<T> {
  worker ??= start()
  const to = worker
  return new Promise((resolve, reject) => {
    asked.set(++lastAsked, { resolve: resolve as (value: unknown) => void, reject })
    tell(to, { kind: 'ask', n: lastAsked, what })
  })
}
