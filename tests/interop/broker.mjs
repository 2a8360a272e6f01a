// SPDX-License-Identifier: MIT
// kith-broker from outside: two people meet by an invite, through addresses and sealed signals, by a client that
// shares no code with it; and what it refuses.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import dgram from 'node:dgram'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Broker, KIND, b64, inviteAddress, keyPair, mailbox, open, seal } from './broker_client.mjs'
import { metrics, rejects, startBroker, stopBroker } from './broker_lab.mjs'
import { done, test, until } from './lab.mjs'

const eq = (a, b) => assert.deepEqual(Buffer.from(a), Buffer.from(b))

let broker = await startBroker()
const connect = (...addresses) => new Broker(broker.url).listen(...addresses)
const [anna, ben] = [keyPair(), keyPair()]

await test('hello says what there is', async () => {
  const client = new Broker(broker.url)
  const about = await client.hello()
  assert.equal(client.socket.protocol, 'kith-broker')
  assert.equal(about.version, 1)
  assert.match(about.key, /^@[A-Za-z0-9+/]{43}=\.ed25519$/)
  assert.ok(Math.abs(about.now - Date.now()) < 5000)
  assert.equal(about.stun, broker.stun)
  assert.deepEqual([about.turn, about.letters, about.directory, about.vault], [false, false, false, false])
  client.close()
})

await test('an invite makes two friends, who find each other again', async () => {
  const secret = randomBytes(16)
  const invite = inviteAddress(anna, secret)
  const home = await connect(mailbox(anna), invite)
  const guest = await connect()
  guest.send(invite.publicKey, seal({ kind: KIND.request, body: { name: 'Ben', invite: b64(secret), mailbox: b64(mailbox(ben).publicKey) }, reply: guest.own.publicKey }, ben, anna.publicKey))
  const request = await home.item()
  eq(request.at, invite.publicKey)
  const asked = open(request.sealed, anna)
  eq(asked.from, ben.publicKey)
  eq(Buffer.from(asked.body.invite, 'base64'), secret)
  const call = await connect()
  call.send(asked.reply, seal({ kind: KIND.accept, body: { of: b64(asked.id), mailbox: b64(mailbox(anna).publicKey) } }, anna, asked.from))
  const accepted = open((await guest.item()).sealed, ben)
  assert.equal(accepted.kind, KIND.accept)
  assert.equal(accepted.body.of, b64(asked.id))
  eq(accepted.from, anna.publicKey)
  guest.send(Buffer.from(accepted.body.mailbox, 'base64'), seal({ kind: KIND.offer, body: { sdp: 'v=0' } }, ben, anna.publicKey))
  assert.equal(open((await home.item()).sealed, anna).body.sdp, 'v=0')
  for (const c of [home, guest, call]) c.close()
  await Promise.all([home, guest, call].map(c => c.closed))
})

await test('nobody there is said, and a presence probe tells', async () => {
  const [a, b] = [await connect(), await connect()]
  const nobody = keyPair().publicKey
  a.send(nobody, randomBytes(512))
  assert.deepEqual(await a.item(), { absent: b64(nobody) })
  assert.deepEqual(await a.call('present', [b64(b.own.publicKey), b64(nobody)]), [true, false])
  b.close()
  await b.closed
  const gone = async () => (await a.call('present', [b64(b.own.publicKey)]))[0] === false || gone()
  await gone()
  a.close()
})

await test('an address is its owner’s, on this connection and at this broker', async () => {
  const a = await connect()
  const eve = new Broker(broker.url)
  await eve.hello()
  const address = b64(a.own.publicKey)
  await rejects(eve.call('subscribe', { address, sig: b64(randomBytes(64)) }), 'proof')
  await rejects(eve.call('subscribe', { address, sig: a.proof(a.own) }), 'proof')
  await rejects(eve.call('subscribe', { address: 'x', sig: 1 }), 'arg')
  await rejects(eve.call('present', [address]), 'denied')
  eve.close()
  a.close()
})

await test('each of the three lengths goes through, no other', async () => {
  const [a, b] = [await connect(), await connect()]
  for (const length of [512, 2048, 8192]) {
    const sealed = randomBytes(length)
    a.send(b.own.publicKey, sealed)
    eq((await b.item()).sealed, sealed)
  }
  for (const length of [0, 1, 511, 513, 8193, 20000]) {
    a.send(b.own.publicKey, randomBytes(length))
    assert.deepEqual(await a.item(), { refused: 'size', to: b64(b.own.publicKey) })
  }
  a.frame(8, 0x7fffff, randomBytes(100)) // of a stream that is not open: passed over
  a.send(b.own.publicKey, randomBytes(512))
  await b.item()
  a.close()
  b.close()
})

