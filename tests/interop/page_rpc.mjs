// SPDX-License-Identifier: MIT
// What the page asks of its node, through npm's ssb-client: what changed, what an app keeps, private
// conversations, notices with their reason, who is here and who types, and posts on walls by people whom
// the reader does not know. Among them what a hostile peer or a careless app would do.
import assert from 'node:assert'
import path from 'node:path'
import { createRequire } from 'node:module'
import { Kith, test, done, modules, newHome, sleep, until } from './lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const ssbClient = use('ssb-client')
const ssbKeys = use('ssb-keys')
const pull = use('pull-stream')
const caps = use('ssb-caps')

const open = (keys, remote, manifest) => new Promise((resolve, reject) => {
  ssbClient(keys, { remote, manifest, caps, path: newHome('client') }, (err, sbot) => err ? reject(err) : resolve(sbot))
})
const call = (fn, ...args) => new Promise((resolve, reject) => fn(...args, (err, value) => err ? reject(err) : resolve(value)))
const collect = source => new Promise((resolve, reject) => pull(source, pull.collect((err, all) => err ? reject(err) : resolve(all))))
const refused = (promise, pattern) => assert.rejects(promise, err => { assert.match(String(err && err.message), pattern); return true })
function live (source) {
  const items = []
  let stop
  const ended = new Promise(resolve => {
    stop = pull.drain(item => { items.push(item) }, resolve)
    pull(source, stop)
  })
  return { items, ended, stop: () => stop.abort() }
}
async function start (name) {
  const kith = await (await new Kith().init('--name', name)).serve()
  const own = ssbKeys.loadSync(path.join(kith.home, 'secret'))
  return Object.assign(kith, { own, sbot: await open(own, `unix:${path.join(kith.home, 'socket')}~noauth`) })
}
const post = (who, text, more = {}) => call(who.sbot.publish, { type: 'post', text, ...more })
const contact = (who, whom, more) => call(who.sbot.publish, { type: 'contact', contact: whom.id ?? whom, ...more })
const follow = (who, whom) => contact(who, whom, { following: true })
const meet = (a, b) => call(a.sbot.conn.connect, b.address)
const wallOf = async (who, owner, more = {}) => (await collect(who.sbot.wall({ person: owner.id, ...more }))).map(m => m.value.content.text)
const requests = async who => (await call(who.sbot.friends.list, { list: 'requests' })).map(p => p.id)

const anna = await start('Anna')
const ben = await start('Ben')
const some = ssbKeys.generate()

await test('state: what an app keeps', async () => {
  const { state } = anna.sbot
  assert.equal(await call(state.get, 'read/home'), null)
  assert.equal(await call(state.set, 'read/home', { at: 1.5, of: ['ü', null, true] }), true)
  assert.deepEqual(await call(state.get, 'read/home'), { at: 1.5, of: ['ü', null, true] })
  assert.equal(await call(state.set, 'read/home', 7), true)
  assert.equal(await call(state.set, 'theme', 'dark'), true)
  assert.deepEqual(await call(state.list, 'read/'), { 'read/home': 7 })
  assert.deepEqual(await call(state.list, ''), { 'read/home': 7, theme: 'dark' })
  assert.deepEqual(await call(state.list), { 'read/home': 7, theme: 'dark' })
  assert.equal(await call(state.set, 'theme', null), true)
  assert.equal(await call(state.get, 'theme'), null)
  assert.deepEqual(await call(state.list, 'th'), {})
})
await test('state: the same value again writes nothing', async () => {
  const before = (await call(anna.sbot.status)).messages
  await call(anna.sbot.state.set, 'read/home', 7)
  assert.equal((await call(anna.sbot.status)).messages, before)
})
await test('state: what is too large, too long or no key is refused', async () => {
  const { state } = anna.sbot
  await refused(call(state.set, 'big', 'x'.repeat(8191)), /^too_long/)
  assert.equal(await call(state.set, 'big', 'x'.repeat(8190)), true)
  for (const key of ['', 'k'.repeat(129), 'a"b', 'a\\b', 'a\nb', '\ud800', 7, null, {}, ['a']]) {
    await refused(call(state.set, key, 1), /^arg/)
    await refused(call(state.get, key), /^arg/)
  }
  await refused(call(state.set, 'k'), /^arg/)
  assert.equal(await call(state.set, 'k'.repeat(128), 1), true)
  assert.equal(await call(state.get, 'read/home'), 7)
})
await test('state: too many keys are refused, and those that are there can still change', async () => {
  const { state } = anna.sbot
  const had = Object.keys(await call(state.list, '')).length
  for (let i = had; i < 1000; i++) await call(state.set, 'many/' + i, i)
  await refused(call(state.set, 'one more', 1), /^full/)
  assert.equal(await call(state.set, 'many/999', 'other'), true)
  assert.equal(await call(state.set, 'many/998', null), true)
  assert.equal(await call(state.set, 'one more', 1), true)
  await refused(call(state.set, 'another', 1), /^full/)
})

