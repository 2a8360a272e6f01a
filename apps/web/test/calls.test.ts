// SPDX-License-Identifier: MIT
// Who gets an answer to an offer: somebody accepted. Others get nothing, no answer and no candidates, and no connection is
// made that would give away an address.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Calls, type CallsHome } from '../src/tab/calls.ts'
import type { Carrier, Way } from '../src/tab/carriers.ts'
import type { Signal } from '../src/tab/core.ts'
import type { CallSays } from '../src/tab/messages.ts'
import { callsOnPage, callTold } from '../src/tab/remote_call.ts'
import { KIND } from '../src/tab/signalling.ts'

const us = new Uint8Array(32).fill(1)
const them = new Uint8Array(32).fill(2) // larger: they make the offer
const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))

/** What is said to them, and to the page, when an offer comes of whom the node says this. */
async function answerTo(person: { following: boolean; blocking: boolean }, kind: number, waitsFor = 0) {
  const sent: number[] = []
  const page: CallSays['do'][] = []
  let ways = 0
  let asked = 0
  callsOnPage(says => {
    page.push(says.do)
    if (says.do !== 'answer') return
    // The page finds candidates, and has an answer.
    setImmediate(() => {
      const candidate = { candidate: 'candidate:1 1 udp 1 192.0.2.7 9 typ host', sdpMid: '0' }
      callTold({ id: says.id, is: 'candidate', candidate })
      callTold({ id: says.id, is: 'sdp', sdp: 'an answer' })
    })
  })
  const carrier: Carrier = {
    reply: us,
    onsealed: () => {},
    onlost: () => {},
    send: sealed => void sent.push(sealed[0]!),
    iceServers: async () => [],
    close: () => {},
  }
  const way: Way = async () => {
    ways++
    return carrier
  }
  const home = {
    id: us,
    kith: {
      call: async () => {
        asked++
        return person
      },
    },
    // The kind alone is looked at here.
    sealing: { seal: (of: number) => ({ id: new Uint8Array(16), sealed: new Uint8Array([of]) }) },
    ways: () => [way],
    take: () => {},
    about: () => ({}),
    learn: async () => {},
    look: () => {},
  } as unknown as CallsHome
  const calls = new Calls(home)
  const signal = {
    kind,
    id: new Uint8Array(16).fill(3),
    from: them,
    reply: them,
    body: new Uint8Array(),
  } as unknown as Signal
  await calls.heard(signal, { sdp: 'an offer', of: 'AAAA' }, way)
  // Their candidates, and another offer: silence is no matter of the first word alone.
  await calls.heard({ ...signal, kind: KIND.CANDIDATES }, { of: 'AwMDAwMDAwMDAwMDAwMDAw==', candidates: [] }, way)
  for (let i = 0; i < 20 || sent.length < waitsFor; i++) await turn()
  const said = { sent: [...sent], page: [...page], ways, asked }
  calls.close()
  return said
}

test('a friend’s offer is answered', { timeout: 30_000 }, async () => {
  const { sent, page, ways } = await answerTo({ following: true, blocking: false }, KIND.OFFER, 2)
  assert.deepEqual(sent.sort(), [KIND.ANSWER, KIND.CANDIDATES])
  assert(page.includes('answer'))
  assert.equal(ways, 1)
})

for (const [who, person] of [
  ['a stranger', { following: false, blocking: false }],
  ['somebody blocked', { following: false, blocking: true }],
  ['a friend who was blocked', { following: true, blocking: true }],
] as const) {
  for (const kind of [KIND.OFFER, KIND.AGAIN]) {
    test(`the offer (${kind}) of ${who} is met with silence`, async () => {
      const { sent, page, ways, asked } = await answerTo(person, kind)
      assert(asked >= 1, 'the node was asked who that is')
      assert.deepEqual(sent, [])
      assert.equal(ways, 0, 'not even a way to them is opened')
      assert(!page.some(it => it !== 'close'), 'the page makes no connection')
    })
  }
}
