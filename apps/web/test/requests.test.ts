// SPDX-License-Identifier: MIT
// What strangers ask who came to our door, and what comes back of what we asked: nobody is answered, and no connection is made, before
// we follow them; an answer counts for a question that is open, once.
import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { base64, idOf } from '../src/tab/bytes.ts'
import type { Signal } from '../src/tab/core.ts'
import { Requests, type RequestsHome } from '../src/tab/requests.ts'
import { bodyOf, KIND } from '../src/tab/signalling.ts'

const them = new Uint8Array(32).fill(2)
const key = base64(them)
const mailbox = base64(new Uint8Array(32).fill(3))
const brokers = ['ws://elsewhere.example/broker']
const of = new Uint8Array(16).fill(4)
const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
}

/** Whom we would connect to. */
const dialled: string[] = []
Object.defineProperty(globalThis, 'WebSocket', {
  value: class {
    constructor(url: string) {
      dialled.push(url)
      throw new Error('no network here')
    }
  },
})

/** Whoever still has somebody to tell would keep a test that failed from ending. */
const opened: Requests[] = []
after(() => {
  for (const it of opened) it.close()
})

interface World {
  person: { following: boolean; blocking: boolean }
  fault?: string
  waits: boolean
  kept?: object
}

async function open(world: World) {
  dialled.length = 0
  const asked: Record<string, unknown>[] = []
  const learnt: string[] = []
  const connected: string[] = []
  let change: () => void = () => {}
  let file: Uint8Array | undefined = world.kept && bodyOf(world.kept)
  const home = {
    id: new Uint8Array(32).fill(1),
    broker: 'ws://ours.example/broker',
    about: async () => ({ name: 'Anna' }),
    learn: async (whose: string) => void learnt.push(whose),
    connect: async (whose: string) => void connected.push(whose),
    disk: {
      get: async () => file,
      put: async (_: string, bytes: Uint8Array) => {
        file = bytes
      },
    },
    sealing: {
      // The first byte is the kind, the rest the body.
      unseal: (sealed: Uint8Array): Signal => {
        if (!sealed[0]) throw new Error('crypto')
        return { kind: sealed[0], id: of, from: them, reply: them, body: sealed.slice(1) } as unknown as Signal
      },
      seal: () => ({ id: of, sealed: new Uint8Array(512) }),
      certificate: () => {
        throw new Error('syntax')
      },
    },
    kith: {
      live: async function* () {
        for (;;) {
          await new Promise<void>(resolve => {
            change = resolve
          })
          yield { people: [idOf(key)] }
        }
      },
      call: async (name: string, ...args: unknown[]) => {
        if (name === 'people.get') return world.person
        if (name === 'friends.list')
          return (args[0] as { list: string }).list === 'requests' && world.waits ? [{ id: idOf(key) }] : []
        if (name === 'friends.asked') {
          if (world.fault) throw Object.assign(new Error('no'), { code: world.fault })
          asked.push(args[0] as Record<string, unknown>)
        }
      },
    },
  } as unknown as RequestsHome
  const requests = await Requests.open(home)
  opened.push(requests)
  const says = (kind: number, said: object): Uint8Array => new Uint8Array([kind, ...bodyOf(said)])
  return {
    ...{ requests, asked, learnt, connected, says },
    kept: () => JSON.parse(new TextDecoder().decode(file)) as { askers: object; asked: object },
    changes: () => change(),
  }
}

const stranger = (): World => ({ person: { following: false, blocking: false }, waits: true })
const request = { name: 'Ben', text: 'hello', mailbox, brokers, messages: ['one', 2, 'two', 'three'] }