await test('signals stay in order, thousands of them', async () => {
  const pairs = await Promise.all(Array.from({ length: 20 }, async () => [await connect(), await connect()]))
  await Promise.all(pairs.map(async ([a, b]) => {
    const sealed = randomBytes(2048)
    for (let i = 0; i < 150; i++) {
      sealed.writeUInt32BE(i)
      a.send(b.own.publicKey, sealed)
    }
    for (let i = 0; i < 150; i++) assert.equal((await b.item()).sealed.readUInt32BE(0), i)
    a.close()
    b.close()
  }))
})

await test('who sends too much is told, then closed; others go on', async () => {
  const [a, b, c] = [await connect(), await connect(), await connect()]
  let refused = 0
  a.onitem = item => { refused += item.refused === 'budget' }
  for (let i = 0; i < 1000 && a.socket.readyState === 1; i++) a.send(b.own.publicKey, randomBytes(512))
  await a.closed
  assert.ok(refused >= 150, `${refused} refusals`)
  c.send(b.own.publicKey, randomBytes(8192))
  for (;;) if ((await b.item()).sealed.length === 8192) break
  assert.ok((await metrics(broker)).kith_broker_refused_budget_total >= 150)
  b.close()
  c.close()
})

/** Somebody who reads nothing and has been sent more than the buffers hold; senders, and how often they heard so. */
async function deafListener () {
  const senders = await Promise.all(Array.from({ length: 8 }, () => connect()))
  const deaf = await rawListener() // below the WebSocket, so that the socket's own buffers fill up
  let slow = 0
  for (const s of senders) s.onitem = item => { slow += item.refused === 'slow' }
  const sealed = randomBytes(8192)
  for (let i = 0; i < 190; i++) for (const s of senders) s.send(deaf.address, sealed)
  return { senders, deaf, slow: () => slow }
}

await test('who reads nothing holds nobody up', async () => {
  const b = await connect()
  const { senders, deaf, slow } = await deafListener()
  senders[0].send(b.own.publicKey, randomBytes(512))
  await b.item()
  await Promise.all(senders.map(s => s.call('present', [])))
  assert.ok(slow() > 0, 'nothing was refused as slow')
  deaf.socket.destroy()
  for (const s of senders) s.close()
  b.close()
})

/** Speaks WebSocket by hand up to `signals`, then reads nothing more. */
async function rawListener () {
  const { port } = new URL(broker.url)
  const socket = net.connect(Number(port), '127.0.0.1')
  socket.write(`GET /broker HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: ${b64(randomBytes(16))}\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: kith-broker\r\n\r\n`)
  let bytes = Buffer.alloc(0)
  const more = () => new Promise(resolve => socket.once('data', data => { bytes = Buffer.concat([bytes, data]); resolve() }))
  while (!bytes.includes('\r\n\r\n')) await more()
  assert.match(bytes.toString('latin1'), /^HTTP\/1\.1 101 /)
  bytes = Buffer.alloc(0)
  const rpc = (flags, req, value) => {
    const body = Buffer.from(JSON.stringify(value))
    const head = Buffer.alloc(9)
    head[0] = flags
    head.writeUInt32BE(body.length, 1)
    head.writeInt32BE(req, 5)
    const whole = Buffer.concat([head, body])
    const size = whole.length < 126 ? [0x80 | whole.length] : [0xfe, whole.length >> 8, whole.length & 255]
    const front = Buffer.from([0x82, ...size, 0, 0, 0, 0])
    socket.write(Buffer.concat([front, whole]))
  }
  rpc(2, 1, { name: ['hello'], args: [] })
  while (!/\}\}$/.test(bytes.toString('latin1'))) await more()
  const about = JSON.parse(bytes.subarray(bytes.indexOf('{')).toString())
  const keys = keyPair()
  const proof = Broker.prototype.proof.call({ key: Buffer.from(about.key.slice(1, 45), 'base64'), challenge: Buffer.from(about.challenge, 'base64') }, keys)
  rpc(2, 2, { name: ['subscribe'], args: [{ address: b64(keys.publicKey), sig: proof }] })
  await more()
  rpc(10, 3, { name: ['signals'], args: [], type: 'duplex' })
  rpc(2, 4, { name: ['present'], args: [[]] })
  await more() // its answer: the stream is open
  socket.pause()
  return { socket, address: keys.publicKey }
}

