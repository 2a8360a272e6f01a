// SPDX-License-Identifier: MIT
// Keeping an identity and getting it back. Recovery words beside @scure/bip39, backup files beside Debian's
// age and npm's age-encryption; then the journey that splits feeds elsewhere: a home is lost, a new one is
// made from words or from a backup, and nothing is signed before a friend has shown how far the feed had got.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { spawn, spawnSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { pathToFileURL } from 'node:url'
import { Kith, test, skip, done, until, modules, newHome, sleep } from './lab.mjs'
import { tried, fails, holds, nobody, picture, texts } from './cli_lab.mjs'

// A client's answer to a goodbye may meet a closed socket: that is the end that was asked for.
process.on('uncaughtException', err => { if (err.code !== 'EPIPE' && err.code !== 'ECONNRESET') { console.error(err); process.exit(1) } })

const folder = path.join(path.dirname(path.dirname(modules.db2)), 'words/node_modules')
const load = name => import(pathToFileURL(path.join(folder, name)))
const { entropyToMnemonic, validateMnemonic } = await load('@scure/bip39/index.js')
const { wordlist } = await load('@scure/bip39/wordlists/english.js')
const { Encrypter, Decrypter } = await load('age-encryption/dist/index.js')
const use = createRequire(path.join(modules.db2, 'index.js'))
const ssbClient = use('ssb-client')
const ssbKeys = use('ssb-keys')
const pull = use('pull-stream')
const caps = use('ssb-caps')

const files = newHome('files')
const write = (name, text) => { const file = path.join(files, name); fs.writeFileSync(file, text); return file }
const PASSPHRASE = 'five words would do'
const passphrase = write('passphrase', PASSPHRASE + '\n')
const secretOf = home => ssbKeys.loadSync(path.join(home, 'secret'))
const seedOf = home => Buffer.from(secretOf(home).private, 'base64').subarray(0, 32)
const idOf = seed => ssbKeys.generate('ed25519', seed).id
const lose = kith => fs.rmSync(kith.home, { recursive: true })
const status = async kith => (await kith.json('status'))[0]
const own = async kith => (await kith.run('export', '--mine')).trim().split('\n').filter(Boolean).map(line => JSON.parse(line).value)

// ---- words ----

const anna = await new Kith().init('--name', 'Anna')
const words = (await anna.run('backup', 'words')).trim()
await test('the words are BIP39 of the seed, as @scure/bip39 writes it', async () => {
  assert.equal(words, entropyToMnemonic(seedOf(anna.home), wordlist))
  assert.deepEqual(await anna.json('backup', 'words'), [{ words }])
  for (let i = 0; i < 20; i++) {
    const seed = crypto.randomBytes(32)
    const home = new Kith()
    await home.run('init', '--words-file', write('other', entropyToMnemonic(seed, wordlist)))
    assert.equal((await home.run('id')).trim(), idOf(seed))
    assert(validateMnemonic((await home.run('backup', 'words')).trim(), wordlist))
  }
})
await test('words come by standard input too, and a person keeps one name', async () => {
  const home = new Kith()
  await home.input('  ' + words.toUpperCase().replaceAll(' ', '\n') + '\n', 'init', '--words-file', '-')
  assert.equal((await home.run('id')).trim(), anna.id)
  assert.equal(fs.statSync(path.join(home.home, 'secret')).mode & 0o777, 0o400)
  await fails(home, 1, 'exists', 'init', '--words-file', write('words', words))
  await fails(new Kith(), 2, 'usage', 'init', '--name', 'Anna', '--words-file', write('words', words))
})
await test('a wrong word is named, and no home is made', async () => {
  const list = words.split(' ')
  const home = new Kith()
  for (const [text, pattern] of [
    [list.with(6, 'dinosuar').join(' '), /word 7 .*“dinosuar”; did you mean “dinosaur”\?/],
    [list.slice(0, 20).join(' '), /24, these are 20/],
    [list.with(0, list[0] === 'zoo' ? 'able' : 'zoo').with(23, 'zoo').join(' '), /do not fit together/]
  ]) {
    if (validateMnemonic(text, wordlist)) continue
    const { code, err } = await tried(home, 'init', '--words-file', write('wrong', text))
    assert.equal(code, 1)
    assert.match(err, pattern)
  }
  await fails(home, 1, 'words', 'init', '--words-file', write('wrong', 'body hair'))
  assert.deepEqual(fs.readdirSync(home.home), [])
})

