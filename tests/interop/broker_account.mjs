// SPDX-License-Identifier: MIT
// Accounts at a kith-broker by docs/protocol/account.md, with npm's libsodium and Node's crypto for the client's side.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { Broker, b64, keyPair } from './broker_client.mjs'
import { metrics, rejects, startBroker, stopBroker } from './broker_lab.mjs'
import { agree, create, feed, readCertificate, stretch } from './broker_member.mjs'
import { done, test } from './lab.mjs'

const validate = createRequire(resolve(process.env.KITH_JS_LEGACY ?? 'build/js/legacy/node_modules') + '/')('ssb-validate')

const hash = (...parts) => b64(parts.reduce((h, p) => h.update(p), createHash('sha256')).digest())

let broker = await startBroker(['--name', 'kith.example'])
const connect = () => new Broker(broker.url).listen()
const anna = keyPair()
let client = await connect()
const auth = stretch('correct horse', 'anna.b', client.key)
let certificate

await test('a handle is made and its certificate checked offline', async () => {
  assert.equal(client.about.accounts, true)
  certificate = (await create(client, 'Anna.B', anna, auth)).certificate
  const c = readCertificate(certificate)
  assert.deepEqual([c.handle, c.host, b64(c.key), b64(c.broker)], ['anna.b', 'kith.example', b64(anna.publicKey), b64(client.key)])
  assert.equal(c.until - c.from, 90 * 24 * 3600)
  assert.equal((await client.call('account.find', { handle: 'anna.b' })).certificate, certificate)
})

await test('who logs in gets it; nobody else does, and cannot tell why', async () => {
  assert.equal((await client.call('account.login', { handle: 'anna.b', auth: b64(auth) })).certificate, certificate)
  const messages = []
  for (const [handle, a] of [['anna.b', randomBytes(32)], ['nobody', auth], ['annab', auth]]) {
    await client.call('account.login', { handle, auth: b64(a) }).then(() => assert.fail('let in'), error => messages.push(error.message))
  }
  assert.equal(new Set(messages).size, 1)
  assert.match(messages[0], /^denied/)
})

await test('what is taken, alike, reserved, unsigned or no handle is refused', async () => {
  const other = await connect()
  const eve = keyPair()
  await rejects(create(other, 'ann4-b', eve, auth), 'exists')
  await rejects(create(other, 'adm1n', eve, auth), 'exists')
  await rejects(other.call('account.create', { handle: 'carla', auth: b64(auth), key: b64(anna.publicKey), sig: agree(other, eve, auth, 'carla') }), 'proof')
  await rejects(other.call('account.create', { handle: 'carla', auth: b64(auth), key: b64(eve.publicKey), sig: agree(client, eve, auth, 'carla') }), 'proof')
  for (const handle of ['', 'x', '1abc', 'a..b', 'a-', 'ä', 'a b', 'a'.repeat(33), 'a\u0000b']) await rejects(create(other, handle, eve, auth), 'arg')
  await rejects(other.call('account.find', { handle: 'nobody' }), 'absent')
  other.close()
})

await test('the broker’s feed is a valid feed that names nobody', async () => {
  const messages = await feed(client)
  assert.equal(messages.length, 1)
  let state = validate.initial()
  for (const m of messages) state = validate.append(state, null, m)
  assert.equal(state.error, null)
  const c = readCertificate(certificate)
  assert.deepEqual(messages[0].content, { type: 'kith-handle', id: hash('kith-handle 1\n', c.tag, 'anna.b'), holder: hash('kith-holder 1\n', c.tag, anna.publicKey) })
  assert.equal(messages[0].author, client.about.key)
})

await test('another password, another key, and both survive a restart', async () => {
  const fresh = stretch('battery staple', 'anna.b', client.key)
  await rejects(client.call('account.change', { handle: 'anna.b', auth: b64(randomBytes(32)), newAuth: b64(fresh) }), 'denied')
  await client.call('account.change', { handle: 'anna.b', auth: b64(auth), newAuth: b64(fresh) })
  await rejects(client.call('account.login', { handle: 'anna.b', auth: b64(auth) }), 'denied')
  const next = keyPair()
  const changed = await client.call('account.change', { handle: 'anna.b', auth: b64(fresh), key: b64(next.publicKey), sig: agree(client, next, fresh, 'anna.b') })
  assert.deepEqual(Buffer.from(readCertificate(changed.certificate).key), Buffer.from(next.publicKey))
  client.close()
  assert.equal(await stopBroker(broker, { keep: true }), 0)
  broker = await startBroker(['--name', 'kith.example'], { folder: broker.folder })
  client = await connect()
  assert.equal((await client.call('account.login', { handle: 'anna.b', auth: b64(fresh) })).certificate, changed.certificate)
  const messages = await feed(client)
  assert.deepEqual(messages.map(m => m.sequence), [1, 2])
  let state = validate.initial()
  for (const m of messages) state = validate.append(state, null, m)
  assert.equal(state.error, null)
  assert.equal(await client.call('account.delete', { handle: 'anna.b', auth: b64(fresh) }), true)
  await rejects(client.call('account.find', { handle: 'anna.b' }), 'absent')
  assert.equal((await feed(client))[2].content.holder, null)
  assert.ok(!readFileSync(join(broker.folder, 'broker.db')).includes('anna.b'))
  assert.ok(!existsSync(join(broker.folder, 'broker.db-journal')) || readFileSync(join(broker.folder, 'broker.db-journal')).length === 0)
})

await test('guessing ends, also for a handle that nobody has', async () => {
  const ben = keyPair()
  const right = randomBytes(32)
  await create(client, 'ben', ben, right)
  for (const handle of ['ben', 'nobody.too']) {
    let last
    for (let i = 0; i < 11; i++) last = await client.call('account.login', { handle, auth: b64(randomBytes(32)) }).catch(error => error.code)
    assert.equal(last, 'budget')
  }
  assert.equal(await client.call('account.login', { handle: 'ben', auth: b64(right) }).catch(error => error.code), 'budget')
  assert.ok((await metrics(broker)).kith_broker_logins_bad_total >= 20)
})

client.close()
await stopBroker(broker)
await done()