await test('who holds all the descriptors that there are keeps nobody out', async () => {
  const flood = async (ulimit, log) => {
    const few = await startBroker(['--connections', '500'], { ulimit })
    const { port, hostname } = new URL(few.url)
    const all = Array.from({ length: 700 }, () => net.connect(Number(port), hostname).on('error', () => {}))
    await Promise.all(all.map(s => new Promise(resolve => { for (const event of ['connect', 'close']) s.on(event, resolve) })))
    for (let i = 0; i < 3; i++) assert.equal((await fetch(few.url + 'health')).status, 200)
    assert.match(few.log, log)
    for (const s of all) s.destroy()
    await stopBroker(few)
  }
  await flood('-n 600', /connections\.fewer places=344/)
  await flood('-Sn 600', /^((?!connections\.fewer)[^])*$/) // what the shell gives is not all that it may have
})

await test('what is not spoken is refused: protocols, text, oversize, junk', async () => {
  await assert.rejects(new Broker(broker.url, { protocols: ['kith'] }).opened)
  await assert.rejects(new Broker(broker.url, { protocols: [] }).opened)
  for (const [what, code] of [['text', 1003], [Buffer.concat([Buffer.from([10, 0, 0, 0x60, 1, 0, 0, 0, 1]), randomBytes(100)])], [randomBytes(5000).fill(255)]]) {
    const c = await new Broker(broker.url).opened
    c.socket.send(what)
    assert.equal(await c.closed, code ?? 1000)
  }
})

await test('STUN tells from where a datagram came, and keeps silent to junk', async () => {
  const socket = dgram.createSocket('udp4')
  await new Promise(resolve => socket.bind(0, '127.0.0.1', resolve))
  const ask = Buffer.concat([Buffer.from('000100002112a442', 'hex'), randomBytes(12)])
  socket.send(randomBytes(20), broker.stun, '127.0.0.1')
  socket.send(ask, broker.stun, '127.0.0.1')
  const [answer] = await new Promise(resolve => socket.once('message', (...all) => resolve(all)))
  assert.equal(answer.readUInt16BE(0), 0x0101)
  eq(answer.subarray(8, 20), ask.subarray(8))
  assert.equal(answer.readUInt16BE(20), 0x20)
  assert.equal(answer.readUInt16BE(26) ^ 0x2112, socket.address().port)
  assert.equal((answer.readUInt32BE(28) ^ 0x2112a442) >>> 0, 0x7f000001)
  for (let i = 0; i < 100; i++) socket.send(ask, broker.stun, '127.0.0.1')
  await new Promise(resolve => socket.once('message', resolve))
  const limited = async () => (await metrics(broker)).kith_stun_limited_total || limited()
  await limited()
  assert.equal((await metrics(broker)).kith_stun_malformed_total, 1)
  socket.close()
})

await test('SIGHUP without a certificate to read anew ends nothing', async () => {
  broker.child.kill('SIGHUP')
  await until('the broker to say so', () => broker.log.includes('reload.nothing'))
  assert.equal((await fetch(broker.url + 'health')).status, 200)
})

await test('SIGTERM drains: goodbye to all, exit code 0, a log without anybody', async () => {
  const c = await connect()
  assert.equal((await fetch(broker.url + 'health')).status, 200)
  const code = stopBroker(broker)
  await c.closed
  assert.equal(await code, 0)
  assert.match(broker.log, /broker\.draining sessions=\d+[\s\S]*broker\.stopped/)
  assert.doesNotMatch(broker.log.replace(/(url|host)=\S+/g, ''), /127\.0\.0\.1|[A-Za-z0-9+/]{43}/)
})

await test('/health says 503 while a broker drains, for as long as somebody does not read his goodbye', async () => {
  broker = await startBroker()
  const { senders, deaf, slow } = await deafListener()
  await until('its buffers to be full', slow)
  const health = async () => (await fetch(broker.url + 'health')).status
  assert.equal(await health(), 200)
  const code = stopBroker(broker)
  await until('it to drain', () => broker.log.includes('broker.draining'))
  assert.equal(await health(), 503)
  await Promise.all(senders.map(s => s.closed))
  deaf.socket.destroy()
  assert.equal(await code, 0)
})

