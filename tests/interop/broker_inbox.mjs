// SPDX-License-Identifier: MIT
// The broker's inboxes by plain HTTP, as docs/protocol/inbox.md says it, by a client that shares no code with ours.
import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import http from 'node:http'
import net from 'node:net'
import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { keyPair, sodium } from './broker_client.mjs'
import { metrics, startBroker, stopBroker, usage } from './broker_lab.mjs'
import { done, test, until } from './lab.mjs'

const MIB = 1 << 20
const words = ['--inbox', 'on', '--inbox-quota', '20', '--behind-proxy', '--name', 'inbox.test']
let broker = await startBroker(words)

const nameOf = keys => Buffer.from(keys.publicKey).toString('hex')
const pathOf = (keys, file = '') => `/inbox/${nameOf(keys)}${file && '/' + file}`
const proof = (keys, method, path, ms = Date.now()) =>
  `kith ${ms} ${Buffer.from(sodium.crypto_sign_detached(Buffer.from(`kith-inbox 1\n${method} ${path}\n${ms}`), keys.privateKey)).toString('base64')}`
const ask = (method, path, { body, headers = {}, source = '10.1.1.1' } = {}) =>
  fetch(new URL(path, broker.url), { method, body, headers: { 'x-forwarded-for': source, ...headers } })
const status = async (...args) => { const answer = await ask(...args); await answer.arrayBuffer(); return answer.status }
const owner = (keys, method, file = '', { signer = keys, ms, ...options } = {}) =>
  ask(method, pathOf(keys, file), { ...options, headers: { authorization: proof(signer, method, pathOf(keys, file), ms), ...options.headers } })
const said = async answer => { await answer.arrayBuffer(); return answer.status }
const post = (keys, body, options) => status('POST', pathOf(keys), { body, ...options })
const list = async keys => (await (await owner(keys, 'GET')).text()).split('\n').filter(Boolean).map(line => line.split(' '))

let slowOne
const [anna, ben, eve] = [keyPair(), keyPair(), keyPair()]

await test('there is none before its owner asks for it', async () => {
  assert.equal(await post(anna, randomBytes(2000)), 404)
  assert.equal((await owner(anna, 'GET')).status, 404)
  assert.equal((await owner(anna, 'PUT')).status, 201)
  assert.equal((await owner(anna, 'PUT')).status, 204)
  assert.deepEqual(await list(anna), [])
})

await test('what anybody brings, the owner fetches as it was, the oldest first, and takes away', async () => {
  const packets = [randomBytes(1500), randomBytes(3 * MIB), randomBytes(1)]
  for (const packet of packets) assert.equal(await post(anna, packet), 201)
  const files = await list(anna)
  assert.deepEqual(files.map(([, length]) => Number(length)), packets.map(p => p.length))
  for (const [i, [file]] of files.entries()) {
    const answer = await owner(anna, 'GET', file)
    assert.equal(answer.headers.get('content-type'), 'application/octet-stream')
    assert.ok(Buffer.from(await answer.arrayBuffer()).equals(packets[i]))
  }
  assert.equal((await owner(anna, 'DELETE', files[1][0])).status, 204)
  assert.equal((await owner(anna, 'DELETE', files[1][0])).status, 204)
  assert.equal((await owner(anna, 'GET', files[1][0])).status, 404)
  assert.deepEqual((await list(anna)).map(([f]) => f), [files[0][0], files[2][0]])
  for (const [file] of await list(anna)) await said(await owner(anna, 'DELETE', file))
})

await test('nobody else looks into it, empties it or closes it', async () => {
  await post(anna, randomBytes(100))
  const [[file]] = await list(anna)
  for (const [method, what] of [['GET', ''], ['GET', file], ['DELETE', file], ['DELETE', ''], ['PUT', '']]) {
    assert.equal(await said(await owner(anna, method, what, { signer: eve })), 401, method)
    assert.equal(await status(method, pathOf(anna, what)), 401, method)
    assert.equal(await status(method, pathOf(anna, what), { headers: { authorization: 'kith 1 AAAA' } }), 401)
  }
  // A proof is for one method, one path and a few minutes.
  assert.equal(await said(await owner(anna, 'GET', '', { ms: Date.now() - 6 * 60e3 })), 401)
  assert.equal(await said(await owner(anna, 'GET', '', { ms: Date.now() + 6 * 60e3 })), 401)
  assert.equal(await status('DELETE', pathOf(anna), { headers: { authorization: proof(anna, 'GET', pathOf(anna)) } }), 401)
  assert.equal(await status('GET', pathOf(anna), { headers: { authorization: proof(anna, 'GET', pathOf(ben)) } }), 401)
  // Whose inbox it is finds nothing of others there.
  await said(await owner(ben, 'PUT'))
  assert.equal(await said(await owner(ben, 'GET', file)), 404)
  assert.equal(await said(await owner(ben, 'DELETE', file)), 204)
  assert.equal((await list(anna)).length, 1)
  await said(await owner(anna, 'DELETE', file))
})