// ---- the file ----

await anna.run('post', '--public', '--file', picture, 'with a picture')
await anna.run('message', anna.id, 'a note to myself')
const file = path.join(files, 'anna.age')
await test('create writes one file that only the owner can read, and never over another', async () => {
  await anna.run('backup', 'create', '--passphrase-file', passphrase, file)
  assert.equal(fs.statSync(file).mode & 0o777, 0o600)
  assert(fs.readFileSync(file, 'latin1').startsWith('age-encryption.org/v1\n-> scrypt '))
  const before = fs.readFileSync(file)
  await fails(anna, 1, 'exists', 'backup', 'create', '--passphrase-file', passphrase, file)
  assert.deepEqual(fs.readFileSync(file), before)
  const short = path.join(files, 'short.age')
  await fails(anna, 2, 'usage', 'backup', 'create', '--passphrase-file', write('few', 'few'), short)
  await fails(anna, 2, 'usage', 'backup', 'create', short)
  await fails(new Kith(), 10, 'no_identity', 'backup', 'create', short)
  assert(!fs.existsSync(short))
})
await test('verify says what is in it, without an identity', async () => {
  const [said] = await new Kith().json('backup', 'verify', '--passphrase-file', passphrase, file)
  assert.deepEqual({ ...said, made: 0 }, { id: anna.id, made: 0, sequence: 3, messages: 3, photos: 1 })
  assert(Math.abs(said.made - Date.now()) < 600e3)
})

const plain = text => {
  const lines = text.trim().split('\n').map(line => JSON.parse(line))
  assert.equal(lines[0].kith, 'backup')
  assert.deepEqual([lines[0].version, lines[0].sequence, lines[0].secret.id], [1, 3, anna.id])
  assert.equal(lines[0].secret.private, secretOf(anna.home).private)
  assert.deepEqual(lines.slice(1, 4).map(line => line.value.sequence), [1, 2, 3])
  assert.deepEqual(Buffer.from(lines[4].data, 'base64'), fs.readFileSync(picture))
  return text
}
let opened
await test("npm's age-encryption opens it", async () => {
  const d = new Decrypter()
  d.addPassphrase(PASSPHRASE)
  opened = plain(await d.decrypt(fs.readFileSync(file), 'text'))
})
await test('and kith opens what it writes, at several sizes', async () => {
  const theirs = path.join(files, 'theirs.age')
  const seal = async bytes => {
    const e = new Encrypter()
    e.setPassphrase(PASSPHRASE)
    e.setScryptWorkFactor(10)
    fs.writeFileSync(theirs, await e.encrypt(bytes))
  }
  const first = '{"kith":"backup","version":1'
  const none = [...[0, 65536, 65537, 200000].map(size => Buffer.alloc(size, 'x')),
    ...[`${first}}\n`, `${first},"secret":null}\n`, `${first},"secret":{}}\n`, `${first}}`, '[]\n', '\n'].map(text => Buffer.from(text))]
  for (const bytes of none) {
    await seal(bytes)
    const { code, err } = await tried(anna, 'backup', 'verify', '--passphrase-file', passphrase, theirs)
    assert.equal(code, 1, bytes.subarray(0, 80).toString())
    assert.match(err, /opens, but is no backup/)
  }
  await seal(opened)
  await anna.run('backup', 'verify', '--passphrase-file', passphrase, theirs)
})

