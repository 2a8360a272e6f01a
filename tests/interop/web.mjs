// SPDX-License-Identifier: MIT
// The page's port as a browser, an attacker's page and a bad client meet it.
import assert from 'node:assert'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { gunzipSync } from 'node:zlib'
import { Kith, test, done, sleep, until, freePort, newHome } from './lab.mjs'
import { tried } from './cli_lab.mjs'
import { addressOf, ask, connect, frame, open, rpc, secretOf, upgradeHeaders, BINARY, CLOSE, CONTINUATION, PING, PONG, TEXT } from './web_client.mjs'

const MB = 1 << 20
const kith = await (await new Kith().init('--name', 'Anna')).serve('--web', '127.0.0.1:0')
const port = Number(new URL(addressOf(kith)).port)
const token = secretOf(kith)
const memory = () => 1024 * Number(fs.readFileSync(`/proc/${kith.daemon.pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1])
const whoami = async ws => {
  const req = ws.next = (ws.next || 1000) + 1
  ws.send(BINARY, rpc(req, 'whoami'))
  assert.equal(JSON.parse(await until('whoami', () => ws.answers.get(req), 20e3)).id, kith.id)
}

const FIXED = {
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'x-frame-options': 'DENY'
}
function isHardened ({ headers, status }) {
  for (const [name, value] of Object.entries(FIXED)) assert.equal(headers[name], value, `${name} of a ${status}`)
  const csp = headers['content-security-policy']
  for (const rule of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "style-src 'self'", "frame-ancestors 'none'",
    "base-uri 'none'", "form-action 'none'", "require-trusted-types-for 'script'"]) assert(csp.split('; ').includes(rule), rule)
  assert(!/unsafe-inline|unsafe-eval'|\*/.test(csp.replace('wasm-unsafe-eval', '')), csp)
  assert(!('server' in headers) && !('access-control-allow-origin' in headers))
}

await test('the page comes, packed and unpacked, with a tag that saves a second time', async () => {
  const plain = await ask(port, '/')
  assert.equal(plain.status, 200)
  assert.equal(plain.headers['content-type'], 'text/html; charset=utf-8')
  assert.equal(plain.headers['cache-control'], 'no-cache')
  assert.match(plain.body.toString(), /^<!doctype html>/i)
  const packed = await ask(port, '/index.html', { headers: { 'Accept-Encoding': 'br, gzip' } })
  if (packed.headers['content-encoding']) assert.deepEqual(gunzipSync(packed.body), plain.body)
  const again = await ask(port, '/', { headers: { 'If-None-Match': plain.headers.etag } })
  assert.equal(again.status, 304)
  assert.equal(again.body.length, 0)
  const head = await ask(port, '/', { method: 'HEAD' })
  assert.equal(head.status, 200)
  assert.equal(head.body.length, 0)
  const query = await ask(port, '/?x=1')
  assert.equal(query.status, 200)
  for (const [, name] of plain.body.toString().matchAll(/(?:src|href)="\.?\/?(assets\/[^"]+)"/g)) {
    const file = await ask(port, '/' + name, { headers: { 'Accept-Encoding': 'gzip' } })
    assert.equal(file.status, 200)
    assert.match(file.headers['cache-control'], /immutable/)
    assert.match(file.headers['content-type'], /javascript|css|svg|png/)
    isHardened(file)
  }
})

await test('every answer has the same guards', async () => {
  const bearer = { Authorization: `Bearer ${token}` }
  const rows = [
    [200, '/'], [200, '/health'], [200, '/metrics'], [204, '/session', { headers: bearer }], [401, '/session'],
    [401, '/session', { headers: { Authorization: 'Bearer ' + '0'.repeat(64) } }],
    [401, '/session', { headers: { Authorization: [bearer.Authorization, bearer.Authorization] } }],
    [404, '/nothing'], [404, '/../secret'], [404, '/%2e%2e/secret'], [404, '/index.html/'], [404, '/secret'], [404, '//'],
    [404, '/blobs/get/&x'], [400, 'http://evil.example/'], [400, '*'],
    [405, '/', { method: 'POST' }], [405, '/session', { method: 'DELETE', headers: bearer }], [405, '/', { method: 'OPTIONS' }],
    [405, '/', { method: 'BREW' }], [405, '/', { method: 'POST', headers: { 'Content-Length': '3' }, body: 'abc' }],
    [413, '/', { method: 'POST', headers: { 'Content-Length': '2000' } }],
    [413, '/', { method: 'POST', headers: { 'Content-Length': '99999999999' } }],
    [413, '/', { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' }, body: `800\r\n${'x'.repeat(2048)}\r\n0\r\n\r\n` }],
    [400, '/', { method: 'POST', headers: { 'Content-Length': 'many' } }],
    [414, '/' + 'x'.repeat(3000)], [421, '/', { headers: { Host: 'evil.example' } }], [421, '/', { headers: { Host: null } }],
    [403, '/session', { headers: { ...bearer, Origin: 'http://evil.example' } }],
    [426, '/rpc'], [400, '/rpc', { headers: { ...upgradeHeaders(port, token), 'Sec-WebSocket-Version': '8' } }],
    [400, '/rpc', { headers: upgradeHeaders(port, token, 'short') }],
    [400, '/rpc', { headers: { ...upgradeHeaders(port, token), Connection: 'Upgrade' }, version: '1.0' }],
    [401, '/rpc', { headers: upgradeHeaders(port, 'x') }], [101, '/rpc', { headers: upgradeHeaders(port, token) }]
  ]
  for (const [status, target, options] of rows) {
    const answer = await ask(port, target, options)
    assert.equal(answer.status, status, `${JSON.stringify(options?.method ?? '')} ${target.slice(0, 40)} ${JSON.stringify(options?.headers ?? {}).slice(0, 200)}`)
    isHardened(answer)
    answer.socket.destroy()
  }
  const bad = await ask(port, '/', { headers: { 'x': 'y\r\n\x00\x01' } }).catch(() => ({ status: 400, headers: {} }))
  assert.equal(bad.status, 400)
})

await test('Host × Origin × token: only what is right in all three gets in', async () => {
  const good = host => `http://${host}`
  const hosts = [`127.0.0.1:${port}`, `localhost:${port}`, `[::1]:${port}`, '127.0.0.1', `127.0.0.1:${port + 1}`, `127.0.0.2:${port}`,
    `evil.example:${port}`, 'evil.example', `localhost.evil.example:${port}`, `127.0.0.1:${port}.evil.example`, `0.0.0.0:${port}`, null]
  const origins = ['same', 'null', 'http://evil.example', `http://evil.example:${port}`, `https://127.0.0.1:${port}`, `http://127.0.0.1:${port + 1}`,
    `http://127.0.0.1:${port}/`, 'file://', 'chrome-extension://abc', '', null, 'twice']
  const tokens = [`kith, token.${token}`, `kith, token.${token.replace(/^./, c => c === '0' ? '1' : '0')}`, `kith, token.${token.slice(1)}`,
    `kith, token.${token}0`, 'kith', `token.${token}`, 'kith, token.', null, `kith, ${token}`, `kith, token.${token.toUpperCase()}x`]
  let inside = 0
  let all = 0
  for (const host of hosts) {
    for (const origin of origins) {
      for (const protocols of tokens) {
        const headers = { ...upgradeHeaders(port, token), Host: host, Origin: origin === 'same' ? good(host) : origin === 'twice' ? [good(host), good(host)] : origin, 'Sec-WebSocket-Protocol': protocols }
        const answer = await ask(port, '/rpc', { headers })
        answer.socket.destroy()
        all++
        const right = hosts.indexOf(host) < 3 && origin === 'same' && protocols === tokens[0]
        const expected = hosts.indexOf(host) >= 3 ? 421 : origin !== 'same' && !(host === hosts[0] && origin === good(hosts[0])) ? 403 : right ? 101 : 401
        assert.equal(answer.status, expected, JSON.stringify({ host, origin, protocols }))
        inside += answer.status === 101
        if (answer.status === 101) assert.equal(answer.headers['sec-websocket-protocol'], 'kith')
      }
    }
  }
  assert.equal(inside, 3)
  console.log(`     ${all} combinations, ${inside} got in`)
})

