// SPDX-License-Identifier: MIT
// befriend.mjs: what friends and strangers say to each other by packets beside their feeds: by which roads they like to be
// reached, who asks whom for friendship and what becomes of it.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { spawnSync } from 'node:child_process'
import { done, freePort, newHome, root, skip, sleep, test, until } from './lab.mjs'
import { equal, exported, files, follow, friends, hash, HASH, holds, photo, seedOf } from './roads_lab.mjs'
import { changesMidway } from './changes_midway.mjs'
import { findsWhatIsPlanted, found, plainStrings } from './plain_strings.mjs'
import { open, part, person, seal, u } from '../vectors/packet/envelope.mjs'

const requests = async kith => (await kith.json('friends', '--requests')).filter(p => p.request)
const state = async (kith, other) => JSON.parse(await kith.run('outbox', '--json')).find(r => r.id === other.id)?.state
const isFriend = async (kith, other) => (await kith.json('friends')).some(p => p.id === other.id)

await test('friends who meet live learn each other\'s roads, and use them afterwards', async () => {
  const stick = newHome('stick')
  const [a, b, relay] = await friends('anna', 'ben', 'rita')
  const port = await freePort()
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  for (const k of [a, b]) await k.serve('--no-web')
  await a.run('road', 'listen', 'pigeon:loft 7;roof')
  const inbox = (await a.run('road', 'listen', `http://127.0.0.1:${port}/inbox`)).trim()
  await a.run('road', 'listen', `exec:${stick}/secret-program`)
  await b.run('road', 'listen', `dir:${stick}`)
  await a.run('follow', b.id)
  await b.run('connect', a.address)
  await until('a link', async () => (await b.run('peers')).includes('connected'))
  assert(!(await b.run('road')).includes('pigeon'), 'told before they were friends')
  await b.run('follow', a.id)
  const theirs = await until('the roads of anna', async () => (await b.json('road'))[0]?.people.find(p => p.id === a.id))
  assert.deepEqual(theirs.profile, { name: 'anna', roads: [inbox, 'pigeon:loft 7;roof'] }) // in her order, without her program
  assert.deepEqual(theirs.theirs, [inbox])
  assert.match(await b.run('road'), /pigeon:loft 7;roof {2}\(they say so; not used from here\)/)
  await until('the roads of ben', async () => (await a.json('road'))[0]?.people.find(p => p.profile?.roads[0] === `dir:${stick}`))
  // A folder that somebody else names is not written to, unless we look there ourselves.
  assert.deepEqual((await a.json('road'))[0].people[0].theirs, [])
  await b.run('connect', '--forget', a.address)
  await b.run('disconnect', a.id)
  await b.run('post', '--public', 'by the inbox that you named')
  await equal('it came without a link', a, b)
  assert(!(await a.run('peers')).includes('connected'))
  await a.run('road', 'listen', `dir:${stick}`)
  assert.deepEqual((await a.json('road'))[0].people[0].theirs, [`dir:${stick}`])
  await a.run('post', '--public', 'by the folder that we share')
  await equal('the answer by another road', a, b)
  // What changes is told by packet, and survives a restart.
  await a.run('road', 'deafen', 'pigeon:loft 7;roof')
  const first = async () => (await b.json('road'))[0].people.find(p => p.id === a.id).profile.roads
  await until('the change', async () => (await first()).length === 2)
  assert.equal((await first())[0], `dir:${stick}`)
  await b.stop()
  await b.serve('--no-web')
  assert.deepEqual(await first(), [`dir:${stick}`, inbox])
  for (const k of [a, b, relay]) assert.equal(await k.stop(), 0)
})

const stored = async (kith, other) => {
  const to = JSON.parse(await kith.run('outbox', '--json')).find(r => r.id === other.id)
  return to?.packets.length > 0 && to.packets.every(p => p.state === 'stored')
}

