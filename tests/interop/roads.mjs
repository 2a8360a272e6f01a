// SPDX-License-Identifier: MIT
// roads.mjs: daemons that never have a live link exchange walls, comments and a photo of 3 MB by a folder alone, by an inbox
// alone, and by a mixture that changes midway. Everything is counted: nothing is lost and nothing is there twice.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { execFileSync } from 'node:child_process'
import { startBroker, stopBroker } from './broker_lab.mjs'
import { done, freePort, newHome, root, sleep, test, until } from './lab.mjs'
import { areEqual, equal, exported, files, follow, friends, hash, holds, photo, seedOf } from './roads_lab.mjs'
import { found, plainStrings } from './plain_strings.mjs'
import { open, part, person, seal, u } from '../vectors/packet/envelope.mjs'

async function converse (a, b, file) {
  const post = (await a.run('post', '--public', '--file', file, 'a tulip canary-7731')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await equal('the post', a, b)
  await b.run('reply', post, 'lovely canary-7732')
  await b.run('post', '--public', '--wall', a.id, 'on your wall canary-7733')
  await equal('the answer', a, b)
  await until('the photo', () => holds(b, hash(file)), 60e3)
  const thread = await a.json('thread', post)
  assert.equal(thread.length, 2)
  assert.equal((await a.json('wall', a.id)).filter(m => m.value.content.text.includes('7733')).length, 1)
  return post
}
async function received (a, b, post) {
  await until('the receipt', async () => (await a.run('outbox', post)).includes(`${b.id}  received`), 60e3)
  await until('an empty outbox', () => files(path.join(a.home, 'outpackets')).length === 0, 60e3)
}

await test('a folder alone', async () => {
  const stick = newHome('stick')
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  for (const k of [a, b]) await k.serve('--no-web')
  await a.run('road', 'add', b.id, `dir:${stick}`)
  await b.run('road', 'add', a.id, `dir:${stick}`)
  const post = await converse(a, b, photo(1))
  await received(a, b, post)
  await received(b, a, (await b.json('wall', a.id))[0].key)
  await until('an empty folder', () => files(stick).length === 0)
  assert.match(await a.run('road'), /dir:/)
  const peers = await a.run('peers')
  assert(!peers.includes('connected'), 'a live link')
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('a stick that is carried, and names that tell nothing', async () => {
  const sticks = [newHome('here'), newHome('there')]
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  for (const [k, other, i] of [[a, b, 0], [b, a, 1]]) {
    await k.run('road', 'add', other.id, `dir:${sticks[i]}`)
    await k.serve('--no-web')
  }
  const file = photo(2, 500000)
  const post = (await a.run('post', '--public', '--file', file, 'canary-8841')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await until('it is stored', async () => (await a.run('outbox', post)).includes('stored  dir: the folder'))
  const carry = (from, to) => { for (const f of files(sticks[from])) fs.renameSync(path.join(sticks[from], f), path.join(sticks[to], f)) }
  for (const f of files(sticks[0])) {
    assert.match(f, /^[0-9a-f]{24}\.kith$/)
  }
  assert.deepEqual(found([sticks[0]], plainStrings({ people: [a, b], texts: ['canary-8841'], photos: [file], ids: [post, hash(file)], roads: sticks })), [])
  // Whoever is there takes what is theirs and leaves what is new for the other.
  for (let n = 0; n < 40; n++) {
    for (const [from, to] of [[0, 1], [1, 0]]) {
      const moved = files(sticks[from])
      carry(from, to)
      await until('it is taken', () => moved.every(f => !files(sticks[to]).includes(f)))
    }
    if ((await a.run('outbox', post)).includes('received') && await holds(b, hash(file)) && await areEqual(a, b)) break
    await sleep(500)
  }
  assert(await areEqual(a, b) && await holds(b, hash(file)) && (await a.run('outbox', post)).includes('received'))
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('an inbox alone, at a third one\'s daemon; nothing but lengths lies there', async () => {
  const [a, b, relay] = await friends('anna', 'ben', 'rita')
  await follow(a, b)
  const port = await freePort()
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  for (const k of [a, b]) await k.serve('--no-web')
  const inbox = async k => (await k.run('road', 'listen', `http://127.0.0.1:${port}/inbox`)).trim()
  const [atA, atB] = [await inbox(a), await inbox(b)]
  assert.match(atA, /\/inbox\/[0-9a-f]{64}$/)
  await a.run('road', 'add', b.id, atB)
  await b.run('road', 'add', a.id, atA)
  await b.stop() // absent, so that we can look at what lies there
  const file = photo(3)
  const early = (await a.run('post', '--public', '--file', file, 'early canary-9951')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await until('it is stored', async () => (await a.run('outbox', early)).includes(`stored  http: 127.0.0.1:${port}`))
  const strings = plainStrings({ people: [a, b, relay], texts: ['early canary-9951'], photos: [file], ids: [early, hash(file)], roads: [`127.0.0.1:${port}`] })
  assert.deepEqual(found([path.join(relay.home, 'inbox')], strings, [path.basename(atB)]), [path.basename(atB)]) // the name of the inbox, which stands for nothing else
  const get = headers => new Promise((resolve, reject) => http.get(atB, { headers }, r => { r.resume(); resolve(r.statusCode) }).on('error', reject))
  assert.equal(await get({}), 401)
  assert.equal(await get({ authorization: `kith ${Date.now()} ${Buffer.alloc(64).toString('base64')}` }), 401)
  const post = (url, body) => new Promise((resolve, reject) => http.request(url, { method: 'POST' }, r => { r.resume(); resolve(r.statusCode) }).on('error', reject).end(body))
  assert.equal(await post(atB, Buffer.from('hello')), 400)
  // A friend's tab comes from another origin.
  const asked = await fetch(atB, { method: 'OPTIONS', headers: { origin: 'https://kith.example', 'access-control-request-method': 'POST' } })
  assert.deepEqual([asked.status, asked.headers.get('access-control-allow-origin')], [204, '*'])
  assert.equal(await post(`http://127.0.0.1:${port}/inbox/../../x`, Buffer.alloc(2000, 1)), 404)
  await b.serve('--no-web')
  await until('the photo', () => holds(b, hash(file)), 60e3)
  await received(a, b, await converse(a, b, photo(4, 200000)))
  for (const k of [a, b, relay]) assert.equal(await k.stop(), 0)
})

await test('an inbox alone, at a broker; nothing but lengths lies there', async () => {
  const broker = await startBroker(['--inbox', 'on'])
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  for (const k of [a, b]) await k.serve('--no-web')
  const [atA, atB] = [(await a.run('road', 'listen', `${broker.url}inbox`)).trim(), (await b.run('road', 'listen', `${broker.url}inbox`)).trim()]
  const there = at => new Promise(resolve => http.request(at, { method: 'POST' }, r => { r.resume(); resolve(r.statusCode !== 404) }).end('a'))
  for (const at of [atA, atB]) await until('it was asked for', () => there(at))
  await a.run('road', 'add', b.id, atB)
  await b.run('road', 'add', a.id, atA)
  const file = photo(7)
  const post = (await a.run('post', '--public', '--file', file, 'early canary-9951')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await until('the photo', () => holds(b, hash(file)), 60e3)
  await until('the receipt', async () => (await a.run('outbox', post)).includes('received'))
  await received(a, b, await converse(a, b, photo(8, 200000)))
  await equal('in the end', a, b)
  assert.equal(await stopBroker(broker, { keep: true }), 0)
  const texts = ['canary-9951', 'canary-7731', 'canary-7732', 'canary-7733']
  // Its own key is written there as a person's is; whose inbox it is, and all else, is not.
  assert.deepEqual(found([broker.folder], plainStrings({ people: [a, b], texts, photos: [file], ids: [post, hash(file)], roads: [broker.url] })), ['.ed25519'])
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('https: a certificate that is refused has its word at both ends; with https.ca what waited is stored and received', async () => {
  const folder = newHome('certificates')
  const certificate = name => {
    execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
      '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', `${folder}/${name}.key`, '-out', `${folder}/${name}.pem`], { stdio: 'ignore' })
    return `${folder}/${name}.pem`
  }
  const [right, wrong] = [certificate('right'), certificate('wrong')]
  const broker = await startBroker(['--inbox', 'on', '--tls-cert', right, '--tls-key', `${folder}/right.key`])
  assert.match(broker.url, /^https:/)
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  const trust = async ca => {
    for (const k of [a, b]) {
      await k.stop()
      fs.writeFileSync(path.join(k.home, 'roads.conf'), `${ca ? `https.ca = ${ca}\n` : ''}https.every = 1\n`)
      await k.serve('--no-web')
    }
  }
  await trust(right)
  const [atA, atB] = [(await a.run('road', 'listen', `${broker.url}inbox`)).trim(), (await b.run('road', 'listen', `${broker.url}inbox`)).trim()]
  for (const [k, at] of [[a, atA], [b, atB]]) await until('it was asked for', async () => (await k.run('status')).includes(`road       ${at}  looked`))
  await a.run('road', 'add', b.id, atB)
  await b.run('road', 'add', a.id, atA)
  const write = async text => (await a.run('post', '--public', text)).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await received(a, b, await write('by a certificate that we know'))
  const waited = []
  for (const ca of [null, wrong, `${folder}/none.pem`]) {
    await trust(ca)
    const post = await write(`with ${ca}`)
    waited.push(post)
    await until('the word in the outbox', async () => /trouble {2}https: .*(certificate|CA)/.test(await a.run('outbox', post)))
    await until('the word in the status', async () => /road {7}https:\S+ {2}trouble: .*(certificate|CA)/.test(await b.run('status')))
  }
  assert.equal((await exported(b)).filter(m => m.value.content.text?.startsWith('with ')).length, 0)
  await trust(right)
  for (const post of waited) await received(a, b, post)
  await equal('nothing lost, nothing twice', a, b)
  assert.equal((await exported(b)).filter(m => m.value.content.text?.startsWith('with ')).length, 3)
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
  assert.equal(await stopBroker(broker), 0)
})

await test('an inbox that is full: the sender is told so, and what waited comes when there is room', async () => {
  const [a, b, relay] = await friends('anna', 'ben', 'rita')
  await follow(a, b)
  const port = await freePort()
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  await a.serve('--no-web')
  const atB = (await b.run('road', 'listen', `http://127.0.0.1:${port}/inbox`)).trim()
  await a.run('road', 'add', b.id, atB)
  await until('what it has to say lies there', async () => (await a.run('outbox', '--json')).includes('"stored"'))
  const bring = async length => (await fetch(atB, { method: 'POST', body: Buffer.alloc(length, 1) })).status
  for (const length of [8 << 20, 1 << 20, 1 << 17, 1 << 14, 2048, 1122]) { // anybody may; 1122: no packet is smaller
    for (let status = 201; status === 201;) assert([201, 507].includes(status = await bring(length)), status)
  }
  const file = photo(12, 200000)
  const post = (await a.run('post', '--public', '--file', file, 'into a full inbox')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await until('it says so', async () => (await a.run('outbox', post)).includes(`${b.id}  trouble  http: the inbox is full`))
  await until('and for ben as a whole', async () => /trouble.*the inbox is full/.test(await a.run('outbox')))
  await b.serve('--no-web') // who takes what is there, and so makes room
  await b.run('road', 'add', a.id, (await a.run('road', 'listen', `http://127.0.0.1:${port}/inbox`)).trim())
  await until('the photo', () => holds(b, hash(file)), 240e3)
  await received(a, b, post)
  await equal('nothing lost, nothing twice', a, b)
  assert.equal((await exported(b)).filter(m => m.value.content.text === 'into a full inbox').length, 1)
  for (const k of [a, b, relay]) assert.equal(await k.stop(), 0)
})

await test('a packet that nobody has fetched for thirty days is taken away, and makes room', async () => {
  const [relay] = await friends('rita')
  const port = await freePort()
  const name = crypto.randomBytes(32).toString('hex')
  const inbox = path.join(relay.home, 'inbox', name)
  const post = async fill => (await fetch(`http://127.0.0.1:${port}/inbox/${name}`, { method: 'POST', body: Buffer.alloc(2000, fill) })).status
  const lies = () => files(inbox).map(file => fs.readFileSync(path.join(inbox, file))[0]).sort()
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  for (const fill of [1, 2, 3]) assert.equal(await post(fill), 201)
  const aged = (fill, days) => {
    const file = path.join(inbox, files(inbox).find(file => fs.readFileSync(path.join(inbox, file))[0] === fill))
    fs.utimesSync(file, new Date(), new Date(Date.now() - days * 86400e3))
  }
  aged(1, 30.01)
  aged(2, 29.9)
  assert.equal(await relay.stop(), 0)
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  assert.equal(await post(0), 400) // it listens
  assert.deepEqual(lies(), [2, 3])
  aged(2, 31)
  aged(3, 3650)
  assert.equal(await relay.stop(), 0)
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  assert(!fs.existsSync(inbox)) // and its inbox with the last one
  assert.equal(await post(4), 201)
  assert.deepEqual(lies(), [4])
  assert.equal(await relay.stop(), 0)
})

await test('our own daemon is the inbox; it was down; the road changes midway', async () => {
  const stick = newHome('stick')
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  const port = await freePort()
  await a.serve('--no-web')
  const base = `http://127.0.0.1:${port}/inbox`
  const atB = (await b.run('road', 'listen', base)).trim()
  await a.run('road', 'add', b.id, atB)
  const first = (await a.run('post', '--public', 'one')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await until('the trouble shows', async () => /trouble {2}http: .*[Cc]onnect/.test(await a.run('outbox', first)))
  await b.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  await b.run('road', 'add', a.id, `dir:${stick}`)
  await until('it came after all', async () => (await exported(b)).some(m => m.value.content.text === 'one'), 60e3)
  await a.run('road', 'add', b.id, `dir:${stick}`) // a answers and goes on by another road
  await received(a, b, await converse(a, b, photo(5, 100000)))
  await equal('in the end', a, b)
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('a program: the one that docs/drivers.md shows', async () => {
  const text = fs.readFileSync(path.join(root, 'docs/drivers.md'), 'utf8').match(/```sh\n(#!\/bin\/sh[^]*?)```/)[1]
  assert(text.split('\n').length <= 24)
  const program = path.join(newHome('program'), 'pigeon')
  fs.writeFileSync(program, text, { mode: 0o755 })
  const lofts = newHome('lofts')
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  for (const k of [a, b]) fs.writeFileSync(path.join(k.home, 'roads.conf'), 'exec.every = 1\n')
  for (const [k, mine, theirs, other] of [[a, 'a', 'b', b], [b, 'b', 'a', a]]) {
    await k.serve('--no-web')
    fs.mkdirSync(path.join(lofts, mine), { recursive: true })
    await k.run('road', 'listen', `exec:${program} ${lofts}/${mine}`)
    await k.run('road', 'add', other.id, `exec:${program} ${lofts}/${theirs}`)
  }
  await received(a, b, await converse(a, b, photo(7, 400000)))
  await a.run('road', 'add', b.id, 'exec:/bin/false')
  const post = (await a.run('post', '--public', 'to nobody')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  await equal('the next road took it', a, b)
  assert((await a.run('outbox', post)).length > 0)
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('a friend of a friend, through one in the middle', async () => {
  const sticks = [newHome('s1'), newHome('s2')]
  const [a, b, c] = await friends('anna', 'ben', 'cleo')
  await follow(a, b, c)
  for (const k of [a, b, c]) await k.serve('--no-web')
  for (const [x, y, s] of [[a, b, 0], [b, a, 0], [b, c, 1], [c, b, 1]]) await x.run('road', 'add', y.id, `dir:${sticks[s]}`)
  const file = photo(6, 50000)
  await a.run('post', '--public', '--file', file, 'for all')
  await equal('all three', a, b, c)
  await until('the photo', () => holds(c, hash(file)), 90e3)
  for (const k of [a, b, c]) assert.equal(await k.stop(), 0)
})

await test('scripts: a file in outpackets is signed, one in inpackets is processed', async () => {
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  const stick = newHome('stick')
  for (const k of [a, b]) await k.serve('--no-web')
  await a.run('road', 'add', b.id, `dir:${stick}`)
  await b.run('road', 'add', a.id, `dir:${stick}`)
  await equal('they know each other', a, b)
  const put = (folder, name, text) => fs.writeFileSync(path.join(a.home, folder, name), text)
  put('outpackets', 'hello.json', '{"type":"post","text":"from a script"}')
  put('outpackets', 'bad', 'no JSON')
  put('outpackets', 'secret', '{"type":"post","text":"x","recps":["@a"]}')
  put('outpackets', 'private', JSON.stringify({ type: 'post', text: 'for ben alone', recps: [b.id] }))
  put('outpackets', 'circle', '{"type":"post","text":"for friends","recps":["friends"]}')
  put('outpackets', 'nowhere', '{"type":"post","text":"x","recps":["%AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=.cloaked"]}')
  await until('it is on the wall', async () => (await exported(a)).some(m => m.value.content.text === 'from a script'))
  await until('the others are set aside', () => files(path.join(a.home, 'outpackets')).filter(f => !/\.(packet|to)$/.test(f)).sort().join() === 'bad.refused,nowhere.refused,secret.refused')
  // What is no file, and what says that it is of tomorrow, keeps nothing else waiting.
  for (let i = 0; i < 8; i++) fs.mkdirSync(path.join(a.home, `inpackets/drawer ${i}`))
  put('inpackets', 'noise', Buffer.alloc(3000))
  put('inpackets', 'tomorrow', Buffer.alloc(3000))
  fs.utimesSync(path.join(a.home, 'inpackets/tomorrow'), Date.now() / 1000 + 86400, Date.now() / 1000 + 86400)
  for (const name of ['noise', 'tomorrow']) await until(`${name} is set aside`, () => files(path.join(a.home, 'inpackets/refused')).includes(name))
  // Nor does what is set aside fill the disk: the newest 64 MiB stay, and one packet more.
  for (let i = 0; i < 11; i++) {
    put('.', 'whole', Buffer.alloc(8 << 20))
    fs.renameSync(path.join(a.home, 'whole'), path.join(a.home, `inpackets/road-large ${i}`))
  }
  await until('they are set aside', () => !files(path.join(a.home, 'inpackets')).some(f => f.startsWith('road-large')))
  const aside = files(path.join(a.home, 'inpackets/refused'))
  assert.equal(aside.filter(f => f.startsWith('road-large')).length, 8)
  assert(!aside.includes('noise'))
  assert.equal((await exported(a)).filter(m => m.value.content.text === 'from a script').length, 1)
  const texts = async (...args) => (await b.json(...args)).map(m => (m.value.content ?? m.content).text)
  await until('ben reads what is for him', async () => (await texts('inbox')).includes('for ben alone'))
  await until('and what is for friends', async () => (await texts('wall', a.id)).includes('for friends'))
  for (const k of [a, b]) assert(!(await exported(k)).some(m => JSON.stringify(m).includes('for ben alone') || JSON.stringify(m).includes('for friends')))
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('a signed message dropped into inpackets is taken, and once; what is forged is not', async () => {
  const [a, b, c] = await friends('anna', 'ben', 'cleo')
  await a.run('follow', b.id)
  await a.serve('--no-web')
  for (const text of ['by hand, one', 'by hand, two', 'by hand, three']) await b.run('post', '--public', text)
  await c.run('post', '--public', 'by somebody whom nobody asked')
  const messages = (await exported(b)).filter(m => m.value.author === b.id)
  const inbox = path.join(a.home, 'inpackets')
  const drop = async (name, value) => {
    fs.writeFileSync(path.join(a.home, name), JSON.stringify(value, null, 2))
    fs.renameSync(path.join(a.home, name), path.join(inbox, name)) // whole from the beginning
    await until(`${name} was read`, () => !files(inbox).includes(name))
  }
  const has = async () => (await exported(a)).filter(m => m.value.author === b.id).map(m => m.key)
  const last = messages.at(-1)
  const forged = { ...last.value, content: { ...last.value.content, text: 'never written' } }
  await drop('forged.json', forged)
  await drop('stranger.json', (await exported(c)).at(-1).value)
  for (const [i, m] of messages.entries()) {
    await drop(`message-${i}.json`, m.value)
    await until(`message ${i} was taken`, async () => (await has()).includes(m.key))
    await drop(`again-${i}.json`, m.value)
  }
  assert.deepEqual((await has()).sort(), messages.map(m => m.key).sort())
  assert.equal((await exported(a)).filter(m => m.value.author === c.id || m.value.content.text === 'never written').length, 0)
  assert.deepEqual((await a.json('wall', b.id)).map(m => m.value.content.text).sort(), ['by hand, one', 'by hand, three', 'by hand, two'])
  assert.equal(await a.stop(), 0)
})

await test('what was acknowledged is not sent again: packets are counted through a program as a road', async () => {
  const sent = newHome('sent')
  const program = path.join(newHome('program'), 'count')
  fs.writeFileSync(program, `#!/bin/sh
# A folder as a road that keeps a copy of each packet that goes by it.
set -eu
case $1 in
send)
    temp=$(mktemp "$2/.XXXXXXXX")
    cat >"$temp"
    cp "$temp" "${sent}/$(basename "$2")$(basename "$temp")"
    mv "$temp" "$2/$(basename "$temp" | cut -c2-)"
    ;;
receive) for file in "$2"/*; do [ ! -f "$file" ] || { base64 -w 0 <"$file" && echo && mv "$file" "$2/.taken"; }; done ;;
esac
`, { mode: 0o755 })
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  const lofts = { a: newHome('loft-a'), b: newHome('loft-b') }
  for (const [k, mine, other, theirs] of [[a, lofts.a, b, lofts.b], [b, lofts.b, a, lofts.a]]) {
    fs.writeFileSync(path.join(k.home, 'roads.conf'), 'exec.every = 1\n')
    await k.serve('--no-web')
    await k.run('road', 'listen', `exec:${program} ${mine}`)
    await k.run('road', 'add', other.id, `exec:${program} ${theirs}`)
  }
  const file = photo(13, 300000)
  const posts = []
  const write = async (...words) => {
    const post = (await a.run('post', '--public', ...words)).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
    posts.push(post)
    await received(a, b, post)
    await until('the answer was acknowledged, too', () => files(path.join(b.home, 'outpackets')).length === 0)
  }
  await write('--file', file, 'round 0')
  await until('the photo', () => holds(b, hash(file)))
  for (let i = 1; i < 6; i++) await write(`round ${i}`)
  // Everything that anna sent, read with ben's key: each message and each stretch of the photo went once.
  const ben = person(seedOf(b))
  const parts = fs.readdirSync(sent).filter(f => f.startsWith(path.basename(lofts.b))).flatMap(f => open(fs.readFileSync(path.join(sent, f)), ben, Date.now()).parts)
  const texts = parts.filter(p => p.type === 2).map(p => JSON.parse(p.bytes.toString()).content.text).filter(Boolean)
  assert.deepEqual(texts.sort(), posts.map((_, i) => `round ${i}`))
  const stretches = parts.filter(p => p.type === 4).map(p => p.bytes.subarray(0, 48).toString('hex'))
  assert(stretches.length > 0)
  assert.equal(new Set(stretches).size, stretches.length)
  assert.equal(parts.filter(p => p.type === 4).reduce((sum, p) => sum + p.bytes.length - 48, 0), 300000)
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await test('given up: what waits is taken out of outpackets, also while a road has it, and what a crash has left there', async () => {
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  const marks = newHome('marks')
  const program = path.join(newHome('program'), 'slow')
  fs.writeFileSync(program, `#!/bin/sh
set -eu
mktemp "${marks}/begun-XXXXXX" >/dev/null
while [ ! -e "${marks}/go" ]; do sleep 0.1; done
exit 75
`, { mode: 0o755 })
  const begun = () => files(marks).filter(f => f.startsWith('begun')).length
  const out = () => files(path.join(a.home, 'outpackets')).length
  await a.serve('--no-web')
  await a.run('road', 'add', b.id, `exec:${program}`)
  await until('the program has it', () => begun() === 1)
  const made = out()
  assert(made >= 2)
  await a.run('outbox', 'drop', b.id)
  assert.equal(out(), 0)
  await a.run('post', '--public', 'to nobody')
  assert.match(await a.run('outbox'), /given up/)
  fs.writeFileSync(path.join(marks, 'go'), '')
  await a.run('outbox', 'again', b.id)
  await until('it goes again', () => begun() === 2)
  await until('and waits, since the program says later', async () => /trouble/.test(await a.run('outbox')))
  await a.run('outbox', 'drop', b.id)
  await until('nothing waits', () => out() === 0)
  assert.equal(await a.stop(), 0)
  fs.writeFileSync(path.join(a.home, 'outpackets', '00000000000000ff.to'), `dir:${marks}/nowhere`)
  fs.writeFileSync(path.join(a.home, 'outpackets', '00000000000000ff.packet'), 'something')
  await a.serve('--no-web')
  await until('what nobody knows of is gone', () => out() === 0)
  await a.run('status') // it serves
  assert.equal(await a.stop(), 0)
})

await test('unsigned, replayed, misaddressed, altered, unknown: each has its end', async () => {
  const [a, b] = await friends('anna', 'ben')
  await a.run('follow', b.id)
  await a.serve('--no-web')
  const ben = person(seedOf(b))
  const mallory = person(crypto.randomBytes(32))
  const to = Buffer.from(a.id.slice(1, 45), 'base64')
  const log = () => fs.readFileSync(path.join(a.home, 'serve.log'), 'utf8')
  const make = (fields, sender = ben, recipient = to) => seal({
    created: Date.now(), expires: Date.now() + 86400e3, id: crypto.randomBytes(16), flags: 1, content: part(1, Buffer.concat([ben.pub, u(8, 1), Buffer.from([1])])), ...fields
  }, sender, [recipient], crypto.randomBytes)
  const inbox = path.join(a.home, 'inpackets')
  const put = (name, bytes) => { fs.writeFileSync(path.join(a.home, name), bytes); fs.renameSync(path.join(a.home, name), path.join(inbox, name)) }
  const gone = name => until(`${name} is gone`, () => !files(inbox).includes(name))
  const aside = (folder, name) => until(`${name} in ${folder}`, () => files(path.join(inbox, folder)).includes(name))
  put('road-stranger', make({}, mallory)); await aside('refused', 'road-stranger')
  // Each comes alone, so that the lines since the last one are about it.
  let read = 0
  const refused = async (name, bytes, why) => {
    read = log().length
    put(name, bytes); await aside('refused', name)
    await until(`why ${name} is refused`, () => why.test(log().slice(read)) && log().slice(read).includes(`packet.aside folder=refused error=${/error=(\w+)/.exec(why.source)[1]} file=${name}`))
    assert.equal(log().slice(read).match(/ packet\.refused /g).length, 1)
  }
  await refused('road-forged', make({ signer: mallory }), /packet\.refused error=crypto why="not signed by whom it names"/)
  await refused('road-unsigned', make({ signature: Buffer.alloc(64) }), /packet\.refused error=crypto why="not signed by whom it names"/)
  await refused('road-other', make({}, ben, mallory.pub), /packet\.refused error=not_found why="for somebody else/)
  const good = make({})
  const altered = Buffer.from(good); altered[500] ^= 1
  await refused('road-altered', altered, /packet\.refused error=crypto why="altered/)
  await refused('road-noise', Buffer.alloc(3000), /packet\.refused error=syntax why="it is no packet"/)
  put('road-old', make({ created: 1, expires: 2 })); await aside('refused', 'road-old')
  put('road-cut', make({ content: Buffer.concat([part(2, Buffer.from('{}')), Buffer.from([1, 2])]) })); await aside('refused', 'road-cut')
  put('road-good', good); await gone('road-good')
  put('road-again', good); await gone('road-again')
  put('road-later', make({ content: part(4711, Buffer.from('of a later day')) })); await aside('kept', 'road-later')
  put('road-encoding', make({ encoding: 9, content: Buffer.from('<packets/>') })); await aside('kept', 'road-encoding')
  assert.match(log(), /packet\.refused from=@\S+ error=denied/)
  assert.match(log(), /packet\.refused from=@\S+ error=protocol why="its time/)
  // What was kept is tried again by a program of another version: none is lost, and nothing is said of it twice.
  assert.deepEqual(files(path.join(inbox, 'kept')).sort(), ['road-encoding', 'road-later'])
  const old = make({ created: Date.now() - 80 * 86400e3, expires: Date.now() - 3 * 86400e3, content: part(1, Buffer.concat([ben.pub, u(8, 1), Buffer.from([1])])) })
  await a.stop()
  fs.writeFileSync(path.join(inbox, 'kept/road-of-old'), old) // kept long ago, and understood by now
  fs.writeFileSync(path.join(inbox, 'kept/.version'), '0.0.1')
  await a.serve('--no-web')
  await until('what is understood is taken', () => !files(path.join(inbox, 'kept')).includes('road-of-old') && files(inbox).sort().join() === 'kept,refused')
  assert.deepEqual(files(path.join(inbox, 'kept')).sort(), ['road-encoding', 'road-later'])
  assert(!files(path.join(inbox, 'refused')).includes('road-of-old'))
  // What it answers when ben has a road: receipts, and what was not understood.
  const stick = newHome('stick')
  await a.run('road', 'add', b.id, `dir:${stick}`)
  const answers = await until('an answer', () => {
    const parts = files(stick).flatMap(f => open(fs.readFileSync(path.join(stick, f)), ben, Date.now()).parts)
    return parts.some(p => p.type === 9) && parts
  })
  assert.deepEqual(answers.filter(p => p.type === 9).map(p => p.bytes[16] + ':' + p.bytes.subarray(17).toString('hex')).sort(), ['0:6712', '9:'])
  const receipts = answers.find(p => p.type === 8).bytes
  const outcomes = Array.from({ length: receipts.length / 17 }, (_, i) => receipts[i * 17 + 16]).sort().join()
  assert.equal(outcomes, '1,1,2,2,3,3')
  assert.equal(await a.stop(), 0)
})

await done()
