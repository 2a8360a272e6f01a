// SPDX-License-Identifier: MIT
// An entry in the broker's feed and the account that it is about are one transaction: kith-broker is killed at any moment while
// handles change their keys, and its disk ends in the middle; afterwards each account is what the feed says, and what was
// answered is there.
import assert from 'node:assert/strict'
import { createHash, randomInt } from 'node:crypto'
import { rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { Broker, b64, keyPair } from './broker_client.mjs'
import { startBroker, stopBroker } from './broker_lab.mjs'
import { agree, create, feed, readCertificate } from './broker_member.mjs'
import { done, sleep, test } from './lab.mjs'

const validate = createRequire(resolve(process.env.KITH_JS_LEGACY ?? 'build/js/legacy/node_modules') + '/')('ssb-validate')
const KILLS = process.env.KITH_TEST_MODE === 'long' ? 300 : 25
const handles = ['anna', 'bert', 'carla', 'dora']
const auth = Buffer.alloc(32, 7)
const hash = (...parts) => b64(parts.reduce((h, p) => h.update(p), createHash('sha256')).digest())

let broker = await startBroker()
const connect = () => new Broker(broker.url).listen()
/** By handle: the key of the newest change that was answered, and those that may have happened. */
const answered = new Map()
const tried = new Map(handles.map(it => [it, new Set()]))

async function change (client, handle) {
  const keys = keyPair()
  tried.get(handle).add(b64(keys.publicKey))
  const call = answered.has(handle)
    ? client.call('account.change', { handle, auth: b64(auth), key: b64(keys.publicKey), sig: agree(client, keys, auth, handle) })
    : create(client, handle, keys, auth)
  const { certificate } = await call
  const { key } = readCertificate(certificate)
  assert.deepEqual(b64(key), b64(keys.publicKey))
  answered.set(handle, b64(key))
  tried.set(handle, new Set([b64(key)]))
}

/** Until the first error; gives how many were done. */
async function changeOnAndOn (client, handle) {
  for (let count = 0; ; count++) {
    try { await change(client, handle) } catch { return count }
  }
}

async function wholeFeed (client) {
  const all = []
  for (;;) {
    const page = await feed(client, all.length)
    if (!page.length) return all
    all.push(...page)
  }
}

/** Gives the length of the feed. */
async function agrees () {
  const client = await connect()
  const all = await wholeFeed(client)
  let state = validate.initial()
  for (const m of all) state = validate.append(state, null, m)
  assert.equal(state.error, null)
  const said = new Map(all.map(m => [m.content.id, m.content.holder]))
  for (const handle of answered.keys()) {
    const c = readCertificate((await client.call('account.find', { handle })).certificate)
    assert.equal(said.get(hash('kith-handle 1\n', c.tag, handle)), hash('kith-holder 1\n', c.tag, c.key), `${handle} is not what the feed says`)
    assert.ok(tried.get(handle).has(b64(c.key)), `what was answered to ${handle} is gone`)
    answered.set(handle, b64(c.key))
    tried.set(handle, new Set([b64(c.key)]))
  }
  client.close()
  return all.length
}

await test(`${KILLS} times killed amid changes`, async () => {
  const first = await connect()
  for (const handle of handles) await change(first, handle)
  first.close()
  let changes = 0
  for (let i = 0; i < KILLS; i++) {
    const clients = await Promise.all(handles.map(connect))
    const going = clients.map((client, n) => changeOnAndOn(client, handles[n]))
    await sleep(randomInt(20, 160)) // at no moment in particular
    broker.child.kill('SIGKILL')
    for (const count of await Promise.all(going)) changes += count
    await broker.exited
    broker = await startBroker([], { folder: broker.folder })
    await agrees()
  }
  assert.ok(changes > 0, 'no change was answered')
  console.log(`       ${changes} changes were answered, the feed has ${await agrees()} entries`)
})

await test('a disk that takes no more: nothing half is there, and all goes on when there is room', async () => {
  await stopBroker(broker, { keep: true })
  const { folder } = broker
  for (let i = 0; i < 6; i++) {
    // Each time a little later in what is written, journal and all.
    const kib = Math.ceil(statSync(join(folder, 'broker.db')).size / 1024) + 4 * i
    broker = await startBroker([], { folder, kib })
    const clients = await Promise.all(handles.map(connect))
    const counts = await Promise.all(clients.map((client, n) => changeOnAndOn(client, handles[n])))
    assert.match(broker.log, /store\.failed/, `${counts} changes and no end of the disk`)
    await agrees()
    assert.equal(await stopBroker(broker, { keep: true }), 0)
    broker = await startBroker([], { folder })
    const before = await agrees()
    const client = await connect()
    for (const handle of handles) await change(client, handle)
    client.close()
    assert.equal(await agrees(), before + handles.length)
    await stopBroker(broker, { keep: true })
  }
  rmSync(folder, { recursive: true })
})

await done()
