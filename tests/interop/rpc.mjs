// SPDX-License-Identifier: MIT
// npm's ssb-client, as every SSB app uses it, with the node's own key against a running kith: over
// loopback TCP and over the Unix socket. The names mean what they mean in ssb-server, errors read as
// JavaScript expects them, and a stranger may ask for nothing that is the owner's.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { Kith, test, done, modules, newHome, until } from './lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const ssbClient = use('ssb-client')
const ssbKeys = use('ssb-keys')
const pull = use('pull-stream')
const caps = use('ssb-caps')

const kith = await (await new Kith().init('--name', 'Anna')).serve()
const own = ssbKeys.loadSync(path.join(kith.home, 'secret'))
const stranger = ssbKeys.generate()
const friend = ssbKeys.generate().id
const enemy = ssbKeys.generate().id
const nothing = '%' + crypto.createHash('sha256').update('nothing').digest('base64') + '.sha256'
const addresses = {
  tcp: `net:127.0.0.1:${kith.port}~shs:${kith.id.slice(1, 45)}`,
  unix: `unix:${path.join(kith.home, 'socket')}~noauth`
}

const open = (keys, remote, manifest) => new Promise((resolve, reject) => {
  ssbClient(keys, { remote, manifest, caps, path: newHome('client') },
    (err, sbot) => err ? reject(err) : resolve(sbot))
})
const call = (fn, ...args) => new Promise((resolve, reject) => fn(...args, (err, value) => err ? reject(err) : resolve(value)))
const collect = source => new Promise((resolve, reject) => pull(source, pull.collect((err, all) => err ? reject(err) : resolve(all))))
const refused = (promise, pattern) => assert.rejects(promise, err => {
  assert.match(String(err && err.message), pattern)
  return true
})
// A live source: gathers items until it is stopped.
function live (source) {
  const items = []
  let stop
  const ended = new Promise(resolve => {
    stop = pull.drain(item => { items.push(item) }, resolve)
    pull(source, stop)
  })
  return { items, ended, stop: () => stop.abort() }
}
const sequences = messages => messages.map(m => (m.value || m).sequence)
const numbers = (from, to) => Array.from({ length: Math.abs(to - from) + 1 }, (_, i) => from < to ? from + i : from - i)