// Anna has Ben's id and one road that leads to him, and Ben has nothing of her: all that she tells him about herself comes by
// that road, and his answer by the one that she named. Then walls, comments and a photo of 3 MB. Three times what one of them
// sent lies there while the other is absent: `road.folders` (those of whoever carries it) are then searched for every string
// of the conversation: nothing is found but the addresses of the road, which have to be.
async function become (a, b, toBen, road) {
  const cleo = (await friends('cleopatra lavendel'))[0]
  const texts = ['anna quittenbaum', 'ben tulpenthal', 'cleopatra lavendel', 'Anna, from the choir', 'before canary-3301', 'hello canary-3302', 'lovely canary-3303', 'on your wall canary-3304']
  const file = photo(9)
  const ids = [hash(file)]
  const search = what => {
    const strings = plainStrings({ people: [a, b, cleo], texts, photos: [file], ids, roads: road.secret })
    const all = found(road.folders, strings, road.addresses)
    assert.deepEqual(all.filter(s => !road.addresses.includes(s)), [], what)
    assert(!road.addresses.length || all.length, `${what}: not even an address was found`)
  }
  ids.push((await a.run('post', '--public', 'before canary-3301')).match(HASH)[0])
  await b.stop()
  await a.run('follow', '--road', toBen, '--text', 'Anna, from the choir', '--referrer', cleo.id, b.id)
  await until('the request lies there', () => stored(a, b))
  search('the request')
  await b.serve('--no-web')
  const [request] = await until('the request', async () => { const r = await requests(b); return r[0]?.name && r[0].followsMe && r })
  assert.equal(request.id, a.id)
  assert.equal(request.name, 'anna quittenbaum')
  assert.equal(request.request.text, 'Anna, from the choir')
  assert.equal(request.request.referrer.id, cleo.id)
  assert.match(await b.run('friends', '--requests'), /follows you {2}anna quittenbaum\n {4}Anna, from the choir\n {4}told of you by /)
  const [notice] = await until('a notice of it', async () => { const list = await b.json('notices'); return list.length && list })
  assert.equal(notice.why, 'request')
  assert.equal(notice.request.text, 'Anna, from the choir')
  assert.equal(await state(a, b), 'asked')
  assert.equal((await exported(b)).filter(m => m.value.author === a.id && m.value.content.type === 'post').length, 0, 'more than the question was sent')
  await b.run('follow', a.id)
  await until('friends', async () => await isFriend(a, b) && await isFriend(b, a), 90e3)
  assert.equal((await requests(b)).length, 0)
  await equal('what was said before', a, b)
  await b.stop()
  const post = (await a.run('post', '--public', '--file', file, 'hello canary-3302')).match(HASH)[0]
  ids.push(post)
  await until('the post lies there', async () => (await a.run('outbox', post)).includes(`${b.id}  stored`) && stored(a, b))
  search('the post')
  await b.serve('--no-web')
  await equal('the post', a, b)
  await until('the photo', () => holds(b, hash(file)), 90e3)
  await a.stop()
  ids.push((await b.run('reply', post, 'lovely canary-3303')).match(HASH)[0])
  const last = (await b.run('post', '--public', '--wall', a.id, 'on your wall canary-3304')).match(HASH)[0]
  ids.push(last)
  await until('the answer lies there', async () => (await b.run('outbox', last)).includes(`${a.id}  stored`) && stored(b, a))
  search('the answer')
  await a.serve('--no-web')
  await equal('the answer', a, b)
  assert.equal((await a.json('thread', post)).length, 2)
  assert.equal((await b.json('wall', a.id)).filter(m => m.value.content.text.startsWith('before')).length, 1)
  for (const k of [a, b]) assert(!(await k.run('peers')).includes('connected'), 'a live link')
}

await test('a string that is planted is found in every encoding, and nothing in noise', () => findsWhatIsPlanted(newHome('planted')))

