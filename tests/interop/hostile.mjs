// SPDX-License-Identifier: MIT
// A peer that sends garbage is dropped with a reason and costs a bounded amount. The hostile side is
// made of npm's secret-handshake and of frames by hand; after each attack the owner's own command must
// work, and what the daemon holds in memory must have stayed within its bounds.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { createRequire } from 'node:module'
import { Kith, test, done, modules, sleep, until } from './lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const shs = use('secret-handshake')
const ssbKeys = use('ssb-keys')
const pull = use('pull-stream')
const toDuplex = use('stream-to-pull-stream').duplex
const cap = Buffer.from(use('ssb-caps').shs, 'base64')

const MB = 1 << 20
const kith = await (await new Kith().init('--name', 'Anna')).serve()
const pid = kith.daemon.pid
const them = Buffer.from(kith.id.slice(1, 45), 'base64')
let since = 0 // where the log of the attack that runs begins
const log = () => fs.readFileSync(path.join(kith.home, 'serve.log'), 'utf8').slice(since)
const said = pattern => until(`the log to say ${pattern}`, () => pattern.test(log()), 30e3)
const memory = () => 1024 * Number(fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)[1])
const sockets = () => fs.readdirSync(`/proc/${pid}/fd`).filter(fd => {
  try { return fs.readlinkSync(`/proc/${pid}/fd/${fd}`).startsWith('socket:') } catch { return false }
}).length
const cpu = () => fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ').slice(11, 13).reduce((a, b) => a + Number(b), 0) * 10

const open = new Set()
function raw (reads = true) {
  const socket = net.connect(kith.port, '127.0.0.1')
  open.add(socket)
  socket.on('error', () => {})
  socket.on('connect', () => { socket.is = true })
  if (reads) socket.resume()
  socket.gone = new Promise(resolve => socket.on('close', () => { open.delete(socket); resolve() }))
  return socket
}
const closeAll = () => { for (const socket of open) socket.destroy() }

const frame = (req, flags, body) => {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))
  const head = Buffer.alloc(9)
  head[0] = flags
  head.writeUInt32BE(bytes.length, 1)
  head.writeInt32BE(req, 5)
  return Buffer.concat([head, bytes])
}
const ASYNC = 2
const STREAM = 8 | 2
const call = (name, type, args) => ({ name: name.split('.'), args, ...(type === 'async' ? {} : { type }) })

// A stranger who knows the network key: send(frame) writes, frames are what came; reads can stop.
async function stranger (keys = ssbKeys.generate()) {
  const socket = raw(false)
  const pair = { publicKey: Buffer.from(keys.public.slice(0, 44), 'base64'), secretKey: Buffer.from(keys.private.slice(0, 88), 'base64') }
  const stream = await new Promise((resolve, reject) => {
    const transport = toDuplex(socket)
    pull(transport, shs.createClient(pair, cap, 20e3)(them, (err, stream) => err ? reject(err) : resolve(stream)), transport)
  })
  const peer = { socket, gone: socket.gone, got: Buffer.alloc(0), next: 1 }
  const queue = []
  let wake = null
  let over = false
  pull(
    (end, cb) => {
      if (end) return cb(end)
      if (queue.length) return cb(null, queue.shift())
      if (over) return cb(true)
      wake = cb
    },
    stream.sink)
  peer.send = bytes => {
    if (!wake) return queue.push(bytes)
    const cb = wake
    wake = null
    cb(null, bytes)
  }
  peer.end = () => { over = true; socket.destroy() }
  peer.read = () => {
    pull(stream.source, pull.drain(bytes => { peer.got = Buffer.concat([peer.got, bytes]) }, () => {}))
    return peer
  }
  peer.call = (name, type, args) => {
    const req = peer.next++
    peer.send(frame(req, type === 'async' ? ASYNC : STREAM, call(name, type, args)))
    return req
  }
  peer.answers = () => { // of all frames: [{req, flags, body}]
    const frames = []
    for (let at = 0; at + 9 <= peer.got.length;) {
      const len = peer.got.readUInt32BE(at + 1)
      if (at + 9 + len > peer.got.length) break
      frames.push({ flags: peer.got[at], req: peer.got.readInt32BE(at + 5), body: peer.got.subarray(at + 9, at + 9 + len) })
      at += 9 + len
    }
    return frames
  }
  peer.answer = (req, limit) => until(`an answer to ${req}`, () => peer.answers().find(f => f.req === -req), limit)
  return peer
}
const strangers = count => Promise.all(Array.from({ length: count }, () => stranger()))