// age asks on its terminal and nowhere else; script(1) is one.
const typed = (command, ...answers) => new Promise(resolve => {
  const child = spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'inherit'] })
  let seen = ''
  child.stdout.on('data', data => {
    seen += data
    if (/passphrase[^\n]*: $/i.test(seen.replaceAll('\r', '')) && answers.length) {
      child.stdin.write(answers.shift() + '\n')
      seen += '\n'
    }
  })
  child.on('error', () => resolve(-1))
  child.on('close', resolve)
})
if (spawnSync('age', ['--version']).error || spawnSync('script', ['--version']).error) skip("Debian's age", 'age or script is not installed')
else {
  await test("Debian's age opens it, and kith opens what age writes", async () => {
    const out = path.join(files, 'out.jsonl')
    assert.equal(await typed(`age -d -o ${out} ${file}`, PASSPHRASE), 0)
    assert.equal(plain(fs.readFileSync(out, 'utf8')), opened)
    const theirs = path.join(files, 'age.age')
    assert.equal(await typed(`age -p -o ${theirs} ${out}`, PASSPHRASE, PASSPHRASE), 0)
    assert.equal((await anna.json('backup', 'verify', '--passphrase-file', passphrase, theirs))[0].messages, 3)
  })
}

await test('another passphrase: 12; what is damaged or cut off is refused whole', async () => {
  const broken = path.join(files, 'broken.age')
  const bytes = fs.readFileSync(file)
  await fails(anna, 12, 'passphrase', 'backup', 'verify', '--passphrase-file', write('other', 'another passphrase'), file)
  const verify = [1, 'corrupt', 'backup', 'verify', '--passphrase-file', passphrase, broken]
  fs.writeFileSync(broken, bytes.subarray(0, -1))
  await fails(anna, ...verify)
  fs.writeFileSync(broken, bytes.map((b, i) => i === bytes.length - 40 ? b ^ 1 : b))
  await fails(anna, ...verify)
  const target = new Kith()
  assert.equal((await tried(target, 'backup', 'restore', '--passphrase-file', passphrase, broken)).code, 1)
  assert.deepEqual(fs.readdirSync(target.home), [])
  fs.writeFileSync(broken, bytes.subarray(0, 50))
  await fails(anna, 1, 'hangup', ...verify.slice(2))
  fs.writeFileSync(broken, 'hello')
  await fails(anna, 1, 'syntax', ...verify.slice(2))
  await fails(anna, 1, 'io', ...verify.slice(2, -1), path.join(files, 'nosuch'))
})

// ---- as a page does it ----

const manifest = { whoami: 'async', status: 'async', publish: 'async', identity: { words: 'async', restore: 'async', backup: 'source', unseal: 'duplex' } }
const open = kith => new Promise((resolve, reject) => ssbClient(ssbKeys.generate(),
  { remote: `unix:${path.join(kith.home, 'socket')}~noauth`, manifest, caps, path: newHome('client') }, (err, sbot) => err ? reject(err) : resolve(sbot)))