for (const [road, address] of Object.entries(addresses)) {
  const sbot = await open(own, address)
  const say = (name, fn) => test(`${road}: ${name}`, fn)
  const before = (await call(sbot.status)).sequence
  const mine = []

  await say('manifest', async () => {
    const manifest = await call(sbot.manifest)
    assert.deepEqual([manifest.whoami, manifest.createLogStream, manifest.blobs.add, manifest.blobs.get, manifest.friends.hops],
      ['async', 'source', 'sink', 'source', 'async'])
    const flat = group => Object.entries(group).every(([name, kind]) => !name.includes('.') &&
      (typeof kind === 'object' ? flat(kind) : ['async', 'source', 'sink', 'duplex', 'sync'].includes(kind)))
    assert(flat(manifest))
  })
  await say('whoami', async () => assert.deepEqual(await call(sbot.whoami), { id: kith.id }))
  await say('publish', async () => {
    for (const text of ['one', 'zw\u00f6lf \u{1F600}', 'three']) {
      const message = await call(sbot.publish, { type: 'post', text })
      assert.equal(message.value.author, kith.id)
      assert.equal(message.value.content.text, text)
      assert.equal(typeof message.timestamp, 'number')
      assert(ssbKeys.verifyObj(own, caps.sign || null, message.value))
      mine.push(message)
    }
    assert.deepEqual(sequences(mine), numbers(before + 1, before + 3))
  })
  await say('publish to recps is private', async () => {
    const message = await call(sbot.publish, { type: 'post', text: 'psst', recps: [kith.id, friend] })
    assert.match(message.value.content, /^[A-Za-z0-9+/=]+\.box$/)
    assert.equal(ssbKeys.unbox(message.value.content, own).text, 'psst')
    mine.push(message)
    const opened = await call(sbot.get, { id: message.key, private: true, meta: true })
    assert.equal(opened.value.content.text, 'psst')
    assert.equal((await call(sbot.get, message.key)).content, message.value.content)
  })
  await say('publish refuses what is no content', async () => {
    await refused(call(sbot.publish, 'words'), /./)
    await refused(call(sbot.publish, 7), /./)
    await refused(call(sbot.publish, {}), /./)
    await refused(call(sbot.publish, { type: 'x' }), /./)
    await refused(call(sbot.publish, { type: 'post', text: 'x'.repeat(9000) }), /./)
    await refused(call(sbot.publish, { type: 'post', text: 'x', recps: ['nobody'] }), /./)
    await refused(call(sbot.publish, { type: 'post', text: 'x', recps: Array(9).fill(friend) }), /./)
    assert.equal((await call(sbot.status)).sequence, before + 4)
  })
  await say('get', async () => {
    assert.deepEqual(await call(sbot.get, mine[0].key), mine[0].value)
    assert.deepEqual((await call(sbot.get, { id: mine[1].key, meta: true })).value, mine[1].value)
    await refused(call(sbot.get, nothing), /not.?found/i)
    await refused(call(sbot.get, 'no id'), /./)
    await refused(call(sbot.get, { }), /./)
  })
  await say('createUserStream', async () => {
    const all = await collect(sbot.createUserStream({ id: kith.id }))
    assert.deepEqual(sequences(all), numbers(1, before + 4))
    assert.deepEqual(all.slice(-4).map(m => m.key), mine.map(m => m.key))
    const at = before + 1
    assert.deepEqual(sequences(await collect(sbot.createUserStream({ id: kith.id, gte: at, lt: at + 2 }))), [at, at + 1])
    assert.deepEqual(sequences(await collect(sbot.createUserStream({ id: kith.id, gt: at, lte: at + 2 }))), [at + 1, at + 2])
    assert.deepEqual(sequences(await collect(sbot.createUserStream({ id: kith.id, reverse: true, limit: 2 }))), [before + 4, before + 3])
    assert.deepEqual(sequences(await collect(sbot.createUserStream({ id: kith.id, reverse: true, lt: at + 1, limit: 1 }))), [at])
    assert.deepEqual(await collect(sbot.createUserStream({ id: friend })), [])
  })
  await say('createHistoryStream', async () => {
    const values = await collect(sbot.createHistoryStream({ id: kith.id, seq: before + 1, keys: false }))
    assert.deepEqual(values, mine.map(m => m.value))
    const keyed = await collect(sbot.createHistoryStream({ id: kith.id, sequence: before + 2, limit: 1 }))
    assert.equal(keyed[0].key, mine[1].key)
    assert.deepEqual(await collect(sbot.createHistoryStream({ id: kith.id, seq: before + 4, values: false })), [mine[3].key])
    await refused(collect(sbot.createHistoryStream({ id: 'nobody' })), /./)
    await refused(collect(sbot.createHistoryStream({})), /./)
  })
  await say('createLogStream', async () => {
    const all = await collect(sbot.createLogStream())
    assert.deepEqual(all.slice(-4).map(m => m.key), mine.map(m => m.key))
    assert.deepEqual(all.slice(-1)[0].value, mine[3].value)
    assert.deepEqual((await collect(sbot.createLogStream({ limit: 2 }))).map(m => m.key), all.slice(0, 2).map(m => m.key))
    assert.deepEqual((await collect(sbot.createLogStream({ reverse: true, limit: 2 }))).map(m => m.key), [mine[3].key, mine[2].key])
    const since = all.at(-3).timestamp
    assert.deepEqual((await collect(sbot.createLogStream({ gt: since }))).map(m => m.key), all.filter(m => m.timestamp > since).map(m => m.key))
    assert.deepEqual((await collect(sbot.createLogStream({ lte: since }))).map(m => m.key), all.filter(m => m.timestamp <= since).map(m => m.key))
    assert.deepEqual((await collect(sbot.createLogStream({ keys: false }))).at(-2), mine[2].value)
    assert.equal((await collect(sbot.createLogStream({ private: true }))).at(-1).value.content.text, 'psst')
  })
  await say('live streams go on with what is stored', async () => {
    const streams = {
      log: live(sbot.createLogStream({ live: true })),
      fresh: live(sbot.createLogStream({ live: true, old: false })),
      user: live(sbot.createUserStream({ id: kith.id, live: true, gt: before })),
      history: live(sbot.createHistoryStream({ id: kith.id, seq: before + 1, live: true })),
      posts: live(sbot.messagesByType({ type: 'post', live: true, old: false }))
    }
    await until('the old part', () => streams.history.items.length >= 4 && streams.user.items.length >= 4)
    mine.push(await call(sbot.publish, { type: 'post', text: 'news' }))
    for (const [name, stream] of Object.entries(streams)) {
      await until('news by ' + name, () => stream.items.some(m => m.key === mine[4].key))
    }
    const log = streams.log.items.filter(m => m.key)
    assert.deepEqual(log.slice(-5).map(m => m.key), mine.map(m => m.key))
    assert.deepEqual(streams.fresh.items.filter(m => m.key).map(m => m.key), [mine[4].key])
    assert.equal(new Set(streams.user.items.map(m => m.key)).size, streams.user.items.length)
    for (const stream of Object.values(streams)) stream.stop()
    assert.deepEqual(await call(sbot.whoami), { id: kith.id })
  })
  await say('messagesByType', async () => {
    const posts = await collect(sbot.messagesByType('post'))
    const keys = posts.map(m => m.key)
    for (const i of [0, 1, 2, 4]) assert(keys.includes(mine[i].key), `post ${i}`)
    assert(posts.every(m => m.value.content.type === 'post'))
    assert.deepEqual(keys.slice(-2), [mine[2].key, mine[4].key])
    assert.deepEqual((await collect(sbot.messagesByType({ type: 'post', limit: 1 }))).map(m => m.key), [keys[0]])
    assert.deepEqual((await collect(sbot.messagesByType({ type: 'post', reverse: true, limit: 2 }))).map(m => m.key), [mine[4].key, mine[2].key])
    assert.deepEqual(await collect(sbot.messagesByType('no-such-type')), [])
  })
  await say('query', async () => {
    const text = 'garden ' + road
    const message = await call(sbot.publish, { type: 'post', text, channel: road })
    assert.deepEqual((await collect(sbot.query({ type: 'post', channel: road }))).map(m => m.key), [message.key])
    assert.deepEqual((await collect(sbot.query({ text }))).map(m => m.key), [message.key])
    assert.deepEqual(await collect(sbot.query({ text: 'nobody wrote this' })), [])
    await refused(collect(sbot.query('words')), /./)
  })
  await say('friends', async () => {
    const edge = (source, dest) => ({ source, dest })
    await call(sbot.publish, { type: 'contact', contact: friend, following: true })
    await call(sbot.publish, { type: 'contact', contact: enemy, blocking: true })
    assert.equal(await call(sbot.friends.isFollowing, edge(kith.id, friend)), true)
    assert.equal(await call(sbot.friends.isFollowing, edge(friend, kith.id)), false)
    assert.equal(await call(sbot.friends.isBlocking, edge(kith.id, enemy)), true)
    assert.equal(await call(sbot.friends.isBlocking, edge(kith.id, friend)), false)
    const hops = await call(sbot.friends.hops)
    assert.equal(hops[kith.id], 0)
    assert.equal(hops[friend], 1)
    assert.equal((await call(sbot.friends.hops, {}))[friend], 1)
    assert(!(hops[enemy] > 0))
    await refused(call(sbot.friends.isFollowing, edge('nobody', friend)), /./)
  })
  await say('blobs', async () => {
    const bytes = crypto.randomBytes(300000)
    const id = '&' + crypto.createHash('sha256').update(bytes).digest('base64') + '.sha256'
    assert.equal(await call(sbot.blobs.has, id), false)
    const chunks = [0, 1, 2, 3, 4].map(i => bytes.subarray(i * 60000, (i + 1) * 60000))
    assert.equal(await new Promise((resolve, reject) =>
      pull(pull.values(chunks), sbot.blobs.add((err, hash) => err ? reject(err) : resolve(hash)))), id)
    await until('the blob', () => call(sbot.blobs.has, id))
    assert.deepEqual(await call(sbot.blobs.has, [id, '&' + nothing.slice(1)]), [true, false])
    assert.equal(await call(sbot.blobs.size, id), bytes.length)
    assert.deepEqual(Buffer.concat(await collect(sbot.blobs.get(id))), bytes)
    assert.deepEqual(Buffer.concat(await collect(sbot.blobs.get({ key: id, size: bytes.length }))), bytes)
    await refused(collect(sbot.blobs.get({ key: id, max: 1000 })), /./)
    assert.deepEqual(Buffer.concat(await collect(sbot.blobs.getSlice({ key: id, start: 10, end: 70000 }))), bytes.subarray(10, 70000))
    assert.equal(await call(sbot.blobs.want, id), true)
    await refused(collect(sbot.blobs.get('&' + nothing.slice(1))), /could not get blob/)
    await refused(call(sbot.blobs.want, 'no blob'), /./)
    // A want is answered when the blob arrives, here by the other way in.
    const late = crypto.randomBytes(1000)
    const lateId = '&' + crypto.createHash('sha256').update(late).digest('base64') + '.sha256'
    const wanted = call(sbot.blobs.want, lateId)
    pull(pull.values([late]), sbot.blobs.add(() => {}))
    assert.equal(await wanted, true)
    const empty = '&47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=.sha256'
    pull(pull.values([]), sbot.blobs.add(() => {}))
    await until('the empty blob', () => call(sbot.blobs.has, empty))
    assert.deepEqual(await collect(sbot.blobs.get(empty)), [])
  })
  await say('a blob that is too large is refused and costs nothing', async () => {
    const folder = path.join(kith.home, 'blobs')
    const pieces = Array.from({ length: 90 }, () => Buffer.alloc(65536))
    // A JavaScript sink calls back when it has sent its last piece, so it cannot tell.
    const id = await new Promise(resolve => pull(pull.values(pieces), sbot.blobs.add((err, hash) => resolve(hash))))
    assert.equal(await call(sbot.blobs.has, id), false)
    for (const name of fs.readdirSync(folder, { recursive: true })) assert(fs.statSync(path.join(folder, name)).size <= 300000)
    assert.deepEqual(await call(sbot.whoami), { id: kith.id })
  })
  await say('status', async () => {
    const status = await call(sbot.status)
    assert.equal(status.id, kith.id)
    assert.equal(status.publish, 'ok')
    assert(status.address.startsWith('net:127.0.0.1:'))
    assert(status.messages >= status.sequence)
  })
  await say('getLatest, latestSequence, getVectorClock', async () => {
    const { sequence } = await call(sbot.status)
    assert.equal(await call(sbot.latestSequence, kith.id), sequence)
    assert.equal((await call(sbot.getLatest, kith.id)).value.sequence, sequence)
    assert.equal((await call(sbot.getVectorClock))[kith.id], sequence)
  })
  sbot.close(() => {})

  await say('what is not there is refused in JavaScript\'s words', async () => {
    const odd = await open(own, address, { nope: 'async', deep: { nope: 'source', both: 'duplex' }, whoami: 'source', createLogStream: 'async', blobs: { has: 'source' } })
    await refused(call(odd.nope), /^method:nope is not in list of allowed methods$/)
    await refused(collect(odd.deep.nope()), /^method:deep,nope is not in list of allowed methods$/)
    await refused(collect(odd.whoami()), /^no source:whoami$/)
    await refused(call(odd.createLogStream), /^no async:createLogStream$/)
    await refused(new Promise((resolve, reject) => odd.deep.both(reject)), /^method:deep,both is not in list of allowed methods$/)
    await refused(collect(odd.blobs.has()), /^no source:blobs.has$/)
    odd.close(() => {})
  })
}

