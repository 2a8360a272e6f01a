// SPDX-License-Identifier: MIT
// Calls and streams over a MessagePort, frame by frame.
import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { KithClient, KithError, messagePortTransport, viaMessagePort } from '../src/index.ts'
import { FakeNode, valueOf } from './fake.ts'
import { all, until } from './node.ts'

let kith: KithClient
let node: FakeNode
const is = (code: string) => (error: unknown) => error instanceof KithError && error.code === code
const called = (name: string) => until(name, () => node.named(name).at(-1))

beforeEach(async () => {
  const { port1, port2 } = new MessageChannel()
  node = new FakeNode(messagePortTransport(port2))
  kith = new KithClient(viaMessagePort(port1), { backoff: { first: 10, most: 20 }, patience: 100 })
  await kith.ready()
})
afterEach(() => {
  kith.close()
  node.transport.close()
})

test('a call has no type, a stream has one', async () => {
  void kith.call('people.mute', '@x', true).catch(() => {})
  kith.source('feed', [{ limit: 3 }])
  const call = await called('people.mute')
  assert.deepEqual([call.flags, call.args, 'type' in call], [2, ['@x', true], false])
  const stream = await called('feed')
  assert.deepEqual([stream.flags, stream.args, stream.type], [10, [{ limit: 3 }], 'source'])
})

test('answers come in any order and of any kind', async () => {
  const names = kith.call('people.find', 'a')
  const text = kith.call('invite.create')
  const none = kith.call('blobs.size', '&x')
  const failed = assert.rejects(kith.call('status'), error => is('busy')(error) && (error as Error).message === 'ask again')
  node.error((await called('status')).req, 'busy: ask again', 0)
  node.reply((await called('blobs.size')).req, null)
  node.send(1, (await called('invite.create')).req, Buffer.from('wörter'))
  node.reply((await called('people.find')).req, [])
  assert.deepEqual([await names, await text, await none], [[], 'wörter', null])
  await failed
})

test('an answer that is no JSON fails that call only', async () => {
  const failed = kith.call('status')
  node.send(2, (await called('status')).req, Buffer.from('{'))
  await assert.rejects(failed, is('protocol'))
  assert.equal(kith.state, 'ready')
})

test('the end of a stream is answered', async () => {
  const stream = kith.source('feed', [])
  const { req } = await called('feed')
  node.item(req, 1)
  node.item(req, 2)
  node.end(req)
  assert.deepEqual(await all(stream), [1, 2])
  await until('the answer', () => node.of(req).length === 1)
  assert.deepEqual([node.of(req)[0]!.flags, valueOf(node.of(req)[0]!.body)], [14, true])
})

test('an error comes after the items and goes back', async () => {
  const stream = kith.source('feed', [])
  const { req } = await called('feed')
  node.item(req, 1)
  node.error(req, 'io: the disk said no')
  assert.equal((await stream.next()).value, 1)
  await assert.rejects(stream.next(), is('io'))
  assert.equal((await stream.next()).done, true)
  await until('the echo', () => node.of(req).length === 1)
  assert.deepEqual(valueOf(node.of(req)[0]!.body), { message: 'io: the disk said no', name: 'Error', stack: '' })
})

test('to stop a source is no error, and what still comes is dropped', async () => {
  for (const how of ['break', 'close', 'abort']) {
    const stop = new AbortController()
    const stream = kith.source('feed', [], { signal: stop.signal })
    const { req } = await until('the call', () => node.named('feed').find(call => !node.of(call.req).length))
    node.item(req, 1)
    for await (const _ of stream) {
      if (how === 'break') break
      if (how === 'close') stream.close()
      if (how === 'abort') stop.abort()
    }
    node.item(req, 2)
    const end = await until('the end', () => node.of(req)[0])
    assert.deepEqual([end.flags, valueOf(end.body)], [14, true], how)
    node.end(req)
    assert.equal((await stream.next()).done, true)
  }
  assert.equal(kith.state, 'ready')
})

test('an aborted signal asks for nothing', async () => {
  assert.deepEqual(await all(kith.source('feed', [], { signal: AbortSignal.abort() })), [])
  void kith.call('status').catch(() => {})
  await called('status')
  assert.equal(node.named('feed').length, 0)
})

test('more than the limit waits: overflow, and the node is told to stop', async () => {
  const stream = kith.source('feed', [], { limit: 100 })
  const { req } = await called('feed')
  for (let i = 0; i < 5; i++) node.item(req, 'x'.repeat(30)) // 32 bytes each
  await until('the end', () => node.of(req).length)
  for (let i = 0; i < 3; i++) assert.equal((await stream.next()).done, false)
  await assert.rejects(stream.next(), is('overflow'))
})