const call = (fn, ...args) => new Promise((resolve, reject) => fn(...args, (err, value) => err ? reject(err) : resolve(value)))
const collect = source => new Promise((resolve, reject) => pull(source, pull.collect((err, all) => err ? reject(err) : resolve(all))))
// The file, then null; the stream stays open until the other side ends.
function unseal (sbot, word, bytes, piece) {
  const items = []
  for (let at = 0; at < bytes.length; at += piece) items.push(bytes.subarray(at, at + piece))
  items.push(null)
  return collect(pull((end, cb) => { end ? cb(end) : items.length && cb(null, items.shift()) }, sbot.identity.unseal({ passphrase: word }, () => {})))
    .then(all => Buffer.concat(all).toString())
}
const refused = (promise, pattern) => assert.rejects(promise, err => {
  assert.match(String(err && err.message), pattern)
  return true
})
await anna.serve()
const page = await open(anna)
await test('words, backup and unseal over the app RPC', async () => {
  assert.deepEqual(await call(page.identity.words), { words })
  const chunks = await collect(page.identity.backup({ passphrase: 'by the page' }))
  assert(chunks.every(chunk => Buffer.isBuffer(chunk) && chunk.length <= 65536))
  const bytes = Buffer.concat(chunks)
  for (const piece of [1000, 65536]) plain(await unseal(page, 'by the page', bytes, piece))
  assert.equal(await unseal(page, PASSPHRASE, fs.readFileSync(file), 5000), opened)
  await refused(unseal(page, 'wrong', bytes, 65536), /^passphrase: /)
  await refused(unseal(page, 'by the page', bytes.subarray(0, -1), 65536), /^corrupt: /)
  await refused(unseal(page, 'by the page', bytes.subarray(0, 40), 65536), /^hangup: /)
  await refused(unseal(page, 'by the page', Buffer.from('hello'), 65536), /^syntax: /)
  await refused(collect(page.identity.backup({})), /passphrase/)
})
await test('the loop goes on while a passphrase is stretched', async () => {
  const backup = collect(page.identity.backup({ passphrase: 'by the page' }))
  let answers = 0
  for (let ended = false; !ended; answers++) {
    await call(page.whoami)
    ended = await Promise.race([backup.then(() => true), sleep(5)])
  }
  assert(answers > 4, `only ${answers} answers came meanwhile`) // a loop that stands still gives one or two
})
await test('who has published stays who they are', async () => {
  await refused(call(page.identity.restore, { words: 'zoo '.repeat(23) + 'vote' }), /^denied: this identity has published/)
  await refused(call(page.identity.restore, { words: 'zoo' }), /these are 1$/)
  await refused(call(page.identity.restore, { secret: { curve: 'ed25519' } }), /no secret/)
  assert.deepEqual(await call(page.identity.restore, { words }), { id: anna.id })
  assert.deepEqual(await call(page.whoami), { id: anna.id })
})
page.close(true)
await anna.stop()

// ---- lost and found ----

// Anna and Ben are friends; Anna writes. Ben has all of it.
async function friends (count) {
  const a = await (await new Kith().init('--name', 'Anna')).serve()
  const b = await (await new Kith().init('--name', 'Ben')).serve()
  await a.run('follow', b.id)
  await b.run('follow', a.id)
  await a.run('connect', b.address)
  const sbot = await open(a)
  for (let i = 1; i <= count; i++) await call(sbot.publish, { type: 'post', text: `post ${i}` })
  sbot.close(true)
  const head = (await own(a)).at(-1).sequence
  await until('Ben to have it', async () => (await texts(b, 'wall', a.id, '--limit', '1'))[0] === `post ${count}`)
  return { a, b, head }
}
// Well formed, and of nobody: it is refused before anybody is dialled.
const invite = `127.0.0.1:1:${nobody}~${Buffer.alloc(32, 7).toString('base64')}`
const mute = async kith => {
  for (const args of [['post', 'too early'], ['follow', nobody], ['profile', '--name', 'Anna'], ['message', anna.id, 'x'], ['invite', 'use', invite]]) {
    await fails(kith, 1, 'fork_guard', ...args)
  }
}
// It has become whole by Ben's word, goes on where it was, and nobody sees a fork.
async function goesOn (kith, ben, head) {
  await until('the own posts', async () => (await status(kith)).sequence === head)
  assert.notEqual((await status(kith)).quarantine, null, 'one friend was heard: others may know more')
  await until('the word of a friend', async () => (await status(kith)).quarantine === null)
  await kith.run('post', '--public', 'here again')
  const mine = await own(kith)
  assert.deepEqual(mine.map(value => value.sequence), Array.from({ length: head + 1 }, (_, i) => i + 1))
  await until('Ben to have it', async () => (await texts(ben, 'wall', kith.id, '--limit', '1'))[0] === 'here again')
  const log = write('both.jsonl', await kith.run('export', '--mine'))
  assert.equal((await kith.json('verify', log))[0].invalid, 0)
  for (const each of [kith, ben]) {
    assert.equal((await status(each)).publish, 'ok')
    assert(!/fork/.test(fs.readFileSync(path.join(each.home, 'serve.log'), 'utf8')))
  }
}