await test('changes: first ready, then ids and counts, at most four a second', async () => {
  const changes = live(anna.sbot.changes({}))
  await until('ready', () => changes.items.length)
  assert.deepEqual(changes.items[0], { ready: true })
  const sum = name => changes.items.reduce((n, item) => n + (item[name] || 0), 0)
  const ids = name => new Set(changes.items.flatMap(item => item[name] || []))
  const root = await post(anna, 'root')
  const reply = await post(anna, 'reply', { root: root.key, branch: root.key })
  await post(anna, 'deeper', { root: root.key, branch: reply.key })
  const voted = await post(anna, 'voted')
  await call(anna.sbot.publish, { type: 'vote', vote: { link: voted.key, value: 1, expression: 'Like' } })
  const edited = await post(anna, 'edtied')
  await call(anna.sbot.publish, { type: 'edit', target: edited.key, text: 'edited' })
  await call(anna.sbot.publish, { type: 'about', about: some.id, name: 'Some' })
  await post(anna, 'psst', { recps: [anna.id, some.id] })
  await until('all of it', () => sum('posts') >= 3 && sum('inbox') >= 1 && ids('people').has(some.id))
  assert.equal(sum('posts'), 3)
  assert.equal(sum('inbox'), 1)
  assert.equal(sum('notices'), 0)
  for (const m of [root, reply, voted, edited]) assert(ids('messages').has(m.key), m.value.content.text)
  assert.equal(ids('messages').size, 4)
  await call(anna.sbot.people.mute, some.id, true)
  await until('the mute', () => changes.items.filter(item => item.people?.includes(some.id)).length >= 2)
  assert.deepEqual((await call(anna.sbot.friends.list, { list: 'muted' })).map(p => p.id), [some.id])
  const before = changes.items.length
  const begin = Date.now()
  for (let i = 0; i < 400; i++) await call(anna.sbot.publish, { type: 'vote', vote: { link: voted.key, value: i % 2, expression: 'Like' } })
  await sleep(400)
  assert(changes.items.length - before <= 2 + (Date.now() - begin) / 250, `${changes.items.length - before} items`)
  const whole = live(anna.sbot.changes({}))
  await until('ready', () => whole.items.length)
  await call(anna.sbot.rebuild)
  await until('all', () => whole.items.some(item => item.all))
  for (const stream of [changes, whole]) stream.stop()
})
await test('changes: more ids than an item holds is all', async () => {
  const changes = live(ben.sbot.changes({}))
  await until('ready', () => changes.items.length)
  const abouts = Array.from({ length: 300 }, (_, i) => ({ type: 'about', about: ssbKeys.generate().id, name: 'n' + i }))
  await Promise.all(abouts.map(content => call(ben.sbot.publish, content)))
  await until('all', () => changes.items.some(item => item.all))
  changes.stop()
})