await test('another site whose name points here gets nothing of the page', async () => {
  for (const target of ['/', '/health', '/metrics', '/session', '/rpc']) {
    const answer = await ask(port, target, { headers: { Host: `rebound.example:${port}` } })
    assert.equal(answer.status, 421)
    assert.equal(answer.body.toString(), 'Misdirected Request')
  }
})

await test('calls in frames of every cut, with pings in between', async () => {
  const ws = await open(port, token)
  assert.equal(ws.headers['sec-websocket-protocol'], 'kith')
  await whoami(ws)
  for (const byte of rpc(1, 'whoami')) ws.send(BINARY, Buffer.from([byte]))
  const two = rpc(2, 'whoami')
  two.forEach((byte, i) => {
    ws.send(i ? CONTINUATION : BINARY, Buffer.from([byte]), { fin: i === two.length - 1 })
    if (i % 7 === 3) ws.send(PING, Buffer.from(`p${i}`))
  })
  ws.send(BINARY, Buffer.alloc(0))
  ws.send(BINARY, Buffer.concat([rpc(3, 'whoami'), rpc(4, 'whoami'), rpc(5, 'whoami').subarray(0, 5)]))
  ws.send(BINARY, rpc(5, 'whoami').subarray(5))
  for (const byte of frame(BINARY, rpc(6, 'whoami'))) { ws.socket.write(Buffer.from([byte])) }
  for (let req = 1; req <= 6; req++) assert.equal(JSON.parse(await until(`answer ${req}`, () => ws.answers.get(req), 20e3)).id, kith.id)
  const pongs = ws.frames.filter(f => f.opcode === PONG).map(f => f.payload.toString())
  assert.deepEqual(pongs, [...two].map((_, i) => i).filter(i => i % 7 === 3).map(i => `p${i}`))
  ws.socket.destroy()
})

