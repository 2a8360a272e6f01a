// SPDX-License-Identifier: MIT
// One friend, one broker or one carrier cannot keep us from the others.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { base64 } from '../src/tab/bytes.ts'
import { Calls, type CallsHome } from '../src/tab/calls.ts'
import { type Carrier, viaBroker, type Way } from '../src/tab/carriers.ts'
import type { Core, Signal } from '../src/tab/core.ts'
import type { CallTold } from '../src/tab/messages.ts'
import { carryOut } from '../src/tab/page_calls.ts'
import { callsOnPage, callTold } from '../src/tab/remote_call.ts'
import { KIND } from '../src/tab/signalling.ts'

const small = new Uint8Array(32).fill(1)
const large = new Uint8Array(32).fill(9)
const turns = async (n = 20): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise(resolve => setImmediate(resolve))
}

function carries(take: (kind: number, carrier: Carrier) => void): Way {
  return async () => {
    const carrier: Carrier = {
      reply: small,
      onsealed: () => {},
      onlost: () => {},
      send: sealed => take(sealed[0]!, carrier),
      iceServers: async () => [],
      close: () => {},
    }
    return carrier
  }
}

const calls = (id: Uint8Array, ways: Way[]): Calls =>
  new Calls({
    id,
    kith: { call: async () => ({ following: true, blocking: false }) },
    sealing: { seal: (kind: number) => ({ id: new Uint8Array(16), sealed: new Uint8Array([kind]) }) },
    ways: () => ways,
    take: () => {},
    about: () => ({}),
    learn: async () => {},
    look: () => {},
  } as unknown as CallsHome)

test('offers without end of one friend leave room for another one', { timeout: 30_000 }, async () => {
  const answered: string[] = []
  const closed = new Set<number>()
  const begun: number[] = []
  callsOnPage(says => {
    if (says.do === 'close') closed.add(says.id)
    if (says.do !== 'answer') return
    begun.push(says.id)
    answered.push(says.sdp)
    setImmediate(() => callTold({ id: says.id, is: 'sdp', sdp: 'an answer' }))
  })
  const us = calls(small, [])
  const offer = async (from: Uint8Array, n: number, sdp: string): Promise<void> => {
    const id = new Uint8Array(16)
    new DataView(id.buffer).setUint32(0, n)
    await us.heard(
      { kind: KIND.OFFER, id, from, reply: from } as unknown as Signal,
      { sdp },
      carries(() => {}),
    )
    await turns(3)
  }
  for (let n = 0; n < 100; n++) await offer(large, n, `flood ${n}`)
  assert.equal(begun.filter(id => !closed.has(id)).length, 1, 'of one friend the newest call alone')
  await offer(new Uint8Array(32).fill(7), 200, 'a friend')
  assert.equal(answered.at(-1), 'a friend')
  assert.equal(begun.filter(id => !closed.has(id)).length, 2)
  us.close()
})

/** How a dial ends: by which ways it was tried, by their numbers. */
async function dialled(us: Calls, to: Uint8Array): Promise<void> {
  const pipe = us.dial(base64(to))
  await new Promise<void>(resolve => {
    if (!pipe) return resolve()
    pipe.onclose = resolve
    void turns(50).then(() => mock.timers.tick(21_000))
  })
}

test('a broker that keeps an offer to itself is not asked first the next time', { timeout: 30_000 }, async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const tried: string[] = []
    callsOnPage(says => {
      if (says.do === 'offer') setImmediate(() => callTold({ id: says.id, is: 'sdp', sdp: 'an offer' }))
    })
    const via = (name: string): Way => carries(() => void tried.push(name))
    const us = calls(large, [via('broker'), via('friends')])
    await dialled(us, small)
    await dialled(us, small)
    assert.deepEqual(tried, ['broker', 'friends'])
    us.close()
  } finally {
    mock.timers.reset()
  }
})

test('a broker that keeps a wish to be called to itself is not asked first the next time', {
  timeout: 30_000,
}, async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const tried: string[] = []
    const us = calls(small, [carries(() => void tried.push('broker')), carries(() => void tried.push('friends'))])
    for (let i = 0; i < 3; i++) {
      us.dial(base64(large))
      await turns(50)
      mock.timers.tick(2000)
      await turns()
    }
    assert.deepEqual(tried, ['broker', 'friends', 'broker'])
    us.close()
  } finally {
    mock.timers.reset()
  }
})

