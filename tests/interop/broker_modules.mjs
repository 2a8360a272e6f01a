// SPDX-License-Identifier: MIT
// The modules of a kith-broker that an operator may switch on: vaults (docs/protocol/vault.md), the directory
// (directory.md), letters that outlive a restart (broker.md). With npm's libsodium for the client's side.
import assert from 'node:assert/strict'
import { createHash, randomBytes } from 'node:crypto'
import { Broker, KIND, b64, door, keyPair, mailbox, open, seal, sodium } from './broker_client.mjs'
import { metrics, rejects, startBroker, stopBroker } from './broker_lab.mjs'
import { done, test } from './lab.mjs'

const u32 = n => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b }
const u64 = n => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b }

const words = ['--vault', 'on', '--vault-quota', '64', '--directory', 'on', '--letters', 'on', '--behind-proxy', '--connections-a-source', '1000']
let broker = await startBroker(words)
const connect = source => new Broker(broker.url, { headers: { 'x-forwarded-for': `10.9.${source}.1` } }).listen()

async function person (n, handle, source = n) {
  const client = await connect(source)
  const keys = keyPair()
  const auth = randomBytes(32)
  const sig = b64(sodium.crypto_sign_detached(Buffer.concat([Buffer.from('kith-account 1 hold\n'), client.key, client.challenge, auth, Buffer.from(handle)]), keys.privateKey))
  await client.call('account.create', { handle, auth: b64(auth), key: b64(keys.publicKey), sig })
  return { client, keys, handle, auth, login: { handle, auth: b64(auth) } }
}

function vault (keys, { version, sequence = 0, lease = Buffer.alloc(16, 1), content = Buffer.from('sealed') }) {
  const said = Buffer.concat([Buffer.from('kith-vault 1\n'), keys.publicKey, u64(version), u64(sequence), u64(Date.now()), lease, Buffer.alloc(16, 8), u32(65536), u32(3), u32(content.length), content])
  return Buffer.concat([said, sodium.crypto_sign_detached(said, keys.privateKey)])
}
const PIECE = 12 << 10
async function write (client, file) {
  let said
  for (let at = 0; at < file.length; at += PIECE) said = await client.call('vault.write', { at, size: file.length, data: b64(file.subarray(at, at + PIECE)) })
  return said
}
async function read (client, size) {
  const parts = []
  for (let at = 0; at < size; at += PIECE) parts.push(Buffer.from(await client.call('vault.read', { at }), 'base64'))
  return Buffer.concat(parts)
}

const anna = await person(1, 'anna')
const ben = await person(2, 'ben')

await test('a broker says which modules it has', async () => {
  assert.deepEqual([anna.client.about.vault, anna.client.about.directory, anna.client.about.letters, anna.client.about.limits.vault], [true, true, true, 65536])
})

await test('a vault comes back as it was, to another browser', async () => {
  assert.equal(await anna.client.call('vault.open', anna.login), null)
  const file = vault(anna.keys, { version: 1, sequence: 5, content: randomBytes(40000) })
  assert.equal(await write(anna.client, file), true)
  const second = await connect(3)
  const head = await second.call('vault.open', anna.login)
  assert.deepEqual(head, { version: 1, sequence: 5, size: file.length, lease: b64(Buffer.alloc(16, 1)) })
  assert.ok((await read(second, head.size)).equals(file))
  second.close()
})

await test('the door opens to handle and password only', async () => {
  const eve = await connect(4)
  await rejects(eve.call('vault.read', { at: 0 }), 'denied')
  await rejects(eve.call('vault.write', { at: 0, size: 1, data: 'AA==' }), 'denied')
  await rejects(eve.call('vault.forget', {}), 'denied')
  await assert.rejects(eve.source('vault.watch', {}), /denied/)
  const said = []
  for (const login of [{ ...anna.login, auth: b64(randomBytes(32)) }, { handle: 'nobody', auth: b64(randomBytes(32)) }]) await eve.call('vault.open', login).catch(error => said.push(error.message))
  assert.deepEqual(said, ['denied: not these', 'denied: not these'])
  eve.close()
})