await test('each way of ending: who says what', async () => {
  const rows = [
    ['our close is answered', ws => ws.send(CLOSE, Buffer.from([3, 232])), 1000],
    ['going away', ws => ws.send(CLOSE, Buffer.from([3, 233])), 1001],
    ['a text frame', ws => ws.send(TEXT, 'hello'), 1003],
    ['a text frame after a call', ws => { ws.send(BINARY, rpc(1, 'whoami')); ws.send(TEXT, 'hello') }, 1003],
    ['no mask', ws => ws.send(BINARY, rpc(1, 'whoami'), { masked: false }), 1002],
    ['a reserved bit', ws => ws.send(BINARY, 'x', { rsv: 4 }), 1002],
    ['a reserved opcode', ws => ws.send(3, 'x'), 1002],
    ['a continuation of nothing', ws => ws.send(CONTINUATION, 'x'), 1002],
    // wslay names no code for a control frame that is none.
    ['a ping in pieces', ws => ws.send(PING, 'x', { fin: false }), 1005],
    ['a ping that is too long', ws => ws.send(PING, 'x'.repeat(126)), 1005],
    ['no muxrpc', ws => ws.send(BINARY, Buffer.alloc(4000, 0xff)), 1000],
    ['the end of muxrpc', ws => ws.send(BINARY, Buffer.alloc(9)), 1000]
  ]
  for (const [name, act, code] of rows) {
    const ws = await open(port, token)
    act(ws)
    await until(name, () => ws.closed !== null, 20e3)
    assert.equal(ws.closed, code, `${name}: ${ws.closed}`)
    if (code === 1003 || (code === 1000 && !/our/.test(name))) ws.send(CLOSE, Buffer.from([3, 232]))
    await ws.socket.gone
  }
  await whoami(await open(port, token))
})