test('a broker whose address no browser takes is one that is not there', async () => {
  const proves = { prove: () => ({ address: small, sig: small }) } as unknown as Core
  for (const address of ['ws://[', 'ws://host:99999/', 'http://host/#'])
    await assert.rejects(viaBroker(proves, address, large)(), { message: 'broker' })
})

test('what a browser cannot do is the end of a call, and not silence', async () => {
  let takes = 0
  class RTCPeerConnection extends EventTarget {
    constructor(how?: { iceServers: RTCIceServer[] }) {
      super()
      if (how?.iceServers.length || takes-- <= 0) throw new TypeError('no such servers')
    }
    createDataChannel = (): object => ({ close() {} })
    createOffer = async (): Promise<object> => ({})
    setLocalDescription = async (): Promise<void> => {}
    getConfiguration = (): object => ({})
    setConfiguration(): void {
      throw new TypeError('no such servers')
    }
    setRemoteDescription = async (): Promise<void> => {}
    createAnswer = async (): Promise<object> => ({})
    localDescription = { sdp: 'a description' }
    close(): void {}
  }
  Object.assign(globalThis, { RTCPeerConnection })
  const told: CallTold[] = []
  const iceServers = [{ urls: 'nonsense' }]
  carryOut({ id: 1, do: 'offer', iceServers }, it => void told.push(it))
  await turns()
  assert.deepEqual(
    told.map(({ is }) => is),
    ['closed'],
    'it cannot be made',
  )
  takes = 1
  carryOut({ id: 2, do: 'offer', iceServers }, it => void told.push(it))
  await turns()
  assert.deepEqual(
    told[1],
    { id: 2, is: 'sdp', sdp: 'a description' },
    'a server that is none is no reason not to call',
  )
  carryOut({ id: 2, do: 'again', iceServers, sdp: 'theirs' }, it => void told.push(it))
  await turns()
  assert.deepEqual(told[2], { id: 2, is: 'sdp', sdp: 'a description' }, 'and none to end what stands')
  carryOut({ id: 2, do: 'close' }, () => {})
})

test('of a friend who looks for another way for calls that are none, one at a time is told so', {
  timeout: 30_000,
}, async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const said: number[] = []
    const us = calls(small, [])
    const again = (n: number): Promise<void> =>
      us.heard(
        { kind: KIND.AGAIN, id: new Uint8Array(16).fill(n), from: large, reply: large } as unknown as Signal,
        { sdp: 'an offer', of: 'AAAA' },
        carries(kind => void said.push(kind)),
      )
    const all = Array.from({ length: 50 }, (_, n) => again(n))
    await turns()
    assert.deepEqual(said, [KIND.HANGUP])
    mock.timers.tick(2000)
    await Promise.all(all)
    void again(99)
    await turns()
    assert.deepEqual(said, [KIND.HANGUP, KIND.HANGUP], 'and later again')
    us.close()
  } finally {
    mock.timers.reset()
  }
})

test('several new ways that come at once, as after a silence of the network, leave the call standing', async () => {
  /** As RTCPeerConnection says: an answer is to an offer, and is given once. */
  class Strict extends EventTarget {
    #state = 'stable'
    #last = ''
    localDescription = { sdp: '' }
    createDataChannel = (): object => ({ close() {} })
    getConfiguration = (): object => ({})
    setConfiguration(): void {}
    close(): void {}
    async setRemoteDescription({ sdp }: { sdp: string }): Promise<void> {
      await turns(2)
      this.#last = sdp
      this.#state = 'have-remote-offer'
    }
    async createAnswer(): Promise<object> {
      await turns(2)
      if (this.#state !== 'have-remote-offer') throw new DOMException('stable', 'InvalidStateError')
      return {}
    }
    async setLocalDescription(): Promise<void> {
      await turns(2)
      if (this.#state !== 'have-remote-offer') throw new DOMException('stable', 'InvalidStateError')
      this.#state = 'stable'
      this.localDescription = { sdp: `to ${this.#last}` }
    }
  }
  Object.assign(globalThis, { RTCPeerConnection: Strict })
  const told: CallTold[] = []
  const take = (it: CallTold): void => void told.push(it)
  carryOut({ id: 7, do: 'answer', sdp: 'first', iceServers: [] }, take)
  await turns()
  for (const sdp of ['second', 'third', 'fourth']) carryOut({ id: 7, do: 'again', sdp, iceServers: [] }, take)
  await turns(60)
  assert.deepEqual(
    told,
    ['first', 'second', 'third', 'fourth'].map(it => ({ id: 7, is: 'sdp', sdp: `to ${it}` })),
  )
  carryOut({ id: 7, do: 'close' }, () => {})
})