// One attack: the daemon lives, its owner is served, its memory has not grown beyond the bound.
const quiet = () => until('the sockets to be closed', () => sockets() < 20, 30e3)
const attack = (name, bound, fn) => test(name, async () => {
  since = 0
  since = log().length
  const [before, begin] = [memory(), cpu()]
  let most = before
  const watch = setInterval(() => { try { most = Math.max(most, memory()) } catch {} }, 20)
  try {
    await fn()
    most = Math.max(most, memory())
    await kith.run('post', '--public', name)
  } finally {
    clearInterval(watch)
    closeAll()
  }
  console.log(`     at most ${Math.round((most - before) / MB)} MB more, ${cpu() - begin} ms of a core`)
  assert(cpu() - begin < 10e3, `took ${cpu() - begin} ms of a core`)
  assert(most - before < bound * MB, `grew by ${Math.round((most - before) / MB)} MB`)
  await quiet()
})
// ---- before anybody knows who it is ----

await attack('garbage instead of a handshake', 32, async () => {
  const all = Array.from({ length: 100 }, () => raw())
  for (const socket of all) socket.write(crypto.randomBytes(60000))
  await Promise.all(all.map(s => s.gone))
  assert.match(log(), /peer.disconnected.*the handshake failed/)
})

await attack('half a handshake is given up after 15 s', 32, async () => {
  const all = Array.from({ length: 50 }, () => raw())
  for (const socket of all) socket.write(crypto.randomBytes(40))
  await Promise.all(all.map(s => s.gone))
  assert.match(log(), /peer.disconnected.*the handshake took too long/)
})

await attack('1000 connections at once', 160, async () => {
  const all = Array.from({ length: 1000 }, () => raw())
  await until('all to connect', () => all.every(s => s.is || s.destroyed), 30e3)
  await until('kith to have taken as many as it takes', () => sockets() > 380, 10e3)
  await sleep(500)
  assert(sockets() < 400)
  assert.equal((await kith.json('status')).length, 1)
})

// ---- frames ----

const breaks = {
  'a frame that announces 100 MB': () => Buffer.from([2, 6, 0x40, 0, 0, 0, 0, 0, 1]),
  'an encoding that there is not': () => frame(1, 3, '{}'),
  'a number without a negative': () => Buffer.from([2, 0, 0, 0, 2, 0x80, 0, 0, 0, 0x7b, 0x7d]),
  'JSON that is none': () => frame(1, ASYNC, '{"name":["whoami"],'),
  'JSON nested 100,000 deep': () => frame(1, ASYNC, '['.repeat(100000)),
  'JSON of a million values': () => frame(1, ASYNC, '[' + '0,'.repeat(999999) + '0]'),
  'text that is not UTF-8': () => frame(1, ASYNC, Buffer.concat([Buffer.from('{"name":["'), Buffer.from([0xff, 0xc0, 0x80]), Buffer.from('"]}')])),
  'two calls with one number': () => Buffer.concat([frame(1, ASYNC, call('invite.use', 'async', [])), frame(2, STREAM, call('createHistoryStream', 'source', [{ id: kith.id, live: true }])), frame(2, ASYNC, '{}')])
}
for (const [name, bytes] of Object.entries(breaks)) {
  await attack(`${name}: dropped`, 64, async () => {
    const peer = (await stranger()).read()
    peer.send(bytes())
    await peer.gone
    await said(/the peer broke the rules of muxrpc/)
  })
}

await attack('objects of 100,000 members cost no more than their length', 96, async () => {
  const peer = (await stranger()).read()
  const members = n => Array.from({ length: n }, (_, i) => i)
  const bodies = [
    '{' + members(100000).map(i => `"k${i}":0`).join(',') + '}',
    '{' + members(100000).map(i => `"${100000 - i}":0`).join(',') + '}',
    '{' + members(100000).map(() => '"same":0').join(',') + '}'
  ]
  for (const body of bodies) peer.send(frame(peer.next++, ASYNC, `{"name":["manifest"],"args":[${body}]}`))
  await peer.answer(3)
})