await test('nothing older, nothing that knows less, nothing of somebody else', async () => {
  const { client, keys } = anna
  for (const [fields, code] of [[{ version: 1, sequence: 5 }, 'old'], [{ version: 2, sequence: 4 }, 'old'], [{ version: 1, sequence: 9 }, 'old']]) await rejects(write(client, vault(keys, fields)), code)
  await rejects(write(client, vault(ben.keys, { version: 9, sequence: 9 })), 'proof')
  const forged = vault(keys, { version: 9, sequence: 9 })
  forged[forged.length - 70] ^= 1
  await rejects(write(client, forged), 'proof')
  await rejects(write(client, Buffer.concat([vault(keys, { version: 9, sequence: 9 }), Buffer.alloc(1)])), 'arg')
  assert.equal(await write(client, vault(keys, { version: 2, sequence: 5 })), true)
})

await test('pieces come in their order and within the quota', async () => {
  const { client, keys } = anna
  await rejects(client.call('vault.write', { at: 0, size: 65537, data: 'AAAA' }), 'size')
  await rejects(client.call('vault.write', { at: 0, size: 1e15, data: 'AAAA' }), 'size')
  await rejects(client.call('vault.write', { at: 3, size: 10, data: 'AAAA' }), 'arg')
  await rejects(client.call('vault.write', { at: 0, size: 2, data: 'AAAA' }), 'arg')
  await rejects(client.call('vault.write', { at: 0, size: 20000, data: b64(Buffer.alloc(PIECE + 1)) }), 'arg')
  await rejects(client.call('vault.write', { at: 0, size: 20000, data: '' }), 'arg')
  await rejects(client.call('vault.read', { at: -1 }), 'arg')
  const file = vault(keys, { version: 3, sequence: 5, content: randomBytes(30000) })
  await client.call('vault.write', { at: 0, size: file.length, data: b64(file.subarray(0, 100)) })
  assert.equal(await write(client, file), true) // begun anew
  const full = vault(keys, { version: 4, sequence: 5, content: Buffer.alloc(65536 - 177) })
  assert.equal(full.length, 65536)
  assert.equal(await write(client, full), true)
  assert.equal((await client.call('vault.read', { at: 70000 })), '')
})

await test('who watches hears that another device writes now', async () => {
  const first = await connect(1)
  await first.call('vault.open', anna.login)
  const heard = new Promise(resolve => { first.onstream = resolve })
  first.source('vault.watch', {}).catch(() => {})
  const second = await connect(5)
  const head = await second.call('vault.open', anna.login)
  await write(second, vault(anna.keys, { version: head.version + 1, sequence: 6, lease: Buffer.alloc(16, 2) }))
  assert.deepEqual({ ...(await heard), size: 0 }, { version: head.version + 1, sequence: 6, size: 0, lease: b64(Buffer.alloc(16, 2)) })
  first.close()
  second.close()
})

await test('who has a name in the directory is found by it, in any letters', async () => {
  assert.deepEqual(await ben.client.call('directory.find', { name: 'Änna Müller' }), [])
  assert.equal(await anna.client.call('directory.put', { ...anna.login, name: 'Änna Müller' }), true)
  for (const name of ['Änna Müller', 'anna muller', ' ANNA   MÜLLER ', 'anna mul']) {
    const [found] = await ben.client.call('directory.find', { name })
    assert.equal(found?.name, 'Änna Müller', name)
    assert.ok(found.certificate.startsWith('kith-cert-1.'))
  }
  for (const name of ['anna', 'muller', 'a', 'anna m%']) assert.deepEqual(await ben.client.call('directory.find', { name }), [], name)
  await rejects(ben.client.call('directory.find', { name: '' }), 'arg')
  await rejects(ben.client.call('directory.find', { name: 'x'.repeat(200) }), 'arg')
  await rejects(ben.client.call('directory.put', { ...anna.login, auth: b64(randomBytes(32)), name: 'Eve' }), 'denied')
  await rejects(ben.client.call('directory.put', { ...ben.login, name: 'a\nb' }), 'arg')
})