await test('too large, empty, nowhere', async () => {
  assert.equal(await post(anna, randomBytes(8 * MIB)), 201)
  assert.equal(await post(anna, Buffer.alloc(0)), 400)
  assert.equal(await post(anna, randomBytes(8 * MIB + 1)).catch(() => 413), 413)
  for (const path of ['/inbox', '/inbox/', '/inbox/x', `/inbox/${'A'.repeat(64)}`, `${pathOf(anna)}/`, `${pathOf(anna)}/..`, `${pathOf(anna)}/${'0'.repeat(17)}`]) assert.equal(await status('POST', path, { body: 'x' }), 404, path)
  assert.equal(await status('POST', pathOf(anna, '0'.repeat(16)), { body: 'x' }), 405)
  assert.equal(await status('POST', '/health', { body: 'x' }), 405)
  assert.equal((await list(anna)).length, 1)
})

await test('an inbox holds its quota, and the next one is its own', async () => {
  assert.equal(await post(anna, randomBytes(8 * MIB)), 201)
  assert.equal(await post(anna, randomBytes(8 * MIB)), 507)
  assert.equal(await post(anna, randomBytes(4 * MIB)), 201)
  assert.equal(await post(anna, Buffer.alloc(1)), 507)
  assert.equal(await post(ben, randomBytes(1000)), 201)
  for (const [file] of await list(anna)) await said(await owner(anna, 'DELETE', file))
  assert.equal(await post(anna, randomBytes(8 * MIB)), 201)
  for (const [file] of await list(anna)) await said(await owner(anna, 'DELETE', file))
})

await test('a page of another origin may come, and is told so before', async () => {
  const headers = { origin: 'https://elsewhere.example', 'access-control-request-method': 'DELETE', 'access-control-request-headers': 'authorization' }
  const before = await ask('OPTIONS', pathOf(anna), { headers })
  assert.equal(before.status, 204)
  assert.equal(before.headers.get('access-control-allow-origin'), '*')
  assert.match(before.headers.get('access-control-allow-methods'), /POST.*PUT.*DELETE/)
  assert.match(before.headers.get('access-control-allow-headers'), /authorization/)
  for (const [method, want] of [['POST', 201], ['GET', 401]]) {
    const answer = await ask(method, pathOf(anna), { headers: { origin: headers.origin }, body: method === 'POST' ? 'a packet' : undefined })
    assert.equal(answer.status, want)
    assert.equal(answer.headers.get('access-control-allow-origin'), '*')
    assert.equal(answer.headers.get('access-control-allow-credentials'), null)
  }
  assert.equal((await ask('GET', '/health', { headers })).headers.get('access-control-allow-origin'), null)
  for (const [file] of await list(anna)) await said(await owner(anna, 'DELETE', file))
})

await test('who sends slowly is waited for a minute, and costs nobody else anything', async () => {
  const other = await startBroker(words)
  const { hostname, port } = new URL(other.url)
  const slow = net.connect(Number(port), hostname)
  const gone = new Promise(resolve => { slow.on('close', resolve); slow.on('error', resolve) })
  slow.write(`POST ${pathOf(anna)} HTTP/1.1\r\nHost: x\r\nContent-Length: 5000\r\n\r\n`)
  const drip = setInterval(() => slow.write('x'), 500)
  assert.equal((await fetch(new URL('/health', other.url))).status, 200)
  slowOne = gone.then(() => { clearInterval(drip); return stopBroker(other) })
})

await test('of many large bodies that never end the largest are hung up on', async () => {
  const { hostname, port } = new URL(broker.url)
  let ended = 0
  const all = Array.from({ length: 60 }, () => {
    const s = net.connect(Number(port), hostname)
    s.on('error', () => {})
    s.on('close', () => ended++)
    s.write(`POST ${pathOf(anna)} HTTP/1.1\r\nHost: x\r\nContent-Length: ${8 * MIB}\r\n\r\n`)
    s.write(Buffer.alloc(7 * MIB))
    return s
  })
  await until('some are hung up on', () => ended >= 60 - 128 / 7 - 2)
  for (const s of all) s.destroy()
  assert.equal(await post(anna, randomBytes(5000)), 201)
})

await test('nor do many answers that nobody reads fill its memory', async () => {
  assert.equal(await post(anna, randomBytes(8 * MIB)), 201)
  const file = (await list(anna)).find(([, length]) => Number(length) === 8 * MIB)[0]
  const { hostname, port } = new URL(broker.url)
  const [before, refused] = [usage(broker).rss, (await metrics(broker)).kith_web_refused_total]
  const all = Array.from({ length: 60 }, () => {
    const s = net.connect(Number(port), hostname)
    s.on('error', () => {})
    s.pause()
    s.write(`GET ${pathOf(anna, file)} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 10.8.8.8\r\nAuthorization: ${proof(anna, 'GET', pathOf(anna, file))}\r\n\r\n`)
    return s
  })
  await until('some are refused', async () => (await metrics(broker)).kith_web_refused_total - refused > 40)
  assert.ok(usage(broker).rss - before < 200 * 1024)
  assert.ok([200, 503].includes(await said(await owner(anna, 'GET', file)).catch(() => 200)))
  for (const s of all) s.destroy()
  await until('there is room again', async () => (await (await owner(anna, 'GET', file)).arrayBuffer()).byteLength === 8 * MIB)
  for (const [name] of await list(anna)) await said(await owner(anna, 'DELETE', name))
})