await test('letters wait for the absent, where the operator lets them', async () => {
  const off = await startBroker()
  const c = await new Broker(off.url).listen()
  await rejects(c.call('letter', { to: b64(c.own.publicKey), letter: b64(randomBytes(512)) }), 'off')
  await stopBroker(off)
  const on = await startBroker(['--letters', 'on'])
  const join = (...addresses) => new Broker(on.url).listen(...addresses)
  const sender = await join()
  assert.equal(sender.about.letters, true)
  const at = mailbox(ben)
  const leave = (to, letter) => sender.call('letter', { to: b64(to), letter: b64(letter) })
  const sealed = seal({ kind: KIND.request, body: { name: 'Anna' }, life: 14 * 86400e3 }, anna, ben.publicKey)
  assert.equal(await leave(at.publicKey, sealed), true)
  assert.equal(await leave(at.publicKey, sealed), true) // the same one
  await rejects(leave(at.publicKey, randomBytes(600)), 'size')
  await rejects(sender.call('letter', { to: 1 }), 'arg')
  for (let again = 0; again < 2; again++) { // until it is confirmed
    const receiver = await join(at)
    assert.equal(open((await receiver.item()).sealed, ben).body.name, 'Anna')
    receiver.close()
  }
  const receiver = await join(at)
  await receiver.item()
  const hash = b64(createHash('sha256').update(sealed).digest())
  await rejects(sender.call('got', { address: b64(at.publicKey), hash }), 'denied')
  assert.equal(await receiver.call('got', { address: b64(at.publicKey), hash }), true)
  assert.equal((await metrics(on)).kith_broker_letters, 0)
  const nobody = keyPair().publicKey
  for (let i = 0; i < 16; i++) await leave(nobody, randomBytes(512))
  await rejects(leave(nobody, randomBytes(512)), 'full')
  const flooder = await join()
  await rejects((async () => { for (let i = 0; i < 35; i++) await flooder.call('letter', { to: b64(keyPair().publicKey), letter: b64(randomBytes(8192)) }) })(), 'budget')
  assert.equal(await stopBroker(on), 0)
})

await test('TLS, a folder of files, TURN credentials, origins, a config file', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'kith-broker-tls-'))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' })
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>mine</title>')
  writeFileSync(join(folder, 'turn'), 'north\n')
  writeFileSync(join(folder, 'conf'), `# a comment\nweb = ${folder}\n tls-cert=${folder}/cert.pem\ntls-key = ${folder}/key.pem\nturn = turn:127.0.0.1:3478?transport=udp\nturn-secret-file = ${folder}/turn\norigin = https://kith.example\n`)
  const tls = await startBroker(['--config', join(folder, 'conf')])
  const script = `
    process.env.KITH_JS ??= 'build/js/db2/node_modules'
    const { Broker } = await import('./tests/interop/broker_client.mjs')
    const { createHmac } = await import('node:crypto')
    const url = ${JSON.stringify(tls.url)}
    const page = await fetch(url)
    const c = await new Broker(url, { headers: { origin: 'https://kith.example' } }).listen()
    const refused = await new Broker(url, { headers: { origin: 'https://evil.example' } }).opened.then(() => false, () => true)
    const turn = await c.call('turn')
    const mac = createHmac('sha1', 'north').update(turn.username).digest('base64')
    console.log(JSON.stringify({ page: await page.text(), csp: page.headers.has('content-security-policy'), refused, turn, right: mac === turn.credential, about: c.about.turn }))
    c.close()`
  const out = JSON.parse(execFileSync(process.execPath, ['--input-type=module', '-e', script], { env: { ...process.env, NODE_EXTRA_CA_CERTS: join(folder, 'cert.pem') } }))
  assert.match(out.page, /mine/)
  assert.ok(out.csp && out.refused && out.right && out.about)
  assert.deepEqual(out.turn.urls, ['turn:127.0.0.1:3478?transport=udp'])
  assert.ok(Number(out.turn.username.split(':')[0]) > Date.now() / 1000 + 3000)
  tls.child.kill('SIGHUP')
  assert.equal(await stopBroker(tls), 0)
  assert.doesNotMatch(readFileSync(join(folder, 'conf'), 'utf8') && tls.log, /north/)
  rmSync(folder, { recursive: true })
})

await done()