await test('nothing can be listed', async () => {
  const many = []
  for (let n = 0; n < 10; n++) many.push(await person(20 + n, 'smith' + 'akfxpyhtse'[n] + 'x', 20 + n))
  for (const [n, one] of many.entries()) await one.client.call('directory.put', { ...one.login, name: 'Smithson ' + 'abcdefghij'[n] + 'lf' })
  await rejects(ben.client.call('directory.find', { name: 'smithson' }), 'many')
  assert.equal((await ben.client.call('directory.find', { name: 'smithson alf' })).length, 1)
  assert.deepEqual(await ben.client.call('directory.find', { name: 'smith' }), [])
  const eve = await connect(6)
  let refused = 0
  for (let n = 0; n < 60 && !refused; n++) {
    await eve.call('directory.find', { name: 'smithson ' + n }).catch(error => { refused += error.message === 'budget: later' })
    if (n % 20 === 19) await new Promise(resolve => setTimeout(resolve, 2100)) // calls have a rate of their own
  }
  assert.equal(refused, 1)
  eve.close()
  for (const one of many) one.client.close()
})

await test('who leaves the directory is not found any more', async () => {
  await ben.client.call('directory.put', { ...ben.login, name: 'Benedict Brown' })
  assert.equal((await anna.client.call('directory.find', { name: 'benedict brown' })).length, 1)
  await ben.client.call('directory.remove', ben.login)
  assert.deepEqual(await anna.client.call('directory.find', { name: 'benedict brown' }), [])
})

await test('who may be asked is found with a door, and a request and its answer wait', async () => {
  const { client, keys, login } = anna
  const at = door(keys, client.key)
  const hash = sealed => b64(createHash('sha256').update(sealed).digest())
  assert.equal((await ben.client.call('account.find', { handle: 'anna' })).door, undefined)
  await rejects(client.call('account.door', { ...login, door: 'AAAA' }), 'arg')
  await rejects(client.call('account.door', login), 'arg')
  await rejects(client.call('account.door', { ...login, auth: b64(randomBytes(32)), door: b64(at.publicKey) }), 'denied')
  assert.equal(await client.call('account.door', { ...login, door: b64(at.publicKey) }), true)

  // Ben finds her by handle and by name, and asks on a connection of its own, since she is not there.
  for (const found of [await ben.client.call('account.find', { handle: 'anna' }), (await ben.client.call('directory.find', { name: 'anna muller' }))[0]]) assert.equal(found.door, b64(at.publicKey))
  const asks = await connect(2)
  const request = seal({ kind: KIND.request, life: 14 * 24 * 3600e3, body: { name: 'Ben', text: 'hello', mailbox: b64(mailbox(ben.keys).publicKey), brokers: ['ws://x/broker'] } }, ben.keys, keys.publicKey)
  assert.equal(await asks.call('letter', { to: b64(at.publicKey), letter: b64(request) }), true)
  asks.send(at.publicKey, request)
  assert.deepEqual(await asks.item(), { absent: b64(at.publicKey) })
  asks.close()

  // Anna comes, on a connection that has nothing but the door; it waits until she says that she has it.
  for (let n = 0; n < 2; n++) {
    const listens = await new Broker(broker.url, { headers: { 'x-forwarded-for': '10.9.1.1' } }).listen(at)
    const { sealed } = await listens.item()
    assert.equal(open(sealed, keys).body.text, 'hello')
    if (n) assert.equal(await listens.call('got', { address: b64(at.publicKey), hash: hash(sealed) }), true)
    listens.close()
  }
  const empty = await connect(1)
  assert.equal((await metrics(broker)).kith_broker_letters, 0)

  // Her answer waits at his mailbox.
  const answer = seal({ kind: KIND.accept, life: 14 * 24 * 3600e3, body: { of: b64(open(request, keys).id), name: 'Anna' } }, keys, ben.keys.publicKey)
  assert.equal(await empty.call('letter', { to: b64(mailbox(ben.keys).publicKey), letter: b64(answer) }), true)
  const home = await new Broker(broker.url, { headers: { 'x-forwarded-for': '10.9.2.1' } }).listen(mailbox(ben.keys))
  const { sealed } = await home.item()
  assert.equal(open(sealed, ben.keys).kind, KIND.accept)
  assert.equal(await home.call('got', { address: b64(mailbox(ben.keys).publicKey), hash: hash(sealed) }), true)
  home.close()

  // A stranger can fill a door, and no more than it; somebody else's is free.
  const eve = await connect(40)
  const fills = to => eve.call('letter', { to: b64(to), letter: b64(randomBytes(512)) })
  for (let n = 0; n < 16; n++) assert.equal(await fills(at.publicKey), true)
  await rejects(fills(at.publicKey), 'full')
  assert.equal(await fills(keyPair().publicKey), true)
  eve.close()
  const clears = await new Broker(broker.url, { headers: { 'x-forwarded-for': '10.9.1.1' } }).listen(at)
  for (let n = 0; n < 16; n++) await clears.call('got', { address: b64(at.publicKey), hash: hash((await clears.item()).sealed) })
  assert.equal(await empty.call('letter', { to: b64(at.publicKey), letter: b64(request) }), true)
  await clears.call('got', { address: b64(at.publicKey), hash: hash(request) })
  clears.close()
  empty.close()
  assert.equal(await client.call('account.door', { ...login, door: null }), true)
  assert.equal((await ben.client.call('account.find', { handle: 'anna' })).door, undefined)
  assert.equal(await client.call('account.door', { ...login, door: b64(at.publicKey) }), true)
})