await test('a home lost and made again from words: quiet, then whole, then itself', async () => {
  const { a, b, head } = await friends(200)
  const paper = write('paper', (await a.run('backup', 'words')).trim())
  await a.stop()
  lose(a)
  const again = new Kith()
  await again.run('init', '--words-file', paper)
  again.id = a.id
  await mute(again)
  assert.equal((await status(again)).sequence, 0)
  await again.serve()
  await mute(again)
  assert.deepEqual((await status(again)).quarantine, { heard: 0, known: 0, held: 0 })
  await again.run('connect', b.address)
  await until('Ben to be heard', async () => (await status(again)).quarantine?.known === head)
  await goesOn(again, b, head)
  assert.deepEqual([await again.stop(), await b.stop()], [0, 0])
})

await test('from a backup that is older than the last posts, while the node runs as somebody new', async () => {
  const { a, b, head } = await friends(20)
  const backup = path.join(files, 'old.age')
  await a.run('backup', 'create', '--passphrase-file', passphrase, backup)
  for (const i of [1, 2, 3]) await a.run('post', '--public', `later ${i}`)
  await until('Ben to have it', async () => (await texts(b, 'wall', a.id, '--limit', '1'))[0] === 'later 3')
  await a.stop()
  lose(a)
  await b.stop()
  const again = await (await new Kith().init()).serve()
  const before = fs.readFileSync(path.join(again.home, 'secret'))
  const [said] = await again.json('backup', 'restore', '--passphrase-file', passphrase, backup)
  assert.deepEqual([said.id, said.messages], [a.id, head])
  again.id = a.id
  assert.equal((await again.run('id')).trim(), a.id)
  assert.deepEqual(fs.readFileSync(holds(again.home, before)), before, 'the key that was there is kept')
  assert.equal((await status(again)).sequence, head)
  assert((await status(again)).address.endsWith(a.id.slice(1, -8)))
  assert((await again.json('peers'))[0].address.includes(b.address), 'and the addresses too')
  await mute(again)
  assert.deepEqual((await status(again)).quarantine, { heard: 0, known: head, held: head })
  await b.serve()
  await again.run('connect', b.address)
  await goesOn(again, b, head + 3)
  assert.deepEqual([await again.stop(), await b.stop()], [0, 0])
})

await test('insisting: whoever is sure may write at once', async () => {
  const kith = new Kith()
  await kith.run('backup', 'restore', '--passphrase-file', passphrase, file)
  await mute(kith)
  await kith.serve('--no-web')
  await mute(kith)
  await kith.run('status', '--insist')
  await kith.run('post', '--public', 'at my own risk')
  assert.equal((await own(kith)).at(-1).sequence, 4)
  assert.equal(await kith.stop(), 0)
  await kith.run('post', '--public', 'and after a restart')
  await fails(kith, 1, 'denied', 'backup', 'restore', '--passphrase-file', passphrase, await otherBackup())
})
await test('a node that cannot be opened as somebody else ends, and says so', async () => {
  const kith = await (await new Kith().init()).serve()
  const sbot = await open(kith)
  fs.renameSync(path.join(kith.home, 'store'), path.join(kith.home, 'store.away'))
  fs.writeFileSync(path.join(kith.home, 'store'), 'no folder')
  assert.equal((await call(sbot.identity.restore, { words })).id, anna.id)
  assert.equal((await kith.daemon.ended).code, 1)
})

async function otherBackup () {
  const other = await new Kith().init('--name', 'Other')
  const out = path.join(files, 'other.age')
  await other.run('backup', 'create', '--passphrase-file', passphrase, out)
  return out
}

await done()
