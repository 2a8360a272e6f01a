// SPDX-License-Identifier: MIT
// kith among people: names, private things that stay private, walls, pictures, forgetting, moving house,
// restored copies, a quota.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { Kith, test, done, until, newHome } from './lab.mjs'
import { MESSAGE, nothing, tried, fails, lines, said, keys, texts, holds, picture } from './cli_lab.mjs'

// ---- people ----

const anna = await (await new Kith().init('--name', 'Anna')).serve()
const ben = await new Kith().init('--name', 'Ben')
const relay = await new Kith().init('--name', 'Relay')
await ben.serve()
await relay.serve()
const marker = crypto.randomBytes(24).toString('hex')
const secretFile = path.join(newHome('secret'), 'diary.txt')
fs.writeFileSync(secretFile, `dear diary, ${marker} `.repeat(50))
let sent

await test('invite create and use: friends at once', async () => {
  const [{ invite, uses }] = await relay.json('invite', 'create', '--uses', '2')
  assert.equal(uses, 2)
  await anna.run('invite', 'use', invite)
  await ben.run('invite', 'use', invite)
  await until('the relay to follow both', async () => (await relay.json('friends', '--follows')).length === 2)
  await anna.run('follow', ben.id)
  await ben.run('follow', anna.id)
  await until('names', async () => (await anna.json('profile', ben.id))[0].name === 'Ben' && (await ben.json('profile', anna.id))[0].name === 'Anna')
  await until('friendship', async () => (await anna.json('friends')).some(p => p.name === 'Ben'))
})
await test('names in place of ids', async () => {
  assert.equal((await anna.json('profile', 'Ben'))[0].id, ben.id)
  assert.equal((await anna.json('profile', '@Ben'))[0].id, ben.id)
  assert(Array.isArray(await anna.json('wall', 'Ben')))
})
await test('a private message with a file goes through a relay that sees nothing of it', async () => {
  sent = await said(anna, 'message', '--file', secretFile, 'Ben', `whisper ${marker}`)
  await until('the message', async () => (await keys(ben, 'inbox')).includes(sent))
  const line = (await ben.json('inbox')).find(l => l.key === sent)
  assert(line.value.content.text.includes(`whisper ${marker}`))
  const file = line.value.content.mentions.find(m => m.name === 'diary.txt')
  const link = `${file.link}?unbox=${file.query.unbox}`
  assert((await ben.run('inbox')).includes(link), 'shown to a person too')
  const copy = path.join(newHome('copy'), 'file')
  await ben.run('blob', 'get', '--wait', link, '--output', copy)
  assert.deepEqual(fs.readFileSync(copy), fs.readFileSync(secretFile))
  await until('the sealed blob at the relay', async () => (await relay.run('blob', 'has', link.slice(0, 52))).trim() === 'true', 10e3).catch(() => {})
  await until('the message at the relay', async () => (await relay.json('status'))[0].messages >= 3)
  await relay.run('get', sent)
  for (const kith of [anna, relay, ben]) {
    for (const plain of [marker, 'whisper', 'dear diary', 'diary.txt']) {
      assert.equal(holds(kith.home, plain), undefined, `${plain} in the home of ${kith === anna ? 'Anna' : kith === ben ? 'Ben' : 'the relay'}`)
    }
  }
})
await test('a reply to it goes to the same people', async () => {
  const reply = await said(ben, 'reply', sent, `murmur ${marker}`)
  await until('the reply', async () => (await keys(anna, 'inbox')).includes(reply))
  assert.deepEqual((await texts(anna, 'thread', sent)).map(t => t.slice(0, 6)), ['whispe', 'murmur'])
  assert.equal(holds(relay.home, 'murmur'), undefined)
})
await test('two people with one name are asked about, never guessed', async () => {
  await relay.run('profile', '--name', 'Ben')
  await until('the second Ben', async () => (await tried(anna, 'profile', 'Ben')).code === 1)
  await fails(anna, 1, 'ambiguous', 'message', 'Ben', 'for whom?')
  const { err } = await tried(anna, 'profile', 'Ben')
  assert(err.includes(ben.id) && err.includes(relay.id))
  await relay.run('profile', '--name', 'Relay')
  await until('one Ben', async () => (await tried(anna, 'profile', 'Ben')).code === 0)
})
await test('a friend\'s picture is there before it is asked for', async () => {
  await ben.run('profile', '--image', picture)
  await until('the picture', async () => {
    const [{ image }] = await anna.json('profile', ben.id)
    return image && (await anna.run('blob', 'has', image)).trim() === 'true'
  })
})
await test('a post on a friend\'s wall stands there at once', async () => {
  const post = await said(ben, 'post', '--public', '--wall', 'Anna', 'happy birthday')
  await until('the post', async () => (await keys(anna, 'wall')).includes(post))
  assert.match(await anna.run('wall'), /Ben on the wall of Anna/)
  assert(!(await keys(ben, 'wall')).includes(post), 'and not on his own')
  await fails(ben, 1, 'denied', 'remove', post)
  await anna.run('remove', post)
  assert(!(await keys(anna, 'wall')).includes(post))
  assert((await keys(anna, 'wall', '--removed')).includes(post))
})
await test('a stranger\'s post waits for the owner\'s word', async () => {
  const stranger = await new Kith().init('--name', 'Stranger')
  const post = await said(stranger, 'post', '--public', '--wall', anna.id, 'buy my things')
  await anna.input(await stranger.run('export'), 'import', '-')
  assert(!(await keys(anna, 'wall')).includes(post))
  assert((await keys(anna, 'wall', '--waiting')).includes(post))
  await anna.run('accept', post)
  assert((await keys(anna, 'wall')).includes(post))
  await anna.run('remove', post)
  assert(!(await keys(anna, 'wall')).includes(post))
  assert(!(await keys(anna, 'wall', '--waiting')).includes(post))
  await fails(anna, 1, 'denied', 'edit', post, 'mine now')
  // Forgetting a person erases every word of theirs from this machine.
  assert(holds(anna.home, 'buy my things'))
  await anna.run('forget', stranger.id)
  await fails(anna, 1, 'not_found', 'get', post)
  await until('the bytes to go', () => !holds(path.join(anna.home, 'store'), 'buy my things'))
  await fails(anna, 1, 'denied', 'forget', anna.id)
})
await test('one forgotten message is gone, the rest stays', async () => {
  const post = await said(ben, 'post', '--public', 'an embarrassing thing')
  const next = await said(ben, 'post', '--public', 'and then')
  await until('it', async () => (await keys(anna, 'wall', 'Ben')).includes(next))
  await anna.run('forget', post)
  const wall = await keys(anna, 'wall', 'Ben')
  assert(!wall.includes(post) && wall.includes(next))
  await until('the bytes to go', () => !holds(path.join(anna.home, 'store'), 'an embarrassing thing'))
})
await test('stop ends the daemon cleanly; what was stored is there', async () => {
  const before = await keys(anna, 'feed')
  await anna.run('stop')
  assert.equal((await anna.daemon.ended).code, 0)
  anna.daemon = null
  assert(!fs.existsSync(path.join(anna.home, 'socket')))
  assert.deepEqual(await keys(anna, 'feed'), before)
})