await test('after: only what is newer', async () => {
  const first = await post(anna, 'first')
  await sleep(5)
  const second = await post(anna, 'second')
  const since = first.value.timestamp
  for (const source of [anna.sbot.wall({ after: since }), anna.sbot.feed({ after: since })]) {
    assert.deepEqual((await collect(source)).map(m => m.key), [second.key])
  }
  assert.deepEqual(await collect(anna.sbot.wall({ after: second.value.timestamp })), [])
})
await test('conversation: exactly these people, old and live', async () => {
  const [x, y] = [ssbKeys.generate().id, ssbKeys.generate().id]
  const two = await post(anna, 'two', { recps: [anna.id, x] })
  await post(anna, 'three', { recps: [anna.id, x, y] })
  const read = people => collect(anna.sbot.conversation({ people }))
  assert.deepEqual((await read([x])).map(m => m.value.content.text), ['two'])
  assert.deepEqual((await read([x, anna.id, x])).map(m => m.key), [two.key])
  assert.deepEqual((await read([y, x])).map(m => m.value.content.text), ['three'])
  assert.deepEqual(await read([y]), [])
  const talk = live(anna.sbot.conversation({ people: [x], live: true, old: false }))
  await post(anna, 'not here', { recps: [anna.id, x, y] })
  await post(anna, 'here', { recps: [anna.id, x] })
  await until('the live one', () => talk.items.length)
  assert.deepEqual(talk.items.map(m => m.value.content.text), ['here'])
  talk.stop()
  await refused(read(['nobody']), /^arg/)
  await refused(read('words'), /^arg/)
  await refused(read(Array(17).fill(x)), /^arg/)
})

// From here on two nodes.
const notices = live(anna.sbot.notices({ live: true }))
const presence = live(anna.sbot.presence({}))
const whys = () => notices.items.filter(m => m.value.author === ben.id).map(m => m.why)