await test('a long answer comes in frames of at most 64 KiB', async () => {
  const ws = await open(port, token)
  const text = 'kith '.repeat(1400)
  for (let i = 1; i <= 600; i++) ws.send(BINARY, rpc(i, 'publish', [{ type: 'post', text: `${i} ${text}` }]))
  await until('600 posts', () => ws.answers.size >= 600, 60e3)
  ws.send(BINARY, rpc(5000, 'createLogStream', [{}], 'source'))
  await until('the stream', () => /true/.test(ws.answers.get(5000)?.slice(0, 5) ?? ''), 60e3)
  assert(ws.longest <= 65536 && ws.longest > 30000, String(ws.longest))
  ws.socket.destroy()
})

await test('who asks and does not read is waited for, in bounded memory', async () => {
  const before = memory()
  const deaf = []
  for (let i = 0; i < 4; i++) {
    const ws = await open(port, token, { reads: false })
    for (let req = 1; req <= 20; req++) ws.send(BINARY, rpc(req, 'createLogStream', [{}], 'source'))
    for (let n = 0; n < 3000; n++) ws.send(PING, 'x'.repeat(120))
    deaf.push(ws)
  }
  const ws = await open(port, token)
  for (let i = 0; i < 50; i++) await whoami(ws)
  const grown = memory() - before
  assert(grown < 64 * MB, `${grown / MB} MB for 4 × 20 streams of 4 MB that nobody reads`)
  console.log(`     ${(grown / MB).toFixed(1)} MB`)
  for (const { socket } of deaf) socket.destroy()
  ws.socket.destroy()
})

await test('who sends slowly, or far too much, is dropped, in bounded memory', async () => {
  const before = memory()
  const slow = []
  for (let i = 0; i < 40; i++) {
    const socket = connect(port)
    await socket.stands
    socket.write('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n')
    slow.push(socket)
  }
  const dripping = setInterval(() => slow.forEach(s => s.write('x: y\r\n')), 300)
  const long = connect(port)
  long.write('GET / HTTP/1.1\r\nx: ' + 'x'.repeat(600e3))
  const many = connect(port)
  many.write('GET / HTTP/1.1\r\n' + 'x: y\r\n'.repeat(200) + '\r\n')
  const body = connect(port)
  body.write(`POST / HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 500\r\n\r\nabc`)
  const begin = Date.now()
  await Promise.all([long.gone, many.gone])
  assert.match(long.bytes.toString(), /^HTTP\/1\.1 400 /)
  assert.match(many.bytes.toString(), /^HTTP\/1\.1 400 /)
  await Promise.all([...slow, body].map(s => s.gone))
  clearInterval(dripping)
  const took = Date.now() - begin
  assert(took > 5e3 && took < 25e3, `${took} ms`)
  assert(memory() - before < 48 * MB)
})

await test('there is an end to connections, and room again afterwards', async () => {
  const all = Array.from({ length: 200 }, () => connect(port))
  await Promise.all(all.map(s => s.stands))
  await until('the rest to be hung up', () => all.filter(s => s.closed || s.destroyed).length >= 200 - 128, 20e3)
  const standing = all.filter(s => !s.closed && !s.destroyed)
  assert(standing.length <= 128 && standing.length > 60, String(standing.length))
  for (const s of all) s.destroy()
  await until('room', () => ask(port, '/health').then(a => a.status === 200, () => false), 20e3)
})

await test('connections that say nothing keep nobody out', async () => {
  const idle = Array.from({ length: 300 }, () => connect(port))
  await Promise.all(idle.map(s => s.stands))
  const ws = await open(port, token)
  for (let i = 0; i < 5; i++) assert.equal((await ask(port, '/health')).status, 200)
  const more = Array.from({ length: 200 }, () => connect(port))
  await Promise.all(more.map(s => s.stands))
  await whoami(ws)
  for (const s of [...idle, ...more, ws.socket]) s.destroy()
})