await test('strangers become friends by a folder alone', async () => {
  const stick = newHome('stick')
  const [a, b] = await friends('anna quittenbaum', 'ben tulpenthal')
  for (const k of [a, b]) await k.serve('--no-web')
  for (const k of [a, b]) await k.run('road', 'listen', `dir:${stick}`)
  // Allowed: nothing. A folder has no address, and the names in it are random.
  await become(a, b, `dir:${stick}`, { folders: [stick], secret: [stick], addresses: [] })
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('by HTTP alone', async () => {
  const [a, b, relay] = await friends('anna quittenbaum', 'ben tulpenthal', 'rita')
  const port = await freePort()
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  for (const k of [a, b]) await k.serve('--no-web')
  const inbox = async k => (await k.run('road', 'listen', `http://127.0.0.1:${port}/inbox`)).trim()
  const [atA, atB] = [await inbox(a), await inbox(b)]
  // Allowed: the names of the inboxes, of which it has a folder each; a name is a key that stands for nothing else.
  const road = { folders: [path.join(relay.home, 'inbox')], secret: [`127.0.0.1:${port}`], addresses: [path.basename(atA), path.basename(atB)] }
  await become(a, b, atB, road)
  for (const k of [a, b, relay]) assert.equal(await k.stop(), 0)
})

const has = program => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${program}`]).status === 0
const mail = process.getuid() === 0 && has('postfix') && has('dovecot')
if (!mail) {
  skip('by e-mail alone', 'Postfix and Dovecot can be started by root alone, where they are installed')
} else {
  await test('by e-mail alone', async () => {
    const dir = newHome('mail')
    const port = 20000 + Math.floor(Math.random() * 1500) * 8
    const server = verb => spawnSync('bash', [path.join(root, 'tests/interop/mailserver.sh'), verb, dir, String(port)], { stdio: 'ignore' })
    assert.equal(server('start').status, 0)
    try {
      const [a, b] = await friends('anna quittenbaum', 'ben tulpenthal')
      for (const [k, who] of [[a, 'anna@a.test'], [b, 'ben@b.test']]) {
        const s = { smtp: `smtp://localhost:${port}`, imap: `imaps://localhost:${port + 1}`, user: who, from: who, password: 'secret', ca: `${dir}/cert.pem`, every: '1' }
        fs.writeFileSync(path.join(k.home, 'roads.conf'), Object.entries(s).map(([n, v]) => `mailto.${n} = ${v}\n`).join(''), { mode: 0o600 })
        await k.serve('--no-web')
        await k.run('road', 'listen', `mailto:${who}`)
      }
      // Mailboxes with the folder .kith, indexes, queue, logs: all that the server has. Allowed: the mail addresses.
      await become(a, b, 'mailto:ben@b.test', { folders: [dir], secret: [], addresses: ['anna@a.test', 'ben@b.test'] })
      for (const k of [a, b]) assert.equal(await k.stop(), 0)
    } finally {
      server('stop')
    }
  })
}

if (!mail) {
  skip('a mixture that changes midway', 'Postfix and Dovecot can be started by root alone, where they are installed')
} else {
  await test('a mixture that changes midway: HTTP, a folder, mail, while a photo of 3 MB is on its way', async () => {
    const dir = newHome('mail')
    const port = 20000 + Math.floor(Math.random() * 1500) * 8
    const server = verb => spawnSync('bash', [path.join(root, 'tests/interop/mailserver.sh'), verb, dir, String(port)], { stdio: 'ignore' })
    assert.equal(server('start').status, 0)
    try {
      await changesMidway(dir, port)
    } finally {
      server('stop')
    }
  })
}