await test('presence: who comes and who goes', async () => {
  await follow(anna, ben)
  await meet(anna, ben)
  await until('Ben', () => presence.items.some(item => item.id === ben.id && item.here === true))
  await call(anna.sbot.conn.disconnect, ben.id)
  await until('Ben gone', () => presence.items.some(item => item.id === ben.id && item.here === false))
  await until('Ben again', () => presence.items.filter(item => item.id === ben.id && item.here).length > 1)
  const late = live(anna.sbot.presence({}))
  await until('who is here', () => late.items.length)
  assert.deepEqual(late.items, [{ id: ben.id, here: true }])
  late.stop()
})
await test('notices: live, each with its reason', async () => {
  const mine = await post(anna, 'mine')
  await follow(ben, anna)
  await until('the post at Ben\'s', () => call(ben.sbot.get, mine.key).catch(() => null))
  await post(ben, 'answer', { root: mine.key, branch: mine.key })
  await call(ben.sbot.publish, { type: 'vote', vote: { link: mine.key, value: 1, expression: 'Like' } })
  await call(ben.sbot.publish, { type: 'share', share: { link: mine.key }, text: 'look' })
  await post(ben, 'on your wall', { wall: anna.id })
  await post(ben, 'you', { mentions: [{ link: anna.id }] })
  await post(ben, 'psst', { recps: [ben.id, anna.id] })
  await until('all of them', () => whys().length >= 7)
  assert.deepEqual(whys(), ['follow', 'reply', 'vote', 'share', 'wall', 'mention', 'private'])
  const old = await collect(anna.sbot.notices({ limit: 2 }))
  assert.deepEqual(old.map(m => m.why), ['private', 'mention'])
  assert.equal(old[0].author.id, ben.id)
})
await test('progress and holders: who has how much', async () => {
  const { sequence } = await call(anna.sbot.status)
  await until('Ben says that he has it', async () => (await call(anna.sbot.conn.holders, anna.id))[ben.id] === sequence)
  await until('nothing is missing', async () => { const p = await call(anna.sbot.progress); return p.have === p.want && p.people.length === 0 })
  const p = await call(anna.sbot.progress, {})
  assert(p.have > 300)
  await post(anna, 'one more')
  await until('Ben has that too', async () => (await call(anna.sbot.conn.holders))[ben.id] === sequence + 1)
})
await test('typing: friends see it, once in a while, and nothing is kept', async () => {
  const typing = () => presence.items.filter(item => item.typing)
  const before = await call(anna.sbot.status)
  const place = { at: '%' + 'x'.repeat(40) + '/ü' }
  for (let i = 0; i < 50; i++) assert.equal(await call(ben.sbot.typing, place), true)
  await until('typing', () => typing().length)
  assert.deepEqual(typing()[0], { id: ben.id, typing: place })
  await call(ben.sbot.typing, { at: 'to her', to: [anna.id] })
  await call(ben.sbot.typing, { at: 'to another', to: [some.id] })
  await until('the second', () => typing().length > 1)
  await sleep(300)
  assert.deepEqual(typing().slice(1), [{ id: ben.id, typing: { at: 'to her' } }])
  for (const args of [{}, { at: '' }, { at: 'x'.repeat(129) }, { at: 'a"b' }, { at: 7 }, { at: 'x', to: 'all' }, { at: 'x', to: ['nobody'] },
    { at: 'x', to: Array(17).fill(anna.id) }]) await refused(call(ben.sbot.typing, args), /^arg/)
  assert.deepEqual((await call(anna.sbot.status)).messages, before.messages)
})
await test('typing: a flood from a friend is answered and not heard, a stranger\'s never', async () => {
  const friend = ssbKeys.generate()
  await follow(anna, friend.id)
  const knocks = [friend, ssbKeys.generate()]
  const remote = `net:127.0.0.1:${anna.port}~shs:${anna.id.slice(1, 45)}`
  const before = (await call(anna.sbot.status)).messages
  for (const keys of knocks) {
    const sbot = await open(keys, remote, { kith: { typing: 'async' }, typing: 'async', presence: 'source' })
    const answers = await Promise.all(Array.from({ length: 500 }, (_, i) => call(sbot.kith.typing, { at: 'flood ' + i })))
    assert(answers.every(answer => answer === true))
    for (const odd of [undefined, 'x', { at: 'x'.repeat(5000) }, { at: {} }, { at: '"' }]) assert.equal(await call(sbot.kith.typing, odd), true)
    await refused(call(sbot.typing, { at: 'x' }), /not in list of allowed methods/)
    await refused(collect(sbot.presence({})), /not in list of allowed methods/)
    sbot.close(() => {})
  }
  const heard = id => presence.items.filter(item => item.typing && item.id === id).length
  await until('a few of them', () => heard(knocks[0].id) >= 8)
  assert(heard(knocks[0].id) <= 12, `${heard(knocks[0].id)} heard`)
  assert.equal(heard(knocks[1].id), 0)
  assert.equal((await call(anna.sbot.status)).messages, before)
})

const cleo = await start('Cleo')
const dora = await start('Dora')