// ---- calls ----

await attack('calls with absurd arguments', 64, async () => {
  const peer = (await stranger()).read()
  const manifestReq = peer.call('manifest', 'async', [])
  const manifest = JSON.parse((await peer.answer(manifestReq)).body)
  const methods = Object.entries(manifest).flatMap(([name, kind]) => typeof kind === 'string' ? [[name, kind]] : Object.entries(kind).map(([n, k]) => [`${name}.${n}`, k]))
  const absurd = [null, true, -1, 1e308, 9007199254740993, '', 'x'.repeat(100000), kith.id, '%' + kith.id.slice(1, 45) + '.sha256',
    '&' + kith.id.slice(1, 45) + '.sha256', [], [[[]]], {}, { id: kith.id, seq: -1, limit: -1 }, { id: kith.id, gt: 9007199254740991, lt: 0, reverse: true },
    { id: kith.id, gt: -1, gte: 0, lt: 1, lte: 1e15, limit: 9007199254740991, live: true, old: false }, { key: kith.id, start: 9e15, end: 0, max: 0, size: 0 },
    { key: '&' + kith.id.slice(1, 45) + '.sha256', start: 9e15 }, { version: 3, format: 'classic' }, { version: 4 }, { clock: { [kith.id]: 1e300 } }, { limit: 1e9 }, '\ud800\u0000']
  const answers = []
  // A link's budget is 4000 calls, which all methods together would exceed.
  for (let from = 0; from < methods.length; from += 40) {
    const one = (await stranger()).read()
    for (const [name, kind] of methods.slice(from, from + 40)) {
      for (const type of ['async', kind]) for (const arg of absurd) one.call(name, type, [arg, arg])
      one.send(frame(one.next++, ASYNC, `{"name":"${name}","args":7}`))
      one.send(frame(one.next++, ASYNC, `{"name":["${name}"],"args":{"0":1},"type":"nothing"}`))
    }
    const last = one.call('manifest', 'async', [])
    await Promise.race([one.answer(last), one.gone])
    answers.push(...one.answers())
  }
  for (const name of ['publish', 'whoami', 'status', 'control.stop', 'invite.create', 'invite.use', 'blobs.add', 'createLogStream']) {
    assert(answers.some(a => a.body.includes(`method:${name.replace('.', ',')} is not in list of allowed methods`)), name)
  }
})

await attack('the newest posts without end', 64, async () => {
  for (let i = 0; i < 110; i++) await kith.run('post', '--public', `post ${i}`)
  const peer = (await stranger()).read()
  const ended = async (...args) => {
    const req = peer.call('newest', 'source', args)
    await until('the end', () => peer.answers().find(f => f.req === -req && f.flags & 4))
    return peer.answers().filter(f => f.req === -req && !(f.flags & 4)).length
  }
  assert.equal(await ended(), 100)
  assert.equal(await ended({ live: true, reverse: false, sync: true }), 100)
  assert.equal(await ended({ limit: 3, live: true }), 3)
  assert.equal(await ended({ limit: 101 }), 0)
  for (let i = 0; i < 100; i++) peer.call('newest', 'source', [])
  await until('a refusal', () => peer.got.includes('budget'))
})

await attack('more streams than there are, never ended', 64, async () => {
  const peer = (await stranger()).read()
  for (let i = 0; i < 2000; i++) peer.call('createHistoryStream', 'source', [{ id: kith.id, live: true }])
  await until('to be told so', () => peer.got.includes('too many open streams'))
})

await attack('endless items on streams of every kind', 64, async () => {
  const peer = (await stranger()).read()
  const reqs = [peer.call('gossip.ping', 'duplex', [{}]), peer.call('ebt.replicate', 'duplex', [{ version: 3 }]), peer.call('blobs.createWants', 'source', []), peer.call('blobs.add', 'sink', [])]
  for (let i = 0; i < 3000; i++) for (const req of reqs) peer.send(frame(req, STREAM, i % 2 ? '{}' : `{"@${'A'.repeat(43)}=.ed25519":${i}}`))
  await sleep(500)
})