test('one item may be larger than the limit', async () => {
  const stream = kith.source('feed', [], { limit: 10 })
  const { req } = await called('feed')
  for (let i = 0; i < 3; i++) {
    node.item(req, 'x'.repeat(30))
    assert.equal((await stream.next()).done, false)
  }
})

test('a sink sends pieces, no empty ones, and gives the answer', async () => {
  const big = Buffer.alloc(200_000, 7)
  const answer = kith.sink('blobs.add', [], [big, new Uint8Array()])
  const { req } = await called('blobs.add')
  await until('the end', () => node.of(req).at(-1)?.flags === 14)
  const data = node.of(req).filter(f => f.flags === 8)
  assert(data.length > 1 && data.every(f => f.body.length > 0 && f.body.length < 65536))
  assert(Buffer.concat(data.map(f => f.body)).equals(big))
  node.item(req, '&id')
  node.end(req)
  assert.equal(await answer, '&id')
})

test('a sink stops reading when the node has refused', async () => {
  let taken = 0
  const forever = (async function * () { for (;;) { taken++; yield new Uint8Array(1000); await new Promise(resolve => setTimeout(resolve, 1)) } })()
  const answer = kith.sink('blobs.add', [], forever)
  node.error((await called('blobs.add')).req, 'full: no room')
  await assert.rejects(answer, is('full'))
  const then = taken
  await new Promise(resolve => setTimeout(resolve, 20))
  assert.equal(taken, then)
})

test('a sink whose items fail tells the node', async () => {
  const answer = kith.sink('blobs.add', [], (function * () { yield new Uint8Array(5); throw new RangeError('mine') })())
  await assert.rejects(answer, RangeError)
  const { req } = await called('blobs.add')
  const end = await until('the end', () => node.of(req).find(f => f.flags === 14))
  assert.equal(typeof (valueOf(end.body) as { message: string }).message, 'string')
})

test('writers wait while the other side does not take', async () => {
  const { port1, port2 } = new MessageChannel()
  const other = new KithClient({ open: () => messagePortTransport(port1) })
  const seen: ArrayBuffer[] = []
  const stalled = new FakeNode({ ...messagePortTransport(port2) })
  port2.onmessage = ({ data }) => { if (data instanceof ArrayBuffer) seen.push(data) } // takes, and says nothing of it
  stalled.send(2, 1, Buffer.from('{"id":"@x"}'))
  await other.ready()
  let written = 0
  const answer = other.sink('blobs.add', [], (function * () { for (; written < 100; written++) yield new Uint8Array(100_000) })())
  await until('the pause', () => seen.length > 15)
  await new Promise(resolve => setTimeout(resolve, 30))
  const then = written
  await new Promise(resolve => setTimeout(resolve, 30))
  assert(written === then && then < 20, `${written}`)
  for (const data of seen) port2.postMessage(data.byteLength)
  await until('more', () => written > then)
  other.close()
  await assert.rejects(answer, is('closed'))
  port2.close()
})

test('what the node calls is refused in JavaScript\'s words', async () => {
  node.transport.send((await import('../src/frame.ts')).frame(10, 1, Buffer.from('{"name":["a","b"],"args":[],"type":"duplex"}')))
  const refusal = await until('the refusal', () => node.of(-1)[0])
  assert.equal(refusal.flags, 14)
  assert.equal((valueOf(refusal.body) as { message: string }).message, 'method:a,b is not in list of allowed methods')
})

test('goodbye and rubbish end the link', async () => {
  for (const bytes of [Buffer.alloc(9), Buffer.from('00ffffffff00000001', 'hex')]) {
    const { port1, port2 } = new MessageChannel()
    const other = new KithClient(viaMessagePort(port1))
    const there = new FakeNode(messagePortTransport(port2))
    await other.ready()
    const waiting = other.call('status')
    await until('the call', () => there.named('status').length)
    there.transport.send(Uint8Array.from(bytes))
    await assert.rejects(waiting, is('away'))
    assert.equal(other.state, 'away')
    other.close()
    there.transport.close()
  }
})

test('close says goodbye, and everything under way has ended', async () => {
  const waiting = kith.call('status')
  const stream = kith.source('feed', [])
  await called('feed')
  kith.close()
  await assert.rejects(waiting, is('closed'))
  await assert.rejects(stream.next(), is('closed'))
  await assert.rejects(kith.call('status'), is('closed'))
  await assert.rejects(kith.ready(), is('closed'))
  const bye = await until('goodbye', () => node.frames.find(f => !f.body.length))
  assert.equal(bye.req, 0)
})
