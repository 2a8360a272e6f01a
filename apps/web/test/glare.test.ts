// SPDX-License-Identifier: MIT
// Of two friends who call each other at the same moment, the one whose key is larger offers, always
// (docs/protocol/signal.md). No browser and no broker: what each says is handed to the other.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { base64 } from '../src/tab/bytes.ts'
import { Calls, type CallsHome } from '../src/tab/calls.ts'
import type { Carrier, Way } from '../src/tab/carriers.ts'
import type { Signal } from '../src/tab/core.ts'
import { callsOnPage, callTold } from '../src/tab/remote_call.ts'
import { KIND, readBody } from '../src/tab/signalling.ts'

const smaller = new Uint8Array(32).fill(1)
const larger = new Uint8Array(32).fill(2)

/** The pages of both: an offer that is answered is a call that stands, at both ends. */
function pages(): void {
  const answeredBy = new Map<string, number>()
  const stands = (id: number): void => {
    const port = { onmessage: null, postMessage() {}, close() {} } as unknown as MessagePort
    callTold({ id, is: 'open', port })
  }
  callsOnPage(says => {
    setImmediate(() => {
      if (says.do === 'offer') callTold({ id: says.id, is: 'sdp', sdp: `offer ${says.id}` })
      if (says.do === 'answer') {
        answeredBy.set(says.sdp, says.id)
        callTold({ id: says.id, is: 'sdp', sdp: 'an answer' })
      }
      if (says.do === 'answered') {
        stands(says.id)
        stands(answeredBy.get(`offer ${says.id}`)!)
      }
    })
  })
}

class Person {
  calls: Calls
  said: number[] = []
  taken = 0
  dialled = 0
  #key: Uint8Array
  #next = 0
  other!: Person

  constructor(key: Uint8Array, other: Uint8Array) {
    this.#key = key
    const seal = (kind: number, _: Uint8Array, reply: Uint8Array, body: Uint8Array) => {
      const id = new Uint8Array(16).fill(key[0]! * 16 + this.#next++)
      this.said.push(kind)
      return { id, sealed: { kind, id, from: key, reply, body } as unknown as Uint8Array }
    }
    this.calls = new Calls({
      id: key,
      kith: {
        call: async (method: string) => {
          if (method === 'people.get') return { following: true, blocking: false }
          // conn.connect: the node dials.
          assert.equal(method, 'conn.connect')
          this.dials(other)
        },
      },
      sealing: { seal, unseal: (sealed: Uint8Array) => sealed as unknown as Signal },
      ways: () => [this.#way],
      take: () => void this.taken++,
      about: () => ({}),
      learn: async () => {},
      look: () => {},
    } as unknown as CallsHome)
  }

  #way: Way = async () => {
    const carrier: Carrier = {
      reply: this.#key,
      onsealed: () => {},
      onlost: () => {},
      send: sealed => {
        const signal = sealed as unknown as Signal
        setImmediate(() => void this.other.calls.heard(signal, readBody(signal), this.other.#way))
      },
      iceServers: async () => [],
      close: () => {},
    }
    return carrier
  }

  dials(other: Uint8Array): void {
    const pipe = this.calls.dial(base64(other))
    if (pipe) pipe.onopen = () => void this.dialled++
  }
}

test('of two who call each other at once, the larger key offers', { timeout: 30_000 }, async () => {
  pages()
  const anna = new Person(larger, smaller)
  const ben = new Person(smaller, larger)
  anna.other = ben
  ben.other = anna
  anna.dials(smaller)
  ben.dials(larger)
  while (!anna.dialled || !ben.taken) await new Promise(resolve => setImmediate(resolve))
  assert(!ben.said.includes(KIND.OFFER), 'the smaller key offered')
  assert(ben.said.includes(KIND.CALL_ME), 'the smaller key asks to be called')
  assert.equal(anna.taken, 0, 'nobody took a call from the smaller key')
  assert.equal(ben.dialled, 0)
  // An offer of the smaller key is none, whoever sends it.
  let ways = 0
  const back: Way = () => {
    ways++
    return Promise.reject(new Error('nowhere'))
  }
  const offer = { kind: KIND.OFFER, id: new Uint8Array(16), from: smaller, reply: smaller } as unknown as Signal
  await anna.calls.heard(offer, { sdp: 'an offer' }, back)
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
  assert.equal(ways, 0, 'there is nothing to answer')
  anna.calls.close()
  ben.calls.close()
})