await test('an invite by plain mail, to somebody who has no kith yet', async () => {
  const dir = newHome('mail')
  const port = 20000 + Math.floor(Math.random() * 1500) * 8
  const [a] = await friends('anna ällchen')
  await assert.rejects(a.run('invite', 'mail', '--print', 'ben@b.test'), /kith road listen/)
  const stick = newHome('stick')
  await a.run('road', 'listen', `dir:${stick}`)
  const printed = await a.run('invite', 'mail', '--print', 'ben@b.test')
  assert.match(printed, /^Hello,\n\nanna ällchen invites you to kith/)
  await assert.rejects(a.run('invite', 'mail', 'ben@b.test'), /mailto.from is not in roads.conf/)
  let code = printed.match(/kith1i\S+/)[0]
  const { roads } = JSON.parse(Buffer.from(code.slice(6), 'base64url')).profile
  assert.deepEqual(roads, [`dir:${stick}`])
  // A link to a page only where that could go where the invite leads.
  assert(!(await a.run('invite', 'mail', '--print', '--page', 'https://kith.example', 'ben@b.test')).includes('/#/i/'))
  const [d] = await friends('dora')
  await d.run('road', 'listen', 'http://127.0.0.1:9/inbox')
  assert(!(await d.run('invite', 'mail', '--print', 'ben@b.test')).includes('/#/i/'))
  for (const page of ['https://kith.example', 'https://kith.example/']) {
    const linked = await d.run('invite', 'mail', '--print', '--page', page, 'ben@b.test')
    const [, at, invite] = linked.match(/^To accept it in a browser, with nothing to install, open\n\n {4}(\S+)\/#\/i\/(kith1i[\w-]+)\n\n/m)
    assert.equal(at, 'https://kith.example')
    assert(linked.includes(`kith invite use ${invite}\n`))
  }
  for (const page of ['kith.example', 'https://kith.example/#x', 'https://kith.example/ <b>', 'javascript:alert(1)']) await assert.rejects(d.run('invite', 'mail', '--print', '--page', page, 'ben@b.test'), /a page looks like https/)
  if (mail) {
    const server = verb => spawnSync('bash', [path.join(root, 'tests/interop/mailserver.sh'), verb, dir, String(port)], { stdio: 'ignore' })
    assert.equal(server('start').status, 0)
    try {
      fs.writeFileSync(path.join(a.home, 'roads.conf'), `mailto.smtp = smtp://localhost:${port}\nmailto.user = anna@a.test\nmailto.from = anna@a.test\nmailto.password = secret\nmailto.ca = ${dir}/cert.pem\ninvite.page = https://kith.example/\n`)
      await assert.rejects(a.run('invite', 'mail', 'ben@b.test\r\nBcc: x@b.test'), /no mail address/)
      const inbox = (await a.run('road', 'listen', 'http://127.0.0.1:9/inbox')).trim()
      await a.run('road', 'listen', `dir:${stick}`) // the best last: nobody is at the inbox
      await a.run('invite', 'mail', '--text', 'Do come, Ben. Ä.', 'ben@b.test')
      await a.run('road', 'deafen', inbox)
      const box = path.join(dir, 'mail/ben@b.test/new')
      const [name] = await until('the mail', () => files(box).length && files(box))
      const text = fs.readFileSync(path.join(box, name), 'latin1')
      const at = text.search(/\r?\n\r?\n/)
      const head = text.slice(0, at)
      const body = Buffer.from(text.slice(at).replace(/=\r?\n/g, '').replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16))), 'latin1').toString()
      assert.match(head, /^Subject: An invitation to kith/m)
      assert.match(text, /^Content-Type: text\/plain; charset=utf-8/mi)
      assert.match(body, /anna ällchen invites you.*Do come, Ben\. Ä\..*kith road listen mailto:ben@b\.test/s)
      assert(!text.includes('secret = ') && !text.includes(seedOf(a).toString('base64')))
      code = body.match(/kith invite use (kith1i\S+)/)[1]
      const link = body.match(/^ {4}(https:\S+)$/m)[1] // whole, in a line of its own: a program for mail makes it clickable
      assert.equal(link, `https://kith.example/#/i/${code}`)
      code = link
    } finally {
      server('stop')
    }
  }
  const [b, c] = await friends('ben', 'cleo')
  for (const k of [a, b, c]) await k.serve('--no-web')
  for (const k of [b, c]) await k.run('road', 'listen', `dir:${stick}`)
  await assert.rejects(b.run('invite', 'use', 'kith1iAAAA'), /no invite/)
  await b.run('invite', 'use', code)
  await until('friends, and nobody had to say yes', async () => await isFriend(a, b) && await isFriend(b, a), 90e3)
  await equal('their walls', a, b)
  await c.run('invite', 'use', code)
  const [request] = await until('the second who uses it waits', async () => { const r = await requests(a); return r.length && r })
  assert.equal(request.id, c.id)
  for (const k of [a, b, c]) assert.equal(await k.stop(), 0)
})

