// SPDX-License-Identifier: MIT
// A call that was given up is not begun by what comes too late: a connection of WebRTC that nobody closes any more.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64 } from '../src/tab/bytes.ts'
import { Calls, type CallsHome } from '../src/tab/calls.ts'
import type { Carrier, Way } from '../src/tab/carriers.ts'
import type { Signal } from '../src/tab/core.ts'
import type { CallSays } from '../src/tab/messages.ts'
import { callsOnPage, callTold, RemoteCall } from '../src/tab/remote_call.ts'
import { KIND } from '../src/tab/signalling.ts'

const small = new Uint8Array(32).fill(1)
const large = new Uint8Array(32).fill(2)
const turns = async (n = 20): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise(resolve => setImmediate(resolve))
}

/** Somebody whose broker takes its time with what helps through routers, and says it when it is let go, as BrokerLink does. */
function slow(us: Uint8Array) {
  const page: CallSays['do'][] = []
  const sent: number[] = []
  let waits = 0
  callsOnPage(says => void page.push(says.do))
  const way: Way = async () => {
    let letGo = (): void => {}
    const carrier: Carrier = {
      reply: us,
      onsealed: () => {},
      onlost: () => {},
      send: sealed => void sent.push(sealed[0]!),
      iceServers: () => {
        waits++
        return new Promise(resolve => {
          letGo = () => resolve([])
        })
      },
      close: () => letGo(),
    }
    return carrier
  }
  const calls = new Calls({
    id: us,
    kith: { call: async () => ({ following: true, blocking: false }) },
    sealing: { seal: (kind: number) => ({ id: new Uint8Array(16), sealed: new Uint8Array([kind]) }) },
    ways: () => [way],
    take: () => {},
    about: () => ({}),
    learn: async () => {},
    look: () => {},
  } as unknown as CallsHome)
  return { calls, page, sent, way, waiting: () => waits }
}

test('what the node gives up is not offered afterwards', { timeout: 30_000 }, async () => {
  const { calls, page, sent, waiting } = slow(large)
  const pipe = calls.dial(base64(small))!
  while (!waiting()) await turns(1)
  pipe.close()
  await turns()
  assert.deepEqual(
    page.filter(it => it !== 'close'),
    [],
    'the page makes no connection',
  )
  assert.deepEqual(sent, [])
})

test('what is over is not answered afterwards', { timeout: 30_000 }, async () => {
  const { calls, page, sent, way, waiting } = slow(small)
  const offer = { kind: KIND.OFFER, id: new Uint8Array(16).fill(3), from: large, reply: large } as unknown as Signal
  await calls.heard(offer, { sdp: 'an offer' }, way)
  while (!waiting()) await turns(1)
  calls.close()
  await turns()
  assert.deepEqual(
    page.filter(it => it !== 'close'),
    [],
    'the page makes no connection',
  )
  assert.deepEqual(sent, [])
})

test('a new way that is looked for twice: each gets its own description', { timeout: 30_000 }, async () => {
  const ids: number[] = []
  callsOnPage(says => void ids.push(says.id))
  const call = new RemoteCall({ candidate() {}, open() {}, shaky() {}, closed() {} })
  const both = [call.again([], 'one'), call.again([], 'two')]
  for (const sdp of ['to one', 'to two']) callTold({ id: ids[0]!, is: 'sdp', sdp })
  assert.deepEqual(await Promise.all(both), ['to one', 'to two'])
})
