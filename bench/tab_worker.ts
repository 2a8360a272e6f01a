// SPDX-License-Identifier: MIT
// What bench/tab.mjs runs in Chromium: the node's own Worker code, without a page.
import { KithClient, viaMessagePort } from '../apps/web/client/src/index.ts'
import { base64, idOf } from '../apps/web/src/tab/bytes.ts'
import { ORIGIN } from '../apps/web/src/tab/core.ts'
import { Disk } from '../apps/web/src/tab/disk.ts'
import { Host } from '../apps/web/src/tab/host.ts'
import { Jobs } from '../apps/web/src/tab/jobs.ts'
import { callAddress, callKey, socketUrl } from '../apps/web/src/tab/address.ts'
import { type Pipe, portPipe, socketPipe } from '../apps/web/src/tab/pipe.ts'

/** A call that stands, from the page. */
interface Road {
  port: MessagePort
  key: string
  dials: boolean
}
interface Duplex {
  write(item: unknown): Promise<void>
  end(): Promise<void>
  [Symbol.asyncIterator](): AsyncIterator<unknown>
}

const scope = self as unknown as { onmessage: ((event: MessageEvent<string[] | Road>) => void) | null; postMessage(message: unknown): void }

/** Calls that wait for the node to dial them, by key. */
const calls = new Map<string, Pipe>()
let node: Awaited<ReturnType<typeof open>> | undefined

async function open(module: WebAssembly.Module) {
  let stopped: () => void = () => {}
  const ended = new Promise<void>(resolve => {
    stopped = resolve
  })
  const jobs = new Jobs('job_worker.js', module)
  const disk = await Disk.open()
  const host = await Host.open(module, disk, {
    dial: address => {
      const url = socketUrl(address)
      return url ? socketPipe(new WebSocket(url)) : calls.get(callKey(address) ?? '')
    },
    run: job => jobs.run(job),
    log: () => {},
    stopped: () => stopped(),
    failed: error => scope.postMessage({ error: String(error) }),
  })
  const { port1, port2 } = new MessageChannel()
  host.take(portPipe(port1))
  const kith = new KithClient(viaMessagePort(port2), { patience: 60_000 })
  await kith.ready()
  const close = async (): Promise<void> => {
    host.stop()
    await ended
    kith.close()
    jobs.end()
  }
  return { kith, host, close }
}

/** What is asked of a node that stays. */
async function ask(word: string, words: string[]): Promise<object | undefined> {
  const { kith } = node!
  if (word === 'follow') {
    for (const whom of words) {
      const contact = whom.startsWith('@') ? whom : `@${whom.split('~shs:')[1]}.ed25519`
      await kith.call('publish', { type: 'contact', contact, following: true })
      if (contact !== whom) await kith.call('conn.connect', whom)
    }
    return undefined
  }
  const peers = (await kith.call('conn.peers')) as { state: string }[]
  return { connected: peers.filter(({ state }) => state === 'connected').length }
}

async function take({ port, key, dials }: Road): Promise<void> {
  const pipe = portPipe(port)
  if (!dials) {
    node!.host.take(pipe, ORIGIN.NETWORK, `rtc:${key}`)
    return
  }
  calls.set(key, pipe)
  await node!.kith.call('conn.connect', callAddress(`@${key}.ed25519`))
}

scope.onmessage = async ({ data }) => {
  try {
    if (!Array.isArray(data)) return await take(data)
    if (node) {
      const said = await ask(data[0], data.slice(1))
      if (said) scope.postMessage(said)
      return
    }
    const module = await WebAssembly.compile(await (await fetch('kith.wasm')).arrayBuffer())
    if (data[0] === 'ingest') {
      const messages = (await (await fetch('messages.jsonl')).text()).split('\n').filter(Boolean).map(line => JSON.parse(line) as unknown)
      const { kith, close } = await open(module)
      const start = performance.now()
      const stream = (kith as unknown as { duplex(name: string, args: unknown[]): Duplex }).duplex('import', [])
      const answer = (async () => {
        for await (const item of stream) return item
        return undefined
      })()
      for (const message of messages) await stream.write(message)
      await stream.write(null)
      await stream.end()
      const said = await answer
      const ms = performance.now() - start
      await close()
      scope.postMessage({ said, ms, count: messages.length })
    } else if (data[0] === 'node') {
      // Stays open: what it costs is looked at from outside.
      node = await open(module)
      scope.postMessage({ id: idOf(base64(node.host.id)) })
    } else {
      const start = performance.now()
      const { kith, close } = await open(module)
      const ready = performance.now() - start
      let posts = 0
      for await (const _ of kith.source('feed', [{ limit: 20 }])) posts++
      const shown = performance.now() - start
      await close()
      scope.postMessage({ ready, shown, posts })
    }
  } catch (error) {
    scope.postMessage({ error: String((error as Error).stack ?? error) })
  }
}