await test('a stranger on loopback is a peer like any other: nothing of the owner\'s', async () => {
  const full = JSON.parse(JSON.stringify(await call((await open(own, addresses.unix)).manifest)))
  const sbot = await open(stranger, addresses.tcp, full)
  const before = await kith.json('status')
  await refused(call(sbot.whoami), /^method:whoami is not in list of allowed methods$/)
  await refused(call(sbot.publish, { type: 'post', text: 'me' }), /^method:publish is not in list of allowed methods$/)
  await refused(call(sbot.get, nothing), /^method:get is not/)
  await refused(call(sbot.private.publish, { type: 'post' }, [friend]), /^method:private,publish is not/)
  await refused(call(sbot.status), /^method:status is not/)
  await refused(call(sbot.control.stop), /^method:control,stop is not/)
  await refused(call(sbot.forget, kith.id), /^method:forget is not/)
  await refused(call(sbot.blobs.want, '&' + nothing.slice(1)), /^method:blobs,want is not/)
  await refused(call(sbot.people.mute, kith.id), /^method:people,mute is not/)
  await refused(call(sbot.invite.create, 1), /^method:invite,create is not/)
  await refused(call(sbot.invite.use, { feed: stranger.id }), /^method:invite,use is not/)
  await refused(collect(sbot.createLogStream()), /^method:createLogStream is not/)
  await refused(collect(sbot.createUserStream({ id: kith.id })), /^method:createUserStream is not/)
  await refused(collect(sbot.inbox({})), /^method:inbox is not/)
  await refused(collect(sbot.query({ type: 'post' })), /^method:query is not/)
  // What peers are for is open to it, and private messages stay sealed there.
  const history = await collect(sbot.createHistoryStream({ id: kith.id, keys: false, private: true }))
  assert.equal(history.length, before[0].sequence)
  assert(history.some(value => typeof value.content === 'string'))
  assert.equal((await kith.json('status'))[0].sequence, before[0].sequence)
  sbot.close(() => {})
})
await test('a key that we blocked gets nothing of our feed', async () => {
  const blocked = ssbKeys.generate()
  await kith.run('block', blocked.id)
  let answer
  try {
    const sbot = await open(blocked, addresses.tcp, { createHistoryStream: 'source' })
    answer = await collect(sbot.createHistoryStream({ id: kith.id }))
  } catch { answer = [] }
  assert.deepEqual(answer, [])
})
await test('the socket is the owner\'s alone', () => {
  assert.equal(fs.statSync(path.join(kith.home, 'socket')).mode & 0o077, 0)
})
await test('control.stop ends the daemon with code 0', async () => {
  const sbot = await open(own, addresses.unix)
  assert.equal(await call(sbot.control.stop), true)
  assert.equal((await kith.daemon.ended).code, 0)
})
await done()
