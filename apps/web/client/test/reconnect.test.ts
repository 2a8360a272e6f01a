// SPDX-License-Identifier: MIT
// Links that break, over a WebSocket.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { KithClient, KithError, restarted, viaWebSocket } from '../src/index.ts'
import { FakeServer } from './fake.ts'
import { all, until } from './node.ts'

let server: FakeServer
let kith: KithClient
let states: string[]
const is = (code: string) => (error: unknown) => error instanceof KithError && error.code === code
const fast = { backoff: { first: 10, most: 40 }, patience: 200, idle: 60_000 }
const state = (wanted: string) => until(wanted, () => kith.state === wanted)

function open (token = 'abc', options = {}): void {
  kith = new KithClient(viaWebSocket(server.url, token), { ...fast, ...options })
  states = []
  kith.addEventListener('state', () => states.push(kith.state))
}

beforeEach(async () => { server = await new FakeServer().start() })
afterEach(async () => {
  kith.close()
  await server.stop()
})

test('ready, with an Origin and the token as a subprotocol', async () => {
  open()
  await kith.ready()
  assert.equal(kith.id, '@fake')
  assert.equal(server.headers['origin'], server.url.replace('ws:', 'http:').replace('/rpc', ''))
  assert.equal(server.headers['sec-websocket-protocol'], 'kith, token.abc')
  assert.deepEqual(states, ['ready'])
})

test('a wrong token is refused, not tried for ever; another one helps', async () => {
  open('wrong')
  const waiting = kith.call('status')
  await assert.rejects(waiting)
  await state('refused')
  await assert.rejects(kith.call('status'), is('refused'))
  const { upgrades } = server
  await new Promise(resolve => setTimeout(resolve, 100))
  assert.equal(server.upgrades, upgrades)
  kith.use(viaWebSocket(server.url, 'abc'))
  await kith.ready()
  assert.deepEqual(states, ['away', 'refused', 'connecting', 'ready'])
})

test('nobody there: away, and ready once somebody is', async () => {
  await server.stop()
  open()
  await state('away')
  await assert.rejects(kith.call('status'), is('away'))
  assert(kith.retryAt! <= Date.now() + 40)
  await new Promise(resolve => setTimeout(resolve, 100))
  await server.start()
  await kith.ready()
  assert.equal(kith.retryAt, null)
  assert.deepEqual(states, ['away', 'ready'])
})

test('pauses between tries grow, are cut at random and have an end', async t => {
  await server.stop()
  for (const [luck, most] of [[0, 64], [1, 32]] as const) {
    t.mock.method(Math, 'random', () => luck)
    const waits: number[] = []
    open('abc', { backoff: { first: 8, most: 64 } })
    for (let last = 0; waits.length < 5;) {
      const at = await until('a try', () => kith.retryAt !== last ? kith.retryAt : null)
      waits.push(at - Date.now())
      last = at
    }
    kith.close()
    const longest = Math.max(...waits)
    assert(longest <= most && longest > most / 2, String(waits))
  }
})

test('a cut: calls fail, live starts anew and says so', async () => {
  open()
  const stop = new AbortController()
  const got: unknown[] = []
  const done = (async () => { for await (const item of kith.live('changes', [], { signal: stop.signal })) got.push(item) })()
  const first = await until('the stream', () => server.nodes[0]?.named('changes')[0])
  server.nodes[0]!.item(first.req, { ready: true })
  await until('an item', () => got.length === 1)
  const waiting = kith.call('blobs.want', '&x')
  await until('the call', () => server.nodes[0]!.named('blobs.want')[0])
  server.cut()
  await assert.rejects(waiting, is('away'))
  const second = await until('the stream again', () => server.nodes[1]?.named('changes')[0])
  server.nodes[1]!.item(second.req, { posts: 1 })
  await until('its items', () => got.length === 3)
  assert.deepEqual(got, [{ ready: true }, restarted, { posts: 1 }])
  stop.abort()
  await done
  await until('the end', () => server.nodes[1]!.of(second.req).length === 1)
})

test('what goes on is asked for before what is asked for after it: nothing comes between a list and its news', async () => {
  open('abc', { patience: 20_000 })
  await kith.ready()
  const first = kith.live('feed', [{ live: true, old: false }]).next()
  const list = all(kith.source('feed', [{ limit: 30 }]))
  await until('both', () => server.nodes.at(-1)?.named('feed').length === 2)
  const [live, page] = server.nodes.at(-1)!.named('feed')
  assert.deepEqual(live!.args, [{ live: true, old: false }])
  server.nodes.at(-1)!.end(page!.req)
  await list
  kith.close()
  await first
})

