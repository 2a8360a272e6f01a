// SPDX-License-Identifier: MIT
// What the page reads out of a broker's feed, with the core that the page has: whole, swapped, forked, cut, forged.
import assert from 'node:assert/strict'
import { createHash, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { Handles } from '../src/account/handles.ts'
import { base64, base64url, unbase64 } from '../src/tab/bytes.ts'
import { Core } from '../src/tab/core.ts'

const wasm = readFileSync(new URL('../../../build/wasm/kith.wasm', import.meta.url))
const core = new Core(await WebAssembly.compile(wasm))

interface Keys {
  pub: Buffer
  sec: KeyObject
}
function newKeys(): Keys {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  return { pub: publicKey.export({ type: 'spki', format: 'der' }).subarray(-32), sec: privateKey }
}
const hash = (...parts: (string | Uint8Array)[]): string =>
  parts.reduce((h, p) => h.update(p), createHash('sha256')).digest('base64')

/** A broker whose feed we write ourselves, as account.md says it. */
class Liar {
  keys = newKeys()
  feed: Record<string, unknown>[] = []
  asked: number[] = []
  page = 100

  get keyText(): string {
    return base64(this.keys.pub)
  }

  tag(handle: string): Buffer {
    return createHash('sha256').update(`tag ${handle}`).digest().subarray(0, 16)
  }

  certify(handle: string, who: Keys): string {
    const times = Buffer.alloc(8)
    const now = Math.floor(Date.now() / 1000)
    times.writeUInt32LE(now)
    times.writeUInt32LE(now + 9999, 4)
    const text = (it: string): Buffer => Buffer.concat([Buffer.of(it.length), Buffer.from(it)])
    const raw = Buffer.concat([this.keys.pub, who.pub, this.tag(handle), times, text(handle), text('kith.example')])
    const sig = sign(null, Buffer.concat([Buffer.from('kith-certificate 1\n'), raw]), this.keys.sec)
    return `kith-cert-1.${base64url(Buffer.concat([raw, sig]))}`
  }

  id(message: Record<string, unknown>): string {
    return `%${hash(JSON.stringify(message, null, 2))}.sha256`
  }

  say(content: object, by = this.keys): void {
    const last = this.feed.at(-1)
    const said = {
      previous: last ? this.id(last) : null,
      sequence: this.feed.length + 1,
      author: `@${base64(this.keys.pub)}.ed25519`,
      timestamp: 1700000000000 + this.feed.length,
      hash: 'sha256',
      content,
    }
    const signature = `${sign(null, Buffer.from(JSON.stringify(said, null, 2)), by.sec).toString('base64')}.sig.ed25519`
    this.feed.push({ ...said, signature })
  }

  enter(handle: string, who: Keys | null): void {
    const tag = this.tag(handle)
    const holder = who && hash('kith-holder 1\n', tag, who.pub)
    this.say({ type: 'kith-handle', id: hash('kith-handle 1\n', tag, handle), holder })
  }

  source(name: string, { after }: { after?: number }) {
    assert.equal(name, 'account.feed')
    this.asked.push(after!)
    const { feed, page } = this
    async function* items(): AsyncGenerator<unknown> {
      yield* structuredClone(feed.slice(after, after! + page))
    }
    return items() as never
  }
}

const files = new Map<string, Uint8Array<ArrayBuffer>>()
let writes = 0
const disk = {
  get: async (name: string) => files.get(name),
  put: async (name: string, bytes: Uint8Array) => {
    writes++
    files.set(name, Uint8Array.from(bytes))
  },
}

async function follow(liar: Liar, certificates: string[]): Promise<Handles> {
  const handles = await Handles.open(core, disk)
  handles.watch(liar, async () => certificates)
  await handles.look().finally(() => handles.rest())
  return handles
}
/** A broker, Anna with her certificate, and a page that has looked once. */
async function world() {
  files.clear()
  const liar = new Liar()
  const [anna, eve] = [newKeys(), newKeys()]
  liar.enter('ben', eve)
  liar.enter('anna.b', anna)
  const certificate = liar.certify('anna.b', anna)
  const handles = await follow(liar, [certificate])
  assert.equal(handles.says(certificate), '')
  return { liar, anna, eve, certificate, again: () => follow(liar, [certificate]) }
}

test('a certificate that the feed bears out, and nothing is written or asked twice', async () => {
  const { liar, certificate, again } = await world()
  const before = writes
  liar.asked = []
  assert.equal((await again()).says(certificate), '')
  assert.equal(writes, before)
  assert.deepEqual(new Set(liar.asked), new Set([1]))
})

test('another key, nobody, and the old key again', async () => {
  const { liar, anna, eve, certificate, again } = await world()
  liar.enter('anna.b', eve)
  const swapped = await again()
  assert.equal(swapped.says(certificate), 'other')
  assert.equal(swapped.says(liar.certify('anna.b', eve)), '')
  liar.enter('anna.b', null)
  assert.equal((await again()).says(certificate), 'nobody')
  liar.enter('anna.b', anna)
  assert.equal((await again()).says(certificate), '')
})

test('a certificate of which the feed does not know', async () => {
  const { liar, eve, certificate } = await world()
  const secretly = liar.certify('carla', eve)
  const handles = await follow(liar, [certificate, secretly])
  assert.equal(handles.says(secretly), 'unsaid')
  assert.equal(handles.says(certificate), '')
  liar.enter('carla', eve)
  assert.equal((await follow(liar, [certificate, secretly])).says(secretly), '')
})

test('a feed that is told in two ways is found out, and stays so', async () => {
  for (const more of [0, 1, 3]) {
    const { liar, anna, eve, certificate, again } = await world()
    const first = [...liar.feed]
    liar.feed.length = 1
    liar.enter('anna.b', eve)
    for (let i = 0; i < more; i++) liar.enter(`some${i}`, anna)
    assert.equal((await again()).says(certificate), 'forked', `${more} more`)
    liar.feed = first
    assert.equal((await again()).says(certificate), 'forked')
  }
})

test('also when it is read from its beginning once more', async () => {
  const { liar, eve, certificate } = await world()
  liar.feed.length = 0
  liar.enter('anna.b', eve)
  liar.enter('ben', eve)
  liar.enter('carla', eve)
  const handles = await follow(liar, [certificate, liar.certify('carla', eve)])
  assert.equal(handles.says(certificate), 'forked')
})

test('messages that were shown and are gone, until they are there again', async () => {
  const { liar, eve, certificate, again } = await world()
  const [, last] = liar.feed
  liar.feed.length = 1
  assert.equal((await again()).says(certificate), 'broken')
  // With a handle that is new to us it is read from the beginning, and ends too soon.
  assert.equal((await follow(liar, [certificate, liar.certify('ben', eve)])).says(certificate), 'broken')
  liar.feed.push(last!)
  assert.equal((await again()).says(certificate), '')
})

test('what the broker has not signed, or leaves out, is no part of it', async () => {
  const forged: ((liar: Liar, eve: Keys) => void)[] = [
    (liar, eve) => liar.say({ type: 'kith-handle' }, eve),
    liar => {
      liar.enter('carla', null)
      liar.feed[2] = { ...liar.feed[2], content: { type: 'kith-handle', id: 'x', holder: null } }
    },
    liar => {
      liar.enter('carla', null)
      liar.enter('dora', null)
      liar.feed.splice(2, 1)
    },
    liar => liar.feed.push({}),
    liar => liar.feed.push({ text: 'x'.repeat(70_000) }),
  ]
  for (const [i, forge] of forged.entries()) {
    const { liar, eve, certificate, again } = await world()
    forge(liar, eve)
    assert.equal((await again()).says(certificate), 'broken', `row ${i}`)
  }
})

test('a long feed is read in pages, and in more than one look', async () => {
  const { liar, anna, certificate, again } = await world()
  liar.page = 5
  for (let i = 0; i < 250; i++) liar.enter(`some${i}`, anna)
  liar.enter('anna.b', newKeys())
  liar.asked = []
  const handles = await Handles.open(core, disk)
  handles.watch(liar, async () => [certificate])
  await handles.refresh() // the same look
  handles.rest()
  assert.ok(liar.asked.length <= 50, `${liar.asked.length}`)
  assert.equal(handles.says(certificate), '')
  assert.equal((await again()).says(certificate), 'other')
})

test('a broker that answers with more than a page, or with an error', async () => {
  const { liar, anna, certificate, again } = await world()
  for (let i = 0; i < 150; i++) liar.enter(`some${i}`, anna)
  liar.page = 150
  assert.equal((await again()).says(certificate), 'broken')
  liar.page = 100
  assert.equal((await again()).says(certificate), '')
  const handles = await Handles.open(core, disk)
  liar.source = () => {
    throw new Error('closed')
  }
  handles.watch(liar, async () => [certificate])
  await assert.rejects(handles.look(), /closed/)
  handles.rest()
  assert.equal(handles.says(certificate), '')
})

test('other brokers are no business of this one', async () => {
  const { liar, anna, certificate } = await world()
  const other = new Liar()
  const theirs = other.certify('anna.b', anna)
  const handles = await follow(liar, [certificate, theirs])
  assert.equal(handles.says(theirs), '')
  assert.deepEqual(Object.keys(JSON.parse(new TextDecoder().decode(files.get('handles')))), [liar.keyText])
  assert.equal(unbase64(liar.keyText).length, 32)
})
