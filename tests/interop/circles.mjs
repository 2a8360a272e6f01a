// SPDX-License-Identifier: MIT
// Circles with real daemons: Olga, her friends Fred and Fran, Rita whom she refused, and Stan, two hops away, who
// keeps and passes on all bytes. A thousand posts, comments, reactions and files; then every plain string of them
// is looked for in the homes (stores, logs, blobs) of Rita and Stan and in all that they sent and received.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import { createRequire } from 'node:module'
import { Kith, test, done, modules, newHome, until, freePort } from './lab.mjs'
import { said, keys, texts, files, fails, picture } from './cli_lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const ssbClient = use('ssb-client')
const ssbKeys = use('ssb-keys')
const pull = use('pull-stream')
const caps = use('ssb-caps')

const open = kith => new Promise((resolve, reject) => {
  const own = ssbKeys.loadSync(path.join(kith.home, 'secret'))
  ssbClient(own, { remote: `unix:${path.join(kith.home, 'socket')}~noauth`, caps, path: newHome('client') }, (err, sbot) => err ? reject(err) : resolve(sbot))
})
const call = (fn, ...args) => new Promise((resolve, reject) => fn(...args, (err, value) => err ? reject(err) : resolve(value)))
const refused = (promise, pattern) => assert.rejects(promise, err => { assert.match(String(err && err.message), pattern); return true })
const collect = source => new Promise((resolve, reject) => pull(source, pull.collect((err, all) => err ? reject(err) : resolve(all))))
async function start (name) {
  const kith = await (await new Kith().init('--name', name)).serve()
  return Object.assign(kith, { sbot: await open(kith) })
}
const follow = (a, b, following = true) => call(a.sbot.publish, { type: 'contact', contact: b.id, following })
const meet = (a, b, address = b.address) => call(a.sbot.conn.connect, address)
const isFriend = async (a, b) => (await a.json('friends')).some(p => p.id === b.id)
async function befriend (a, b) {
  await follow(a, b)
  await follow(b, a)
  await meet(a, b)
  await until('friendship', async () => await isFriend(a, b) && await isFriend(b, a))
}
const has = (kith, id) => call(kith.sbot.get, id).then(() => true, () => false)
const reads = async (kith, who, text) => (await texts(kith, 'wall', who.id, '--limit', '0')).includes(text)
const circle = async (kith, id) => (await call(kith.sbot.circles.list, {})).find(c => c.id === id)

// A relay that keeps all bytes of both directions.
const traffic = []
async function recorded (kith) {
  const port = await freePort()
  net.createServer(a => {
    const b = net.connect(kith.port, '127.0.0.1')
    a.on('data', d => traffic.push(d)).on('error', () => b.destroy())
    b.on('data', d => traffic.push(d)).on('error', () => a.destroy())
    a.pipe(b).pipe(a)
  }).listen(port, '127.0.0.1').unref()
  return kith.address.replace(/:\d+~/, `:${port}~`)
}
const holdsAny = (dir, strings) => {
  for (const name of files(dir)) {
    const bytes = fs.readFileSync(name, 'latin1')
    for (const s of strings) if (bytes.includes(s)) return `${s} in ${name}`
  }
}

const [olga, fred, fran, rita, stan] = await Promise.all(['Olga', 'Fred', 'Fran', 'Rita', 'Stan'].map(start))
const secrets = []
const word = () => { const w = 'zq' + crypto.randomBytes(9).toString('hex'); secrets.push(w); return w }
const file = path.join(newHome('file'), word() + '.txt')
const photo = path.join(newHome('photo'), word() + '.png')
fs.writeFileSync(file, `the file says ${word()} `.repeat(40))
fs.writeFileSync(photo, Buffer.concat([fs.readFileSync(picture), Buffer.from(word())]))
let first, withFiles, friends