// libh2o waits for ever for a write that libuv does not take, as after a reset: the server has to notice.
await test('who hangs up with a reset amid an answer leaves nothing behind', async () => {
  const open_ = () => fs.readdirSync(`/proc/${kith.daemon.pid}/fd`).length
  await until('the others to be gone', () => open_() < 60, 20e3)
  const before = open_()
  const [, asset] = (await ask(port, '/')).body.toString().match(/src="\.?\/?(assets\/[^"]+)"/) ?? [, '']
  const calls = Buffer.concat(Array.from({ length: 40 }, (_, i) => frame(BINARY, rpc(100 + i, 'manifest'))))
  for (let round = 0; round < 10; round++) {
    await Promise.all(Array.from({ length: 20 }, async (_, i) => {
      const socket = i % 4 ? net.connect(port, '127.0.0.1') : (await open(port, token)).socket
      socket.on('error', () => {})
      const gone = new Promise(resolve => socket.once('close', resolve))
      socket.write(i % 4 ? `GET /${asset} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`.repeat(20) : calls)
      if (i % 2) socket.once('data', () => socket.resetAndDestroy())
      else setImmediate(() => socket.resetAndDestroy())
      await gone
    }))
  }
  await until('their descriptors', () => open_() <= before + 2, 30e3)
})

