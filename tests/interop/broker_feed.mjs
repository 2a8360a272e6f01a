// SPDX-License-Identifier: MIT
// What the page reads out of the feed of a real kith-broker: its own code (apps/web/src/account/handles.ts, kith.wasm) on a
// connection of ours.
import assert from 'node:assert/strict'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Handles } from '../../apps/web/src/account/handles.ts'
import { Core } from '../../apps/web/src/tab/core.ts'
import { Broker, b64, keyPair } from './broker_client.mjs'
import { startBroker, stopBroker } from './broker_lab.mjs'
import { agree, create, feed } from './broker_member.mjs'
import { done, test } from './lab.mjs'

const core = new Core(await WebAssembly.compile(readFileSync(new URL('../../build/wasm/kith.wasm', import.meta.url))))
const auth = Buffer.alloc(32, 7)
let broker = await startBroker()
let client
/** A page with files of its own, as it is opened anew each time. */
class Page {
  files = new Map()
  async follows (...certificates) {
    const disk = { get: async name => this.files.get(name), put: async (name, bytes) => { this.files.set(name, bytes) } }
    const handles = await Handles.open(core, disk)
    const link = { keyText: b64(client.key), source: async function * (_, { after }) { yield * await feed(client, after) } }
    handles.watch(link, async () => certificates)
    await handles.look().finally(() => handles.rest())
    return certificates.map(it => handles.says(it))
  }
}
async function again (folder) {
  client.close()
  await stopBroker(broker, { keep: true })
  broker = await startBroker([], { folder })
  client = await new Broker(broker.url).listen()
}
const change = async (handle, keys) => (await client.call('account.change', { handle, auth: b64(auth), key: b64(keys.publicKey), sig: agree(client, keys, auth, handle) })).certificate

const [page, other] = [new Page(), new Page()]
const kept = mkdtempSync(join(tmpdir(), 'kith-kept-'))
const [anna, eve] = [keyPair(), keyPair()]
client = await new Broker(broker.url).listen()
let first
let second

await test('what the broker certifies, its feed bears out', async () => {
  first = (await create(client, 'anna.b', anna, auth)).certificate
  await create(client, 'ben', eve, auth)
  assert.deepEqual(await page.follows(first), [''])
  assert.deepEqual(await other.follows(first), [''])
})

await test('a key that was swapped is noticed, also after a restart of both', async () => {
  await again(broker.folder)
  cpSync(broker.folder, kept, { recursive: true }) // as an operator's copy, for later
  second = await change('anna.b', eve)
  assert.deepEqual(await page.follows(first, second), ['other', ''])
  await again(broker.folder)
  assert.deepEqual(await page.follows(first, second), ['other', ''])
})

await test('a handle that was given up', async () => {
  await client.call('account.delete', { handle: 'anna.b', auth: b64(auth) })
  assert.deepEqual(await page.follows(first, second), ['nobody', 'nobody'])
})

await test('a broker that goes back to before it has lost what it showed, and with anything new has shown two feeds', async () => {
  const gone = broker.folder
  await again(kept)
  rmSync(gone, { recursive: true })
  assert.deepEqual(await page.follows(first), ['nobody']) // known of old; the record itself is not whole
  assert.deepEqual(await page.follows(await change('ben', anna)), ['broken'])
  assert.deepEqual(await other.follows(first), ['']) // who has seen no other
  await change('ben', eve)
  await change('anna.b', anna)
  assert.deepEqual(await page.follows((await client.call('account.find', { handle: 'ben' })).certificate), ['forked'])
  assert.deepEqual(await other.follows(first), [''])
})

client.close()
rmSync(kept, { recursive: true })
await stopBroker(broker)
await done()