await test('after a restart all is there; what was deleted is not in the files', async () => {
  for (const [file] of await list(anna)) await said(await owner(anna, 'DELETE', file))
  const [stays, goes] = [Buffer.from('stays '.repeat(1000)), Buffer.from('goes away '.repeat(1000))]
  await post(anna, stays)
  await post(anna, goes)
  const [, [file]] = await list(anna)
  await said(await owner(anna, 'DELETE', file))
  assert.equal(await stopBroker(broker, { keep: true }), 0)
  const kept = () => Buffer.concat(readdirSync(broker.folder).map(f => readFileSync(join(broker.folder, f))))
  assert.ok(kept().includes('stays stays'))
  assert.ok(!kept().includes('goes away'))
  broker = await startBroker(words, broker)
  const [[left]] = await list(anna)
  assert.ok(Buffer.from(await (await owner(anna, 'GET', left)).arrayBuffer()).equals(stays))
  assert.equal((await list(ben)).length, 1)
})

await test('what has waited for longer than 30 days goes', async () => {
  await post(anna, randomBytes(300))
  assert.equal((await list(anna)).length, 2)
  assert.equal(await stopBroker(broker, { keep: true }), 0)
  const db = new DatabaseSync(join(broker.folder, 'inboxes.db'))
  db.exec('UPDATE packet SET came = came - 31 * 86400000 WHERE size <> 300')
  db.close()
  broker = await startBroker(words, broker)
  await until('the older one is gone', async () => (await list(anna)).length === 1)
  assert.deepEqual((await list(anna)).map(([, length]) => length), ['300'])
  assert.equal((await said(await owner(ben, 'GET'))), 200)
})

await test('one source cannot ask for any number of them, nor try any number of proofs', async () => {
  const opened = []
  for (let i = 0; i < 101; i++) opened.push(await said(await owner(keyPair(), 'PUT', '', { source: '10.2.2.2' })))
  assert.deepEqual([opened.filter(s => s === 201).length, opened[100]], [100, 429])
  assert.equal(await said(await owner(keyPair(), 'PUT', '', { source: '10.3.3.3' })), 201)
  const tried = []
  for (let i = 0; i < 620; i++) tried.push(await said(await owner(anna, 'GET', '', { signer: eve, source: '10.4.4.4' })))
  assert.deepEqual([tried[0], tried[599], tried[600], tried[619]], [401, 401, 429, 429])
  assert.equal(await said(await owner(anna, 'GET', '', { source: '10.5.5.5' })), 200)
})

await test('nor bring any number of packets', async () => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: 4 })
  const one = () => new Promise((resolve, reject) => {
    const q = http.request(new URL(pathOf(ben), broker.url), { method: 'POST', agent, headers: { 'x-forwarded-for': '10.6.6.6' } }, answer => { answer.resume(); answer.on('end', () => resolve(answer.statusCode)) })
    q.on('error', reject)
    q.end('x')
  })
  const all = []
  for (let i = 0; i < 6004; i += 4) all.push(...await Promise.all([one(), one(), one(), one()]))
  assert.equal(all.filter(s => s === 429).length, 4)
  assert.equal(all.filter(s => s === 201).length, 1000)
  assert.equal(await post(ben, Buffer.alloc(1), { source: '10.7.7.7' }), 507)
  assert.equal((await list(ben)).length, 500)
})

await test('who closes it takes all away', async () => {
  assert.equal(await said(await owner(ben, 'DELETE')), 204)
  assert.equal(await said(await owner(ben, 'GET')), 404)
  assert.equal(await post(ben, Buffer.alloc(10)), 404)
  assert.equal(await said(await owner(ben, 'PUT')), 201)
  assert.deepEqual(await list(ben), [])
})

await test('numbers say how much there is, and nothing says whose', async () => {
  const now = await metrics(broker)
  assert.ok(now.kith_broker_inboxes >= 3)
  assert.ok(now.kith_broker_packets_taken_total >= 999)
  assert.ok(now.kith_broker_packets_refused_total >= 600)
  const log = broker.log + JSON.stringify(now)
  for (const keys of [anna, ben, eve]) assert.ok(!log.includes(nameOf(keys)))
})

await test('where it is off there is nothing, and no page of others may ask', async () => {
  const other = await startBroker()
  const answer = await fetch(new URL(pathOf(anna), other.url), { method: 'POST', body: 'x' })
  assert.equal(answer.status, 405)
  assert.equal((await fetch(new URL(pathOf(anna), other.url), { headers: { authorization: proof(anna, 'GET', pathOf(anna)) } })).status, 404)
  assert.ok(!readdirSync(other.folder).some(f => f.startsWith('inboxes')))
  await stopBroker(other)
})

await test('the slow one is hung up on', async () => { await slowOne })

await stopBroker(broker)
await done()