test('a node that stops ends its streams first: live goes on when it is back', async () => {
  open()
  const stop = new AbortController()
  const got: unknown[] = []
  const done = (async () => { for await (const item of kith.live('changes', [], { signal: stop.signal })) got.push(item) })()
  const first = await until('the stream', () => server.nodes[0]?.named('changes')[0])
  server.nodes[0]!.end(first.req)
  await until('our end', () => server.nodes[0]!.of(first.req).length === 1)
  server.cut()
  const second = await until('the stream again', () => server.nodes[1]?.named('changes')[0])
  server.nodes[1]!.item(second.req, { posts: 1 })
  await until('its items', () => got.length === 2)
  assert.deepEqual(got, [restarted, { posts: 1 }])
  stop.abort()
  await done
})

test('live ends with the node\'s end, fails with its refusal, and with close', async () => {
  open()
  const ended = all(kith.live('feed', []))
  const one = await until('the stream', () => server.nodes[0]?.named('feed')[0])
  server.nodes[0]!.end(one.req)
  assert.deepEqual(await ended, [])
  const failed = all(kith.live('wall', [{ person: 'x' }]))
  failed.catch(() => {})
  const two = await until('the stream', () => server.nodes[0]!.named('wall')[0])
  server.nodes[0]!.error(two.req, 'arg: no person')
  await assert.rejects(failed, is('arg'))
  const closed = all(kith.live('notices', []))
  await until('the stream', () => server.nodes[0]!.named('notices')[0])
  kith.close()
  assert.deepEqual(await closed, [])
})

test('live without a link waits, and can be given up', async () => {
  await server.stop()
  open()
  await state('away')
  assert.deepEqual(await all(kith.live('feed', [], { signal: AbortSignal.timeout(30) })), [])
})

test('a node that says nothing is away; one that is slow is not', async () => {
  open()
  await kith.ready()
  const node = server.nodes[0]!
  const stream = kith.source('feed', [])
  const { req } = await until('the stream', () => node.named('feed')[0])
  node.deaf = true
  const checked = kith.check()
  await until('the question', () => node.named('whoami').length)
  node.item(req, 1) // busy with a long stream: it lives
  assert.equal((await stream.next()).value, 1)
  await checked
  assert.equal(kith.state, 'ready')
  await kith.check()
  assert.equal(kith.state, 'away')
  await kith.ready()
  assert.equal(server.nodes.length, 2)
})

test('silence is a reason to ask', async () => {
  open('abc', { idle: 30, patience: 500 }) // the second link has to be in time, on any machine
  await kith.ready()
  server.nodes[0]!.deaf = true
  await until('a new link', () => server.nodes.length === 2)
  await kith.ready()
  assert.deepEqual(states, ['ready', 'away', 'ready'])
})

test('a link that never comes up is given up', async () => {
  let opened = 0
  kith = new KithClient({ open: () => { opened++; return { onopen: null, onbytes: null, onclose: null, send () {}, bufferedAmount: 0, close () {} } } },
    { ...fast, patience: 20 })
  await until('a second try', () => opened >= 2)
  await assert.rejects(kith.call('status'), is('away'))
})

test('retry does not wait', async () => {
  await server.stop()
  open('abc', { backoff: { first: 60_000, most: 60_000 } })
  await state('away')
  await server.start()
  kith.retry()
  await kith.ready()
})

test('back online or seen again: tried at once', async () => {
  const globals = globalThis as Record<string, unknown>
  const heard = new Map<string, () => void>()
  const page = { visibilityState: 'hidden', addEventListener: (name: string, fn: () => void) => heard.set(name, fn), removeEventListener: (name: string) => heard.delete(name) }
  Object.assign(globals, { document: page, addEventListener: page.addEventListener, removeEventListener: page.removeEventListener })
  try {
    await server.stop()
    open('abc', { backoff: { first: 60_000, most: 60_000 } })
    await state('away')
    await server.start()
    heard.get('visibilitychange')!()
    await new Promise(resolve => setTimeout(resolve, 50))
    assert.equal(server.upgrades, 0) // nobody looks
    page.visibilityState = 'visible'
    heard.get('visibilitychange')!()
    await kith.ready()
    kith.close()
    assert.equal(heard.size, 0)
  } finally {
    for (const name of ['document', 'addEventListener', 'removeEventListener']) delete globals[name]
  }
})