await test('read: told if the reader allows it, by packet and by a link', async () => {
  const stick = newHome('stick')
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  for (const k of [a, b]) await k.serve('--no-web')
  await a.run('road', 'add', b.id, `dir:${stick}`)
  await b.run('road', 'add', a.id, `dir:${stick}`)
  const write = async text => (await a.run('post', '--public', text)).match(HASH)[0]
  const [one, two, three] = [await write('one'), await write('two'), await write('three')]
  await equal('the posts', a, b)
  assert.equal((await b.run('outbox', 'receipts')).trim(), 'no')
  await b.run('outbox', 'read', one) // says nothing: it is not allowed
  await b.run('outbox', 'receipts', 'yes')
  await b.run('outbox', 'read', two)
  const reads = async (post, state) => (await a.run('outbox', post)).includes(`${b.id}  ${state}`)
  await until('two was read', () => reads(two, 'read'), 90e3)
  assert(await reads(one, 'received') && await reads(three, 'received'))
  await b.run('connect', a.address)
  await until('a link', async () => (await b.run('peers')).includes('connected'))
  await b.run('outbox', 'read', three)
  await until('three was read', () => reads(three, 'read'))
  await a.stop()
  await a.serve('--no-web')
  assert(await reads(two, 'read') && await reads(three, 'read') && await reads(one, 'received'))
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('both ask, neither knows; and one who only gave a road and followed', async () => {
  const stick = newHome('stick')
  const [a, b, c] = await friends('anna', 'ben', 'cleo')
  for (const k of [a, b, c]) await k.serve('--no-web')
  await a.run('follow', '--road', `dir:${stick}`, '--text', 'me first', b.id)
  await b.run('follow', '--road', `dir:${stick}`, '--text', 'no, me', a.id)
  await equal('walls', a, b)
  for (const k of [a, b]) assert.equal((await requests(k)).length, 0)
  await c.run('follow', a.id)
  await c.run('road', 'add', a.id, `dir:${stick}`)
  await c.run('road', 'listen', `dir:${stick}`)
  const [request] = await until('a request without words', async () => { const r = await requests(a); return r[0]?.request.roads && r[0].name && r })
  assert.deepEqual([request.id, request.name, request.request.text, request.request.roads], [c.id, 'cleo', '', [`dir:${stick}`]])
  await a.run('road', 'listen', `dir:${stick}`)
  await a.run('follow', c.id)
  await until('friends', async () => await isFriend(a, c) && await isFriend(c, a))
  await equal('their walls', a, c)
  for (const k of [a, b, c]) assert.equal(await k.stop(), 0)
})

await test('posts of guests on a wall, by people whose feeds the reader does not keep', async () => {
  const stick = newHome('stick')
  const [a, b, x, y] = await friends('anna', 'ben', 'xaver', 'yola')
  await follow(a, b)
  await follow(a, x)
  await y.run('follow', a.id)
  await a.serve('--no-web')
  await b.serve('--no-web', '--hops', '1') // anna, and nobody whom she follows
  for (const k of [x, y]) await k.serve('--no-web')
  for (const k of [b, x, y]) {
    await k.run('road', 'add', a.id, `dir:${stick}`)
    await a.run('road', 'add', k.id, `dir:${stick}`)
  }
  const onWall = async (kith, text) => (await kith.json('wall', a.id)).filter(m => m.value.content.text === text).length
  await x.run('post', '--public', '--wall', a.id, 'xaver was here')
  await until('it stands on the wall at ben', () => onWall(b, 'xaver was here'), 90e3)
  assert.equal((await exported(b)).filter(m => m.value.author === x.id).length, 0, 'the feed is not kept')
  await y.run('post', '--public', '--wall', a.id, 'and yola')
  const waiting = await until('it waits at anna', async () => (await a.json('wall', '--waiting')).find(m => m.value.content.text === 'and yola'), 90e3)
  await a.run('post', '--public', 'a marker')
  await until('the marker', () => onWall(b, 'a marker'), 90e3)
  assert.equal((await b.json('wall', a.id, '--waiting')).filter(m => m.value.content.text === 'and yola').length, 0, 'passed on before anna said yes')
  await b.stop()
  await a.run('accept', waiting.key)
  await a.run('outbox', 'again', b.id)
  await b.serve('--no-web', '--hops', '1')
  await until('it stands there, too', () => onWall(b, 'and yola'), 90e3)
  for (const text of ['xaver was here', 'and yola']) assert.equal(await onWall(b, text), 1)
  await a.run('remove', waiting.key)
  await until('it is taken down', async () => !(await onWall(b, 'and yola')), 90e3)
  // What nobody may bring: a post on the wall of somebody else, whose owner says nothing of it; text that was altered.
  const to = Buffer.from(b.id.slice(1, 45), 'base64')
  const [post] = (await x.json('wall', a.id)).filter(m => m.value.content.text === 'xaver was here')
  const forged = { ...post.value, content: { ...post.value.content, text: 'xaver was never here' } }
  fs.writeFileSync(path.join(b.home, 'temp'), seal({
    created: Date.now(), expires: Date.now() + 86400e3, id: crypto.randomBytes(16), flags: 0, content: part(3, Buffer.from(JSON.stringify(forged)))
  }, person(seedOf(a)), [to], crypto.randomBytes))
  fs.renameSync(path.join(b.home, 'temp'), path.join(b.home, 'inpackets/road-forged'))
  await until('it was read', () => !files(path.join(b.home, 'inpackets')).includes('road-forged'))
  await a.run('post', '--public', 'the end')
  await until('the end', () => onWall(b, 'the end'), 90e3)
  assert.equal(await onWall(b, 'xaver was never here'), 0)
  for (const k of [a, b, x, y]) assert.equal(await k.stop(), 0)
})

await test('refused, with a word and without; blocked; a crowd of strangers', async () => {
  const stick = newHome('stick')
  const [a, b, c, d] = await friends('anna', 'ben', 'cleo', 'dan')
  for (const k of [a, b, c, d]) await k.serve('--no-web')
  for (const k of [a, b, c, d]) await k.run('road', 'listen', `dir:${stick}`)
  for (const k of [b, c, d]) await k.run('follow', '--road', `dir:${stick}`, '--text', `I am ${k.id}`, a.id)
  await until('three requests', async () => (await requests(a)).length === 3)
  await a.run('refuse', '--tell', b.id)
  await a.run('refuse', c.id)
  await a.run('block', d.id)
  assert.equal((await requests(a)).length, 0)
  await until('ben is told', async () => await state(b, a) === 'refused')
  assert.equal(await state(c, a), 'asked')
  for (const k of [c, d]) { // once more, as after ten minutes: nothing comes of it
    await k.run('outbox', 'again', a.id)
    await until('it was taken away', async () => (await state(k, a)) === 'asked' && files(path.join(k.home, 'outpackets')).length === 0 && files(stick).length === 0)
  }
  assert.equal((await requests(a)).length, 0)
  assert.equal(await state(b, a), 'refused')
  assert(!(await isFriend(a, b)) && files(stick).length === 0)
  // A hundred may wait, from anybody who has a key; one message each says who they are.
  const to = Buffer.from(a.id.slice(1, 45), 'base64')
  const ask = (who, text) => seal({
    created: Date.now(), expires: Date.now() + 86400e3, id: crypto.randomBytes(16), flags: 1,
    content: Buffer.concat([part(6, Buffer.concat([Buffer.from([1]), Buffer.alloc(48), Buffer.from(text)])), part(3, Buffer.from('{"author":"x"}'))])
  }, who, [to], crypto.randomBytes)
  const inbox = path.join(a.home, 'inpackets')
  const crowd = Array.from({ length: 120 }, () => person(crypto.randomBytes(32)))
  crowd.forEach((who, i) => {
    fs.writeFileSync(path.join(a.home, 'temp'), ask(who, `number ${i}`))
    fs.renameSync(path.join(a.home, 'temp'), path.join(inbox, `road-${i}`))
  })
  await until('all are read', () => files(inbox).filter(f => f.startsWith('road-')).length === 0)
  assert.equal((await requests(a)).length, 100)
  assert.equal(files(path.join(inbox, 'refused')).length >= 20, true)
  assert.equal((await exported(a)).filter(m => ![a, b, c, d].some(k => k.id === m.value.author)).length, 0)
  const before = fs.readFileSync(path.join(a.home, 'serve.log'), 'utf8')
  assert.match(before, /request\.refused from=@\S+ why="too many requests wait"/)
  // One of them who goes on asking: the fifth within an hour is the last that is written down.
  const [{ id }] = await requests(a)
  const eager = crowd.find(who => id === `@${who.pub.toString('base64')}.ed25519`)
  for (let i = 2; i < 9; i++) {
    fs.writeFileSync(path.join(a.home, 'temp'), ask(eager, `time ${i}`))
    fs.renameSync(path.join(a.home, 'temp'), path.join(inbox, `road-again-${i}`))
    await until('it is read', () => !files(inbox).includes(`road-again-${i}`))
  }
  assert.equal((await requests(a)).find(p => p.id === id).request.text, 'time 5')
  await a.run('refuse', (await requests(a))[0].id)
  assert.equal((await requests(a)).length, 99)
  for (const k of [a, b, c, d]) assert.equal(await k.stop(), 0)
})

await done()