test('a stranger’s request is given to the node, and answered when we follow', { timeout: 30_000 }, async () => {
  const world = stranger()
  const { requests, asked, learnt, says, kept, changes } = await open(world)
  await requests.came(says(KIND.REQUEST, request))
  assert.deepEqual(asked, [{ id: idOf(key), name: 'Ben', text: 'hello', messages: ['one', 'two'] }])
  changes()
  await turns()
  assert.deepEqual([dialled, learnt], [[], []], 'nobody was told, nothing was learnt')
  assert.equal(Object.keys(kept().askers).length, 1)
  Object.assign(world, { person: { following: true, blocking: false }, waits: false })
  changes()
  await turns()
  assert.deepEqual([dialled, learnt], [brokers, [key]])
  assert.equal(Object.keys(kept().askers).length, 1, 'they could not be told, and will be')
  changes()
  await turns()
  assert.equal(dialled.length, 1, 'but not at once')
  requests.close()
})

test('who asks again within the minute is not heard', async () => {
  const { requests, asked, says } = await open(stranger())
  for (let n = 0; n < 3; n++) await requests.came(says(KIND.REQUEST, { ...request, text: `${n}` }))
  assert.equal(asked.length, 1)
  requests.close()
})

test('what is no request, or of somebody blocked, reaches nobody and is done with', async () => {
  const { requests, asked, says, connected } = await open(stranger())
  await requests.came(new Uint8Array(512))
  for (const kind of [KIND.OFFER, KIND.CALL_ME, KIND.ACCEPT, 99]) await requests.came(says(kind, { sdp: 'x', mailbox }))
  for (const said of [{ name: 'Ben' }, { name: 'Ben', mailbox: 'AAAA' }, { name: 'Ben', mailbox: 7 }])
    await requests.came(says(KIND.REQUEST, said))
  requests.close()
  const blocked = await open({ person: { following: false, blocking: true }, waits: false })
  await blocked.requests.came(says(KIND.REQUEST, request))
  blocked.requests.close()
  assert.deepEqual([asked, blocked.asked, connected, dialled], [[], [], [], []])
})

test('what the node refuses is done with; what it could not take comes again', async () => {
  const world = { ...stranger(), fault: 'denied' }
  const { requests, says, kept, asked } = await open(world)
  await requests.came(says(KIND.REQUEST, request))
  world.fault = 'away'
  await assert.rejects(requests.came(says(KIND.REQUEST, request)))
  world.fault = ''
  await requests.came(says(KIND.REQUEST, request))
  assert.equal(asked.length, 1)
  assert.equal(Object.keys(kept().askers).length, 1)
  requests.close()
})

test('one that is put aside is not answered', async () => {
  const world = stranger()
  const { requests, says, changes, kept } = await open(world)
  await requests.came(says(KIND.REQUEST, request))
  world.waits = false
  changes()
  await turns()
  assert.deepEqual([Object.keys(kept().askers), dialled], [[], []])
  requests.close()
})

test('a yes counts for a question that is open and stands, once', async () => {
  const id = base64(new Uint8Array(32).fill(1))
  const asked = { [key]: { of: [base64(of)], at: Date.now(), certificate: '' } }
  const signal = (said: object, kind: number = KIND.ACCEPT): Signal =>
    ({ kind, id: of, from: them, reply: them, body: bodyOf(said) }) as unknown as Signal
  for (const [said, following, kind, counts] of [
    [{ of: base64(of), mailbox }, true, KIND.ACCEPT, true],
    [{ of: 'BBBB', mailbox }, true, KIND.ACCEPT, false],
    [{ mailbox }, true, KIND.ACCEPT, false],
    [{ of: base64(of), mailbox }, false, KIND.ACCEPT, false], // taken back
    [{ of: base64(of), why: 'no' }, true, KIND.REFUSE, false],
  ] as const) {
    const world: World = { person: { following, blocking: false }, waits: false, kept: { id, asked, askers: {} } }
    const { requests, learnt, connected } = await open(world)
    await requests.heard(signal(said, kind))
    await requests.heard(signal(said, kind))
    assert.deepEqual([learnt, connected], counts ? [[key], [key]] : [[], []], JSON.stringify([said, following]))
    requests.close()
  }
})