await test('a letter, a vault and a name outlive a restart', async () => {
  const box = keyPair()
  const sealed = seal({ kind: KIND.request, body: { name: 'Ben' } }, ben.keys, anna.keys.publicKey)
  await ben.client.call('letter', { to: b64(box.publicKey), letter: b64(sealed) })
  await ben.client.call('letter', { to: b64(box.publicKey), letter: b64(sealed) })
  const { folder } = broker
  for (const p of [anna, ben]) p.client.close()
  assert.equal(await stopBroker(broker, { keep: true }), 0)
  broker = await startBroker(words, { folder })
  assert.equal((await metrics(broker)).kith_broker_letters, 2) // one was for nobody
  const reader = await new Broker(broker.url, { headers: { 'x-forwarded-for': '10.9.1.1' } }).listen(box)
  const item = await reader.item()
  assert.ok(item.sealed.equals(sealed))
  await reader.call('got', { address: b64(box.publicKey), hash: b64(createHash('sha256').update(sealed).digest()) })
  assert.equal((await metrics(broker)).kith_broker_letters, 1)
  assert.ok((await reader.call('account.find', { handle: 'anna' })).door)
  assert.equal((await reader.call('vault.open', anna.login)).sequence, 6)
  assert.equal((await reader.call('directory.find', { name: 'anna muller' })).length, 1)
  reader.close()
})

await test('deleting an account deletes its vault and its name; forgetting, the vault alone', async () => {
  const client = await connect(7)
  await client.call('vault.open', anna.login)
  assert.equal(await client.call('vault.forget', {}), true)
  await rejects(client.call('vault.read', { at: 0 }), 'absent')
  assert.equal(await client.call('vault.open', anna.login), null)
  await write(client, vault(anna.keys, { version: 1 }))
  await client.call('account.delete', anna.login)
  assert.deepEqual(await client.call('directory.find', { name: 'anna muller' }), [])
  await rejects(client.call('vault.read', { at: 0 }), 'denied')
  await rejects(write(client, vault(anna.keys, { version: 2 })), 'denied')
  // Whoever takes that handle next has no door until they open one.
  await rejects(client.call('account.find', { handle: 'anna' }), 'absent')
  const next = await person(41, 'anna')
  assert.equal((await client.call('account.find', { handle: 'anna' })).door, undefined)
  next.client.close()
  client.close()
})