await test('a request can be refused, on this machine only', async () => {
  await follow(cleo, ben)
  await follow(ben, dora) // so that Ben's feed says something new
  await meet(cleo, ben)
  await until('Cleo holds Ben', async () => await call(cleo.sbot.latestSequence, ben.id).catch(() => 0) > 300)
  // Ben does not keep Cleo's feed, so he learns of it only through somebody; the list is tested with Anna.
  await follow(dora, anna)
  await follow(anna, dora)
  await contact(anna, dora, { following: false })
})
await test('a stranger\'s post waits for the owner, who lets it stand or takes it down', async () => {
  const walls = live(ben.sbot.wall({ person: ben.id, live: true, old: false, waiting: true }))
  const asks = live(ben.sbot.notices({ live: true, old: false }))
  const text = 'Cleo was here'
  const guest = await post(cleo, text, { wall: ben.id })
  await until('it waits', async () => (await wallOf(ben, ben, { waiting: true })).includes(text))
  assert(!(await wallOf(ben, ben)).includes(text))
  assert(!(await collect(ben.sbot.feed({}))).some(m => m.key === guest.key))
  await until('it comes live', () => walls.items.some(m => m.key === guest.key && m.wall.state === 'waiting'))
  await until('a notice', () => asks.items.some(m => m.key === guest.key && m.why === 'wall'))
  assert.equal((await wallOf(cleo, ben, { waiting: true }))[0], text)
  assert((await collect(cleo.sbot.feed({}))).some(m => m.key === guest.key), 'what I wrote there I see at home')
  walls.stop()
  asks.stop()

  // Dora knows Ben and nobody else.
  await follow(dora, ben)
  await meet(dora, ben)
  await until('Dora holds Ben', async () => await call(dora.sbot.latestSequence, ben.id).catch(() => 0) > 300)
  const seen = live(dora.sbot.wall({ person: ben.id, live: true, old: false }))
  const changes = live(dora.sbot.changes({}))
  await call(ben.sbot.publish, { type: 'wall/accept', post: guest.key })
  await until('Dora sees it', async () => (await wallOf(dora, ben)).includes(text))
  await until('and live', () => seen.items.some(m => m.key === guest.key && m.wall.state === 'accepted'))
  await until('and by changes', () => changes.items.some(item => item.posts || item.all))
  assert.equal(await call(dora.sbot.latestSequence, cleo.id).catch(() => 0), 0, 'without her feed')
  assert((await wallOf(cleo, ben)).includes(text))
  await call(ben.sbot.publish, { type: 'wall/remove', post: guest.key })
  for (const who of [ben, cleo, dora]) await until('it is gone', async () => !(await wallOf(who, ben)).includes(text))
  for (const who of [ben, cleo, dora]) assert(!(await collect(who.sbot.feed({}))).some(m => m.key === guest.key))
  await until('changes name it', () => changes.items.some(item => item.messages?.includes(guest.key)))
  seen.stop()
  changes.stop()
})
await test('what a wall has is there for who comes later', async () => {
  const text = 'Cleo was here again'
  const guest = await post(cleo, text, { wall: ben.id })
  await until('it waits', async () => (await wallOf(ben, ben, { waiting: true })).includes(text))
  await call(ben.sbot.publish, { type: 'wall/accept', post: guest.key })
  const emil = await start('Emil')
  await meet(emil, ben)
  await until('connected', async () => (await call(emil.sbot.status)).peers === 1)
  await follow(emil, ben) // after the link: it is asked anew
  await until('Emil sees it', async () => (await wallOf(emil, ben)).includes(text))
  await emil.stop()
})
await test('a stranger may let only so many posts wait, and nobody speaks for another', async () => {
  const before = (await wallOf(ben, ben, { waiting: true })).length
  for (let i = 0; i < 30; i++) await post(cleo, 'spam ' + i, { wall: ben.id })
  await until('the first of them', async () => (await wallOf(ben, ben, { waiting: true })).filter(text => text.startsWith('spam')).length >= 10)
  await sleep(500)
  const spam = (await wallOf(ben, ben, { waiting: true })).filter(text => text.startsWith('spam'))
  assert.equal(spam.length, 10)
  assert.equal((await wallOf(ben, ben, { waiting: true })).length, before + 10)
  // And through somebody else they do not come at all.
  assert(!(await wallOf(dora, ben, { waiting: true })).some(text => text.startsWith('spam')))
})
await test('kith.guests refuses what is no question', async () => {
  const sbot = await open(ssbKeys.generate(), `net:127.0.0.1:${ben.port}~shs:${ben.id.slice(1, 45)}`, { kith: { guests: 'source' } })
  for (const args of [undefined, {}, { owners: 'x' }, { owners: ['x'] }, { owners: Array(65).fill(ben.id) }]) {
    await refused(collect(sbot.kith.guests(args)), /^arg/)
  }
  const got = live(sbot.kith.guests({ owners: [ben.id, ben.id, anna.id] }))
  await until('what stands there', () => got.items.length)
  assert(got.items.every(item => [anna.id, ben.id].includes(item.value.content.wall) && !item.value.content.text.startsWith('spam')))
  await refused(collect(sbot.kith.guests({ owners: [ben.id] })), /^busy/)
  got.stop()
  sbot.close(() => {})
})
await test('requests, and those that were refused', async () => {
  await follow(dora, anna)
  await follow(anna, ben)
  await meet(dora, anna)
  const fay = await start('Fay')
  await follow(fay, anna)
  await follow(ben, fay) // Anna keeps friends of friends
  await meet(fay, ben)
  await until('the request', async () => (await requests(anna)).includes(fay.id))
  await until('its notice', () => notices.items.some(m => m.value.author === fay.id && m.why === 'request'))
  assert.equal(await call(anna.sbot.friends.refuse, fay.id, true), true)
  assert.equal(await call(anna.sbot.friends.refuse, fay.id), true)
  assert(!(await requests(anna)).includes(fay.id))
  assert.deepEqual((await call(anna.sbot.friends.list, { list: 'refused' })).map(p => p.id), [fay.id])
  await anna.run('refuse', '--undo', fay.id)
  assert((await requests(anna)).includes(fay.id))
  await anna.run('refuse', fay.id)
  assert(!(await requests(anna)).includes(fay.id))
  await refused(call(anna.sbot.friends.refuse, 'nobody'), /^arg/)
  await refused(call(anna.sbot.friends.list, { list: 'refused', person: ben.id }), /^arg/)
  await refused(call(anna.sbot.friends.list, { list: 'no such' }), /^arg/)
  await fay.stop()
})
await test('status says what there is', async () => {
  const status = await call(anna.sbot.status)
  assert.equal(status.quarantine, null)
  assert.equal(status.hops, 2)
  assert.equal(status.quota, 0)
  assert.match(status.version, /^\d+\.\d+\.\d+$/)
  const { blobs, blobBytes } = status
  pull(pull.values([Buffer.from('a blob of Anna\'s')]), anna.sbot.blobs.add(() => {}))
  await until('the blob', async () => (await call(anna.sbot.status)).blobs === blobs + 1)
  assert.equal((await call(anna.sbot.status)).blobBytes, blobBytes + 16)
})
await test('a sealed blob: everybody may carry it, and whoever has the link opens it', async () => {
  const bytes = Buffer.from('the key is under the third stone '.repeat(3000))
  const read = async (who, id) => Buffer.concat(await collect(who.sbot.blobs.get(id)))
  const seal = async bytes => {
    const both = anna.sbot.blobs.seal()
    pull(pull.values([bytes]), both.sink)
    return (await collect(both.source))[0]
  }
  const link = await seal(bytes)
  assert.match(link, /^&.{43}=\.sha256\?unbox=.{43}=\.boxs$/)
  const [id] = link.split('?')
  assert.deepEqual(await read(anna, link), bytes)
  const box = await read(anna, id)
  assert.equal(box.length, bytes.length + 16)
  assert(!box.includes('stone'))
  assert.notEqual((await seal(bytes)).split('?')[0], id)
  assert.equal(await call(ben.sbot.blobs.want, link), true)
  assert.equal(await call(ben.sbot.blobs.has, link), true)
  assert.deepEqual(await read(ben, link), bytes)
  assert.deepEqual(Buffer.concat(await collect(ben.sbot.blobs.getSlice({ key: link, start: 4, end: 7 }))), Buffer.from('key'))
  await refused(read(ben, `${id}?unbox=${'A'.repeat(43)}=.boxs`), /^crypto/)
  await refused(seal(Buffer.alloc(5 * 1024 * 1024 - 16)), /too_long/)
})
await test('after a restart holders are remembered, and what an app keeps is there', async () => {
  const held = (await call(anna.sbot.conn.holders, anna.id))[ben.id]
  assert(held > 300)
  for (const stream of [notices, presence]) stream.stop()
  assert.equal(await ben.stop(), 0)
  assert.equal(await anna.stop(), 0)
  await anna.serve()
  anna.sbot = await open(anna.own, `unix:${path.join(anna.home, 'socket')}~noauth`)
  assert.equal((await call(anna.sbot.conn.holders, anna.id))[ben.id], held)
  assert.equal(await call(anna.sbot.state.get, 'many/999'), 'other')
  assert.equal(await call(anna.sbot.state.get, 'many/998'), null)
  await refused(call(anna.sbot.state.set, 'another', 1), /^full/)
})
await done()