// ---- peers that do not read ----

await attack('pings that are never read', 64, async () => {
  const peers = await strangers(4)
  for (const peer of peers) {
    const req = peer.call('gossip.ping', 'duplex', [{}])
    const ping = Buffer.concat(Array.from({ length: 2000 }, () => frame(req, STREAM, '1')))
    for (let i = 0; i < 500; i++) peer.send(ping)
  }
  await said(/does not read what it asks for/)
  await quiet() // though they still do not read
})

await attack('answers that are never read', 64, async () => {
  const peers = await strangers(4)
  for (const peer of peers) for (let i = 0; i < 6000; i++) peer.call('manifest', 'async', [])
  await said(/too many calls|does not read what it asks for/)
})

await attack('half frames of 8 MB', 400, async () => {
  const peers = (await strangers(60)).map(peer => peer.read())
  const half = Buffer.concat([frame(1, ASYNC, '"'.padEnd(8 * MB, 'x')).subarray(0, 8 * MB - 100)])
  for (const peer of peers) peer.send(half)
  await said(/needs too much memory/)
})

await attack('feeds that nobody has heard of', 200, async () => {
  const peers = await strangers(20)
  for (const peer of peers) {
    const req = peer.call('ebt.replicate', 'duplex', [{ version: 3, format: 'classic' }])
    for (let k = 0; k < 3; k++) {
      const notes = Array.from({ length: 50000 }, (_, i) => `"@${crypto.createHash('sha256').update(`${k} ${i}`).digest('base64')}.ed25519":${i}`)
      peer.send(frame(req, STREAM, `{${notes.join(',')}}`))
    }
  }
  await sleep(5000)
  const [before] = await kith.json('status')
  closeAll()
  await quiet()
  const [after] = await kith.json('status')
  assert.equal(after.messages, before.messages, 'strangers leave nothing in the log')
})

await attack('a stranger who writes 60 posts on our wall in one breath: 10 of them wait', 64, async () => {
  const keys = ssbKeys.generate()
  const peer = (await stranger(keys)).read()
  const asked = await until('the question for guests', () => peer.answers().find(f => f.req > 0 && /"guests"/.test(f.body)))
  const posts = Array.from({ length: 60 }, (_, i) => ssbKeys.signObj(keys, {
    previous: null, sequence: 1, author: keys.id, timestamp: 1700000000000 + i, hash: 'sha256', content: { type: 'post', text: `stranger's ${i}`, wall: kith.id }
  }))
  const id = value => '%' + crypto.createHash('sha256').update(JSON.stringify(value, null, 2), 'latin1').digest('base64') + '.sha256'
  peer.send(Buffer.concat(posts.map(value => frame(-asked.req, STREAM, { key: id(value), value }))))
  const waiting = async () => (await kith.json('wall', '--waiting', '--limit', '0')).filter(m => /stranger's/.test(JSON.stringify(m))).length
  await until('some to wait', waiting)
  await sleep(500)
  assert.equal(await waiting(), 10)
})

await attack('400 large blobs that are never read', 250, async () => {
  const file = path.join(kith.home, 'photo')
  fs.writeFileSync(file, crypto.randomBytes(4.5 * MB))
  const blob = (await kith.run('blob', 'add', file)).match(/&\S+\.sha256/)[0]
  const peers = await strangers(4)
  for (let i = 0; i < 100; i++) {
    for (const peer of peers) peer.call('blobs.get', 'source', [blob])
    await sleep(20)
  }
  const reader = (await stranger()).read() // somebody who reads is served all the same
  const req = reader.call('blobs.get', 'source', [blob])
  await until('the blob', () => reader.answers().filter(f => f.req === -req && !(f.flags & 4)).reduce((n, f) => n + f.body.length, 0) === 4.5 * MB)
})

await test('the daemon ends in order while somebody does not read', async () => {
  const peers = await strangers(4)
  for (const peer of peers) for (let i = 0; i < 500; i++) peer.call('manifest', 'async', [])
  await sleep(500)
  const begin = Date.now()
  assert.equal(await kith.stop(), 0)
  assert(Date.now() - begin < 20e3)
  closeAll()
})

await done()