await test('what was refused was counted', async () => {
  const counts = await metrics(broker)
  assert.ok(counts.kith_broker_vaults_put_total === 1 && counts.kith_broker_searches_total >= 2)
})
await stopBroker(broker)

await test('a flood of vaults and writes that stall are refused and counted, and others go on', async () => {
  const MIB = 1 << 20
  broker = await startBroker(['--vault', 'on', '--vault-quota', '1024', '--behind-proxy', '--connections-a-source', '1000'])
  const carl = await person(8, 'carl')
  await carl.client.call('vault.open', carl.login)
  let version = 0
  const writes = () => write(carl.client, vault(carl.keys, { version: ++version, content: randomBytes(300000) }))

  // Eve has one account and many connections, begins on each, and goes on with none: eight places of 1 MiB are hers, and no more.
  const eve = await person(9, 'eve')
  const stalled = []
  for (let n = 0; n < 10; n++) {
    const client = await connect(9)
    await client.call('vault.open', eve.login)
    stalled.push(await client.call('vault.write', { at: 0, size: MIB, data: b64(Buffer.alloc(100)) }).then(() => 'true', error => error.code))
  }
  assert.deepEqual(stalled, [...Array(8).fill('true'), 'busy', 'busy'])
  assert.equal((await metrics(broker)).kith_broker_vaults_refused_total, 2)
  assert.equal(await writes(), true)

  // Mallory writes as fast as it goes what is signed by nobody: each is refused, then all of it, then she is hung up on.
  const mallory = await person(10, 'mallory')
  await mallory.client.call('vault.open', mallory.login)
  const junk = vault(mallory.keys, { version: 1, content: Buffer.alloc(MIB - 177) })
  junk[junk.length - 1] ^= 1
  const data = Array.from({ length: Math.ceil(MIB / PIECE) }, (_, i) => b64(junk.subarray(i * PIECE, (i + 1) * PIECE)))
  const said = {}
  let others = 0
  for (let round = 0; round < 70 && mallory.client.socket.readyState === WebSocket.OPEN; round++) {
    const answers = await Promise.all(data.map((piece, i) => mallory.client.call('vault.write', { at: i * PIECE, size: MIB, data: piece }).then(() => 'taken', error => error.code ?? error.message)))
    for (const answer of answers) said[answer] = (said[answer] ?? 0) + 1
    others += await writes()
  }
  assert.ok(said.proof >= 5 && said.budget > 100 && mallory.client.socket.readyState !== WebSocket.OPEN && said.taken < 2000, JSON.stringify(said))
  const counts = await metrics(broker)
  assert.equal(counts.kith_broker_vaults_put_total, others + 1)
  assert.ok(counts.kith_broker_vaults_refused_total >= 2 + said.proof)
  assert.ok(counts.kith_broker_calls_refused_total >= said.budget)
  await stopBroker(broker)
})

await test('all of it is off where nobody has switched it on', async () => {
  broker = await startBroker([])
  const client = await new Broker(broker.url).listen()
  assert.deepEqual([client.about.vault, client.about.directory, client.about.letters, client.about.limits.vault], [false, false, false, 0])
  for (const [name, argument] of [['vault.open', anna.login], ['vault.read', { at: 0 }], ['directory.find', { name: 'anna muller' }], ['directory.put', { ...anna.login, name: 'Anna' }], ['letter', {}], ['account.door', { ...anna.login, door: null }]]) await rejects(client.call(name, argument), 'off')
  client.close()
  await stopBroker(broker)
})
await done()