// ---- moving house ----

await test('export and import carry everything into a new home', async () => {
  const old = await new Kith().init('--name', 'Old')
  for (let i = 0; i < 30; i++) await old.run('post', '--public', 'post ' + i)
  const all = await old.run('export')
  const other = await new Kith().init()
  const [counts] = lines(await other.input(all, 'import', '-', '--json')).map(JSON.parse)
  assert.deepEqual([counts.messages, counts.valid, counts.invalid, counts.stored], [31, 31, 0, 31])
  assert.deepEqual(await texts(other, 'wall', 'Old', '--limit', '0'), await texts(old, 'wall', '--limit', '0'))
  assert.deepEqual(lines(await other.run('export')).map(l => JSON.parse(l).value), lines(all).map(l => JSON.parse(l).value))
})
await test('a key alone in a new home does not write before it knows how far its feed had got', async () => {
  const old = await new Kith().init('--name', 'Eva')
  await old.run('post', '--public', 'one')
  const fresh = new Kith()
  fs.copyFileSync(path.join(old.home, 'secret'), path.join(fresh.home, 'secret'))
  await fails(fresh, 1, 'fork_guard', 'post', '--public', 'a fork of sequence 1')
  await fresh.input(await old.run('export'), 'import', '-')
  await fails(fresh, 1, 'fork_guard', 'post', '--public', 'still unsure')
  await fresh.run('status', '--insist')
  const id = await said(fresh, 'post', '--public', 'sure')
  assert.equal((await fresh.json('get', id))[0].value.sequence, 3)
})
await test('a restored copy waits for a friend, and goes on where the friend says', async () => {
  const copy = new Kith(newHome('copy') + '/home')
  await ben.run('follow', anna.id)
  spawnSync('cp', ['-a', anna.home, copy.home])
  copy.id = anna.id
  // Life goes on in the original, and Ben hears of it.
  await anna.serve()
  await anna.run('connect', ben.address)
  const last = await said(anna, 'post', '--public', 'after the backup')
  await until('it at Ben\'s', async () => (await tried(ben, 'get', last)).code === 0)
  await anna.stop()
  await fails(copy, 1, 'fork_guard', 'post', '--public', 'a fork')
  const [status] = await copy.json('status')
  assert.notEqual(status.publish, 'ok')
  assert.match(await copy.run('status'), /restored copy/)
  await copy.serve()
  await fails(copy, 1, 'fork_guard', 'post', '--public', 'a fork')
  await copy.run('connect', ben.address)
  await until('the lost message', async () => (await tried(copy, 'get', last)).code === 0)
  let mine
  await until('leave to write', async () => { mine = await tried(copy, 'post', '--public', 'on we go'); return mine.code === 0 })
  const [before] = await copy.json('get', last)
  assert.equal((await copy.json('get', mine.out.match(MESSAGE)[0]))[0].value.sequence, before.value.sequence + 1)
  await copy.stop()
  assert.equal((await copy.json('status'))[0].publish, 'ok', 'and is trusted from then on')
})
await test('--insist is the owner\'s word', async () => {
  const original = await new Kith().init('--name', 'Solo')
  await original.run('post', '--public', 'one')
  const copy = new Kith(newHome('copy') + '/home')
  spawnSync('cp', ['-a', original.home, copy.home])
  await fails(copy, 1, 'fork_guard', 'post', '--public', 'a fork')
  await copy.run('status', '--insist')
  await copy.run('post', '--public', 'two')
})
await test('a quota is kept: full is said, what is there stays, reading goes on', async () => {
  const small = await new Kith().init('--name', 'Small')
  await small.serve('--quota', '1')
  let refused
  for (let i = 0; i < 400 && !refused; i++) {
    const answer = await tried(small, 'post', '--public', '--json', 'x'.repeat(7000))
    if (answer.code) refused = { ...answer, i }
  }
  assert(refused, 'no end of 1 MB')
  assert.equal(JSON.parse(refused.out).error.code, 'full')
  assert.equal((await small.json('status'))[0].sequence, refused.i + 1)
  assert.equal((await small.json('wall', '--limit', '0')).length, refused.i)
  await small.stop()
})
for (const kith of [ben, relay]) await kith.stop()
await done()