await test('numbers for Prometheus, without names', async () => {
  const { body } = await ask(port, '/metrics')
  const text = body.toString()
  for (const name of ['kith_peers_connected', 'kith_messages_received_total', 'kith_verify_failures_total', 'kith_store_bytes', 'kith_blob_bytes', 'kith_build_info']) assert.match(text, new RegExp(`^${name}[ {]`, 'm'))
  assert(Number(text.match(/^kith_messages (\d+)$/m)[1]) >= 600)
  assert(!/[@%&][A-Za-z0-9+/]{43}=/.test(text))
  for (const line of text.trim().split('\n')) assert.match(line, /^(# (HELP|TYPE) kith_\w+ .+|kith_\w+(\{version="[^"]+"\})? \d+)$/)
})

await test('kith ui gives the link; files are private', async () => {
  const link = (await kith.run('ui', '--print')).trim()
  assert.equal(link, `http://127.0.0.1:${port}/#token=${token}`)
  assert.match(token, /^[0-9a-f]{64}$/)
  assert.deepEqual(await kith.json('ui', '--print'), [{ url: link }])
  assert.equal(fs.statSync(path.join(kith.home, 'web-token')).mode & 0o777, 0o600)
  assert(!fs.readFileSync(path.join(kith.home, 'serve.log'), 'utf8').includes(token), 'the log knows the token')
})

await test('kith ui --print only asks: without a node it says so, and becomes none', async () => {
  const home = newHome('empty')
  const asked = await tried(new Kith(home), 'ui', '--print')
  assert.equal(asked.code, 4)
  assert.match(asked.err, /kith ui|kith serve/)
  assert.deepEqual(fs.readdirSync(home), [])
})

await test('a stop says goodbye to browsers, and a restart keeps the token', async () => {
  const ws = await open(port, token)
  await whoami(ws)
  const begin = Date.now()
  assert.equal(await kith.stop(), 0)
  assert(Date.now() - begin < 5000)
  await ws.socket.gone
  assert.equal(ws.closed, 1000)
  assert(!fs.existsSync(path.join(kith.home, 'web')))
  await kith.serve('--web', `127.0.0.1:${port}`)
  assert.equal(secretOf(kith), token)
  assert.equal(addressOf(kith), `http://127.0.0.1:${port}/`)
  await whoami(await open(port, token))
})

await test('a port that is taken: another one if none was named, else an error', async () => {
  const taken = await freePort()
  const server = net.createServer().listen(taken, '127.0.0.1')
  const ben = await new Kith().init()
  const refused = await tried(ben, 'serve', '--listen', '127.0.0.1:0', '--no-lan', '--web', `127.0.0.1:${taken}`)
  assert.equal(refused.code, 1)
  assert.match(refused.err, new RegExp(`port ${taken}`))
  const holder = net.createServer().on('error', () => {}).listen(8484, '127.0.0.1')
  await sleep(50)
  await ben.serve()
  const other = Number(new URL(addressOf(ben)).port)
  assert.notEqual(other, 8484)
  assert.equal((await ask(other, '/health')).status, 200)
  server.close()
  holder.close()
  await ben.stop()
  await ben.serve('--no-web')
  assert(!fs.existsSync(path.join(ben.home, 'web')))
  assert.match((await tried(ben, 'ui', '--print')).err, /--no-web/)
  await ben.stop()
})

await test('other machines are let in with a password only', async () => {
  const ben = await new Kith().init()
  const words = path.join(newHome('password'), 'password')
  const serve = (...args) => tried(ben, 'serve', '--listen', '127.0.0.1:0', '--no-lan', ...args)
  for (const address of ['0.0.0.0:0', '[::]:0', '192.0.2.7:0']) {
    const refused = await serve('--web', address)
    assert.equal(refused.code, 2)
    assert.match(refused.err, /--web-password-file.*ssh -L/s)
  }
  assert.equal((await serve('--web', 'elsewhere:0')).code, 2)
  fs.writeFileSync(words, 'too short\n')
  assert.match((await serve('--web', '0.0.0.0:0', '--web-password-file', words)).err, /12 to 128/)
  assert.equal((await serve('--web', '0.0.0.0:0', '--web-password-file', words + '.none')).code, 1)
  const password = 'grün und blau, 12'
  fs.writeFileSync(words, password + '\n', { mode: 0o600 })
  await ben.serve('--web', '0.0.0.0:0', '--web-password-file', words)
  const at = Number(new URL(addressOf(ben)).port)
  const hex = Buffer.from(password).toString('hex')
  const session = (secret, headers = {}) => ask(at, '/session', { headers: { Authorization: `Bearer ${secret}`, ...headers } })
  assert.equal((await session(hex)).status, 204)
  assert.equal((await session(secretOf(ben))).status, 204, 'the owner at the machine comes in as ever')
  assert.equal((await session(hex, { Host: `192.0.2.7:${at}` })).status, 204)
  assert.equal((await session(hex, { Host: `evil.example:${at}` })).status, 421)
  assert.equal((await ask(at, '/metrics')).status, 401)
  assert.equal((await ask(at, '/health')).status, 200)
  const wrong = await session('00')
  assert.equal(wrong.status, 401)
  assert.deepEqual(JSON.parse(wrong.body), { wanted: 'password' })
  const guesses = await Promise.all(Array.from({ length: 60 }, (_, i) => session(Buffer.from(`guess number ${i}`).toString('hex'))))
  assert(guesses.filter(g => g.status === 429).length >= 30, 'guessing is slow')
  const flood = Array.from({ length: 30 }, (_, i) => session(Buffer.from(`more guesses ${i}`).toString('hex')))
  for (let i = 0; i < 5; i++) assert.equal((await session(secretOf(ben))).status, 204, 'who has the token does not wait for those who guess')
  await Promise.all(flood)
  ;(await open(at, hex).catch(() => sleep(1100).then(() => open(at, hex)))).socket.destroy()
  await ben.stop()
})

await test('what the node asks for while it answers is carried out at once: a photo comes to a page that waits', async () => {
  const file = path.join(kith.home, 'photo')
  fs.writeFileSync(file, Buffer.alloc(300000, 'kith'))
  const blob = (await kith.run('blob', 'add', file)).trim()
  const ws = await open(port, token)
  for (let req = 2000; req < 2010; req++) {
    ws.send(BINARY, rpc(req, 'blobs.get', [blob], 'source'))
    await until('the end of the photo', () => ws.answers.get(req) === 'true', 20e3)
  }
  ws.socket.destroy()
})

await test('after all that the node is well', async () => {
  await whoami(await open(port, token))
  assert.equal(await kith.stop(), 0)
  const log = fs.readFileSync(path.join(kith.home, 'serve.log'), 'utf8')
  assert(!/ERROR|Sanitizer|runtime error/.test(log), log.slice(-2000))
})

await done()