await test('what is posted is for friends if nothing else is said', async () => {
  await befriend(olga, fred)
  await befriend(olga, fran)
  await follow(rita, olga)
  await call(olga.sbot.friends.refuse, rita.id, true)
  await meet(rita, olga, await recorded(olga))
  await follow(stan, fred)
  await meet(stan, fred, await recorded(fred))
  first = await said(olga, 'post', 'hello friends ' + word())
  for (const friend of [fred, fran]) {
    await until('the post', () => reads(friend, olga, 'hello friends ' + secrets.at(-1)))
    const line = (await friend.json('wall', olga.id)).find(l => l.key === first)
    assert.deepEqual([line.audience.kind, line.audience.owner.name, line.audience.group.slice(0, 19)], ['friends', 'Olga', 'ssb:identity/group/'])
    friends = line.audience.group
  }
  assert((await keys(fred, 'feed')).includes(first))
})
await test('comments, reactions, an edit and a post on the wall go to the same circle', async () => {
  const comment = await said(fred, 'reply', first, 'a comment ' + word())
  await fran.run('like', first, word().slice(0, 12))
  await olga.run('edit', first, 'edited ' + word())
  const onWall = await said(fran, 'post', '--wall', olga.id, 'on your wall ' + word())
  for (const kith of [olga, fred, fran]) {
    await until('the comment', async () => (await keys(kith, 'thread', first)).includes(comment))
    await until('the reaction and the edit', async () => {
      const line = await call(kith.sbot.summary, first)
      return line.votes.up === 1 && line.replies === 1 && line.edited
    })
    await until('the guest', async () => (await keys(kith, 'wall', olga.id)).includes(onWall))
  }
  assert((await keys(olga, 'notices')).includes(comment))
  await olga.run('remove', onWall)
  await until('the verdict', async () => !(await keys(fred, 'wall', olga.id)).includes(onWall))
})
await test('what was said to a circle is not said elsewhere without a word', async () => {
  await fails(fred, 1, 'denied', 'share', first)
  await refused(call(fred.sbot.publish, { type: 'post', text: 'in public', root: first, branch: first }), /denied/)
  await refused(call(fred.sbot.publish, { type: 'vote', vote: { link: first, value: 1 } }), /denied/)
  await refused(call(fred.sbot.publish, { type: 'share', share: { link: first } }), /denied/)
  await until('the bytes', () => has(rita, first))
  await fails(rita, 1, 'denied', 'reply', first, 'what is it?')
  await refused(call(rita.sbot.publish, { type: 'post', text: 'x', wall: olga.id, recps: ['friends'] }), /not_found/)
})
await test('a thousand posts and comments, files and photos', async () => {
  withFiles = await said(olga, 'post', '--file', file, '--file', photo, 'two files ' + word())
  for (let i = 0; i < 1000; i += 50) {
    await Promise.all(Array.from({ length: 50 }, (_, k) => (i + k) % 4
      ? call(olga.sbot.publish, { type: 'post', text: `post ${word()}`, recps: ['friends'] })
      : call(fred.sbot.publish, { type: 'post', text: `comment ${word()}`, root: first, branch: first, recps: [friends] })))
  }
  await until('all of it at both friends', async () => {
    const lines = await Promise.all([fred, fran].map(kith => collect(kith.sbot.wall({ person: olga.id }))))
    return lines.every(l => l.length >= 751)
  }, 120e3)
  const line = await call(fred.sbot.summary, withFiles)
  const [one] = line.value.content.mentions
  assert(one.query.unbox, 'the key of the blob is in the link')
  const copy = path.join(newHome('copy'), 'file')
  await fred.run('blob', 'get', '--wait', `${one.link}?unbox=${one.query.unbox}`, '--output', copy)
  assert.deepEqual(fs.readFileSync(copy), fs.readFileSync(file))
})
await test('a picture for friends: others go on seeing the public one', async () => {
  const image = async (kith, who = olga) => (await call(kith.sbot.people.get, who.id)).image
  await olga.run('profile', '--image', picture)
  const open = await image(olga)
  for (const kith of [fred, stan]) await until('the public one', async () => await image(kith) === open)
  await fails(olga, 2, 'usage', 'profile', '--friends')
  await fails(olga, 2, 'usage', 'profile', '--name', 'Olga', '--image', photo, '--friends')
  const key = await said(olga, 'profile', '--image', photo, '--friends')
  const sealed = await image(olga)
  assert.match(sealed, /^&[^?]{51}\?unbox=.{44}\.boxs$/)
  for (const kith of [fred, fran]) await until('the new one', async () => await image(kith) === sealed)
  await until('the bytes', () => has(stan, key))
  assert.equal(await image(stan), open)
  const copy = path.join(newHome('copy'), 'picture')
  await fred.run('blob', 'get', '--wait', sealed, '--output', copy)
  assert.deepEqual(fs.readFileSync(copy), fs.readFileSync(photo))
})
await test('the refused one and the stranger keep all bytes, and nothing of it can be found', async () => {
  const { sequence } = await call(olga.sbot.status)
  for (const kith of [rita, stan]) {
    await until('the whole feed', async () => (await call(kith.sbot.getVectorClock))[olga.id] >= sequence, 60e3)
    const blob = (await call(fred.sbot.summary, withFiles)).value.content.mentions[0].link
    await kith.run('blob', 'get', '--wait', blob, '--output', path.join(newHome('copy'), 'sealed'))
    assert.deepEqual((await kith.json('wall', olga.id)).filter(l => l.value.content.type === 'post'), [])
    assert.deepEqual(await collect(kith.sbot.messagesByType({ type: 'post', private: true })), [])
    assert.deepEqual(await call(kith.sbot.circles.list, {}), [])
    assert.equal(holdsAny(kith.home, secrets), undefined)
  }
  const all = Buffer.concat(traffic).toString('latin1')
  assert(all.length > 1e6, `${all.length} bytes of traffic`)
  for (const s of secrets) assert(!all.includes(s), s)
  assert(holdsAny(olga.home, secrets) === undefined, 'not even at home is a post kept in plain')
})
const readers = async (kith, of) => (await call(kith.sbot.circles.readers, of)).people.map(p => p.name + (p.left ? ', left' : '')).sort()
await test('who is excluded reads nothing newer, and everything older', async () => {
  const before = (await call(olga.sbot.circles.list, {})).find(c => c.kind === 'friends').epoch
  await olga.run('unfollow', fran.id)
  await until('a new epoch', async () => (await circle(olga, friends)).epoch === before + 1)
  assert.deepEqual((await circle(olga, friends)).members.map(m => m.name).sort(), ['Fred', 'Olga'])
  const after = await said(olga, 'post', 'without Fran ' + word())
  await until('the post at Fred', () => reads(fred, olga, 'without Fran ' + secrets.at(-1)))
  await until('its bytes at Fran', () => has(fran, after))
  assert(!await reads(fran, olga, 'without Fran ' + secrets.at(-1)))
  assert((await keys(fran, 'wall', olga.id, '--limit', '0')).includes(first))
  assert.equal(holdsAny(fran.home, secrets.slice(-1)), undefined)
  assert.deepEqual(await readers(olga, first), ['Fran, left', 'Fred', 'Olga'])
  assert.deepEqual(await readers(olga, after), ['Fred', 'Olga'])
  const comment = await said(fred, 'reply', after, 'she is gone ' + word())
  await until('a comment in the new epoch', async () => (await keys(olga, 'thread', after)).includes(comment))
  await until('its bytes', () => has(fran, comment))
  assert.equal(holdsAny(fran.home, secrets.slice(-1)), undefined)
})
await test('who becomes a friend reads the history, or what comes from now on', async () => {
  const text = 'before she came back ' + word()
  await said(olga, 'post', text)
  await olga.run('follow', fran.id)
  await until('what was said meanwhile', () => reads(fran, olga, text))
  await olga.run('circle', 'history', 'friends', 'now')
  const older = await said(olga, 'post', 'before Stan came ' + word())
  await befriend(olga, stan)
  const newer = 'with Stan ' + word()
  await until('Stan in the circle', async () => (await circle(olga, friends)).members.some(m => m.name === 'Stan'))
  await said(olga, 'post', newer)
  await until('what comes from now on', () => reads(stan, olga, newer))
  assert(await has(stan, older))
  assert.deepEqual(await readers(olga, older), ['Fran', 'Fred', 'Olga'])
  assert.deepEqual(await texts(stan, 'wall', olga.id, '--limit', '0'), [newer])
})
await test('a named circle, whose members do not learn of each other', async () => {
  const [family] = await olga.json('circle', 'create', 'Family')
  await olga.run('circle', 'add', 'Family', fred.id, fran.id)
  await said(olga, 'post', '--to', 'Family', 'for the family ' + word())
  for (const kith of [fred, fran]) await until('the post', () => reads(kith, olga, 'for the family ' + secrets.at(-1)))
  assert(!await reads(stan, olga, 'for the family ' + secrets.at(-1)))
  const seen = await circle(fred, family.id)
  assert.deepEqual([seen.name, seen.role, seen.members], ['Family', 'member', undefined])
  const { hidden, people } = await call(fred.sbot.circles.readers, family.id)
  assert(hidden && people.length === 1 && people[0].id === olga.id)
  assert.equal((await call(olga.sbot.circles.readers, family.id)).people.find(p => p.id === fred.id).reads, 'yes')
  await olga.run('circle', 'exclude', 'Family', fran.id)
  await said(olga, 'post', '--to', 'Family', 'only Fred ' + word())
  await until('the post', () => reads(fred, olga, 'only Fred ' + secrets.at(-1)))
  assert(!await reads(fran, olga, 'only Fred ' + secrets.at(-1)))
  await fred.run('circle', 'leave', 'Family')
  await until('he has left', async () => (await circle(olga, family.id)).members.length === 1)
  await fails(fred, 1, 'denied', 'post', '--to', family.id, 'after he left')
})
await test('a group: invite, accept, refuse, write, exclude, leave', async () => {
  const [choir] = await olga.json('circle', 'create', '--group', 'Choir')
  await olga.run('circle', 'add', choir.id, fred.id, fran.id, stan.id)
  for (const kith of [fred, fran, stan]) {
    await until('the invitation', async () => (await circle(kith, choir.id))?.role === 'invited')
    await until('the notice', async () => (await kith.json('notices')).some(n => n.why === 'circle'))
  }
  await fails(fred, 1, 'denied', 'post', '--to', 'Choir', 'not yet')
  await fred.run('circle', 'accept', 'Choir')
  await fran.run('circle', 'accept', 'Choir')
  await stan.run('circle', 'refuse', 'Choir')
  for (const kith of [olga, fred, fran]) {
    await until('the members', async () => {
      const c = await circle(kith, choir.id)
      return c.members.length === 3 && c.invited.length === 0
    })
  }
  const song = await said(fred, 'post', '--to', 'Choir', 'la la ' + word())
  for (const kith of [olga, fran]) {
    await until('the song', async () => (await collect(kith.sbot.circle({ id: choir.id }))).some(m => m.key === song))
    assert(!(await keys(kith, 'wall', fred.id)).includes(song), 'on the group\'s wall alone')
    assert((await keys(kith, 'feed')).includes(song))
  }
  assert.equal(holdsAny(stan.home, secrets.slice(-1)), undefined, 'who refused gets no newer key')
  await fails(fred, 1, 'denied', 'circle', 'exclude', 'Choir', fran.id)
  await olga.run('circle', 'keeper', 'Choir', fred.id)
  await until('a keeper', async () => (await circle(fred, choir.id)).role === 'keeper')
  await fred.run('circle', 'exclude', 'Choir', fran.id)
  for (const kith of [olga, fred]) await until('she is out', async () => (await circle(kith, choir.id)).members.length === 2)
  const next = await said(olga, 'post', '--to', 'Choir', 'la la without Fran ' + word())
  await until('the song', async () => (await collect(fred.sbot.circle({ id: choir.id }))).some(m => m.key === next))
  await until('its bytes', () => has(fran, next))
  for (const kith of [olga, fred]) {
    assert.deepEqual(await readers(kith, song), ['Fran, left', 'Fred', 'Olga'])
    assert.deepEqual(await readers(kith, next), ['Fred', 'Olga'])
  }
  assert.equal(holdsAny(fran.home, secrets.slice(-1)), undefined)
  assert(!(await collect(fran.sbot.circle({ id: choir.id }))).some(m => m.key === next))
  await fred.run('circle', 'leave', 'Choir')
  await until('he is out', async () => (await circle(olga, choir.id)).members.length === 1)
})
await test('killed while keys are handed over, it goes on where it was', async () => {
  const others = await Promise.all(Array.from({ length: 40 }, () => call(olga.sbot.whoami).then(() => ssbKeys.generate())))
  const [many] = await olga.json('circle', 'create', 'Many')
  const adding = call(olga.sbot.circles.add, many.id, [fred.id, ...others.map(k => k.id)]).catch(() => {})
  olga.daemon.kill('SIGKILL')
  await adding
  await olga.daemon.ended
  await olga.serve()
  olga.sbot = await open(olga)
  await call(olga.sbot.circles.add, many.id, [fred.id, ...others.map(k => k.id)])
  await meet(fred, olga)
  await said(olga, 'post', '--to', many.id, 'after the crash ' + word())
  await until('the post', () => reads(fred, olga, 'after the crash ' + secrets.at(-1)))
  assert.equal((await circle(olga, many.id)).members.length, 42)
  await olga.run('circle', 'exclude', many.id, ...others.map(k => k.id))
  await said(olga, 'post', '--to', many.id, 'a small circle again ' + word())
  await until('the post', () => reads(fred, olga, 'a small circle again ' + secrets.at(-1)))
  assert.equal((await circle(olga, many.id)).members.length, 2)
})

for (const kith of [olga, fred, fran, rita, stan]) await kith.stop()
await done()
