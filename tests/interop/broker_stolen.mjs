// SPDX-License-Identifier: MIT
// A stolen broker is worth little: 200 users with 12 unique strings each go through everything that it does. Then all
// that a thief could have is searched: its files, its log, a core dump of the living process, what crossed its plain
// sockets. What may be found is written here, as docs/protocol/account.md has it. Twice: as an operator gets it who says
// nothing, and with all modules on, used by all (vault, letters), by every second (door) or by every third (directory).
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { createHash, hkdfSync, randomBytes, scryptSync } from 'node:crypto'
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs'
import net from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Broker, KIND, b64, door, inviteAddress, keyPair, mailbox, open, seal, sodium } from './broker_client.mjs'
import { startBroker, stopBroker } from './broker_lab.mjs'

const USERS = Number(process.env.USERS ?? 200)
let passed = 0
let failed = 0
let skipped = 0
const check = (name, good, why = '') => {
  if (good) passed++
  else failed++
  if (!good) console.log(`FAIL ${name} ${why}`)
}

async function steal (config, modules) {
  const broker = await startBroker(['--behind-proxy', '--connections-a-source', '1000', ...modules ? ['--vault', 'on', '--directory', 'on', '--letters', 'on'] : []])
  // A plain relay in front of it, which keeps all that crosses.
  const traffic = []
  const relay = net.createServer(socket => {
    const up = net.connect(Number(new URL(broker.url).port), '127.0.0.1')
    for (const [from, to] of [[socket, up], [up, socket]]) {
      from.on('data', data => { traffic.push(data); to.write(data) })
      from.on('close', () => to.destroy())
      from.on('error', () => to.destroy())
    }
  })
  await new Promise(resolve => relay.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${relay.address().port}/`
  const connect = (n, ...addresses) => new Broker(url, { headers: { 'x-forwarded-for': `10.${n >> 8}.${n & 255}.9` } }).listen(...addresses)

  const word = (user, what) => `canary-${what}-${user}-${randomBytes(9).toString('hex')}`
  const users = Array.from({ length: USERS }, (_, n) => {
    const keys = keyPair()
    const w = Object.fromEntries(['password', 'vault', 'name', 'text', 'post', 'sdp', 'candidate', 'bio', 'referrer', 'group', 'answer', 'comment'].map(what => [what, word(n, what)]))
    const handle = 'canary.' + [...String(n)].map(d => 'akfxpyhtse'[d]).join('')
    const root = scryptSync(w.password, handle, 32, { N: 16 }) // stands for Argon2id, which the broker cannot tell
    return { n, keys, w, handle, secret: randomBytes(16), auth: Buffer.from(hkdfSync('sha256', root, '', 'kith-account auth 1', 32)), vault: Buffer.from(hkdfSync('sha256', root, '', 'kith-account vault 1', 32)) }
  })

  const isListed = user => modules && user.n % 3 === 0
  const isAsked = user => modules && user.n % 2 === 0
  let brokerKey
  const u64 = n => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b }
  const u32 = n => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b }

  /** A sealed copy of everything, and its envelope; a name in the directory; a letter for somebody absent. */
  async function useModules (home, anna, ben) {
    const login = { handle: anna.handle, auth: b64(anna.auth) }
    const nonce = randomBytes(24)
    const plain = Buffer.from(JSON.stringify({ seed: b64(anna.keys.privateKey), ...anna.w }))
    const content = Buffer.concat([nonce, sodium.crypto_secretbox_easy(plain, nonce, anna.vault)])
    const said = Buffer.concat([Buffer.from('kith-vault 1\n'), anna.keys.publicKey, u64(1), u64(7), u64(Date.now()), randomBytes(16), randomBytes(16), u32(65536), u32(3), u32(content.length), content])
    const file = Buffer.concat([said, sodium.crypto_sign_detached(said, anna.keys.privateKey)])
    assert.equal(await home.call('vault.open', login), null)
    assert.equal(await home.call('vault.write', { at: 0, size: file.length, data: b64(file) }), true)
    assert.equal(await home.call('vault.read', { at: 0 }), b64(file))
    if (isListed(anna)) assert.equal(await home.call('directory.put', { ...login, name: anna.w.name }), true)
    if (isAsked(anna)) assert.equal(await home.call('account.door', { ...login, door: b64(door(anna.keys, home.key).publicKey) }), true)
    const letter = seal({ kind: KIND.request, body: { name: anna.w.name, text: anna.w.text, referrer: anna.w.referrer } }, anna.keys, ben.keys.publicKey)
    assert.equal(await home.call('letter', { to: b64(mailbox(ben.keys, 1).publicKey), letter: b64(letter) }), true)
  }

  /** Account, invite, request, accept, offer, answer, candidates with the next user. */
  async function live (anna, ben) {
    const invite = inviteAddress(anna.keys, anna.secret)
    const home = await connect(anna.n, mailbox(anna.keys), invite)
    brokerKey = home.key
    const sig = b64(sodium.crypto_sign_detached(Buffer.concat([Buffer.from('kith-account 1 hold\n'), home.key, home.challenge, anna.auth, Buffer.from(anna.handle)]), anna.keys.privateKey))
    await home.call('account.create', { handle: anna.handle, auth: b64(anna.auth), key: b64(anna.keys.publicKey), sig })
    await home.call('account.login', { handle: anna.handle, auth: b64(anna.auth) })
    const guest = await connect(ben.n)
    const to = (client, address, signal, from, receiver) => client.send(address, seal(signal, from.keys, receiver.keys.publicKey))
    to(guest, invite.publicKey, { kind: KIND.request, reply: guest.own.publicKey, body: { name: ben.w.name, text: ben.w.text, referrer: ben.w.referrer, invite: b64(anna.secret) } }, ben, anna)
    const asked = open((await home.item()).sealed, anna.keys)
    assert.equal(asked.body.text, ben.w.text)
    to(home, asked.reply, { kind: KIND.accept, body: { name: anna.w.name, bio: anna.w.bio, mailbox: b64(mailbox(anna.keys).publicKey) } }, anna, ben)
    open((await guest.item()).sealed, ben.keys)
    for (const [kind, body] of [[KIND.offer, { sdp: ben.w.sdp, post: ben.w.post, vault: ben.w.vault }], [KIND.candidates, { candidates: [ben.w.candidate, ben.w.group] }], [KIND.answer, { sdp: ben.w.answer, comment: ben.w.comment }]]) {
      to(guest, mailbox(anna.keys).publicKey, { kind, body }, ben, anna)
      open((await home.item()).sealed, anna.keys)
    }
    if (modules) await useModules(home, anna, ben)
    return [home, guest]
  }

  const open_ = []
  for (const user of users) open_.push(...await live(user, users[(user.n + 1) % USERS]))

  // While all are connected: the worst moment to be stolen.
  const dump = mkdtempSync(join(tmpdir(), 'kith-stolen-'))
  let core = null
  try {
    execFileSync('gcore', ['-o', join(dump, 'core'), String(broker.child.pid)], { stdio: 'pipe' })
    core = Buffer.concat(readdirSync(dump).map(f => readFileSync(join(dump, f))))
  } catch (error) {
    skipped++
    console.log(`skipped: ${config}: no core dump (gcore): ` + String(error.stderr ?? error.message).trim().split('\n').at(-1))
  }
  for (const c of open_) c.close()
  await Promise.all(open_.map(c => c.closed))
  assert.equal(await stopBroker(broker, { keep: true }), 0)
  relay.close()
  const files = Buffer.concat(readdirSync(broker.folder).map(f => readFileSync(join(broker.folder, f))))

  // ---- what is searched for, where ----

  const raw = Buffer.concat(traffic)
  const places = { files, log: Buffer.from(broker.log), traffic: raw, ...(core && { core }) }
  const key32 = keys => Buffer.from(keys.publicKey)
  const forms = bytes => [bytes, Buffer.from(b64(bytes).slice(0, -2)), Buffer.from(bytes.toString('hex'))]

  /** One pass over a large buffer: which of these needles of at least 16 bytes stand in it. */
  function found (place, needles) {
    const byStart = new Map()
    for (const needle of needles) {
      const start = needle.bytes.readUInt32LE(0)
      byStart.set(start, [...byStart.get(start) ?? [], needle])
    }
    const hits = []
    for (let i = 0; i + 16 <= place.length; i++) {
      const list = byStart.get(place.readUInt32LE(i))
      if (list) for (const n of list) if (place.subarray(i, i + n.bytes.length).equals(n.bytes)) hits.push(n.what)
    }
    return new Set(hits)
  }
  const all = (what, get) => users.flatMap(u => forms(get(u)).map(bytes => ({ what, bytes })))
  // Who asked to be found by name is found by name.
  const texts = users.flatMap(u => Object.entries(u.w).filter(([what]) => what !== 'name' || !isListed(u)).map(([what, text]) => ({ what, bytes: Buffer.from(text) })))

  // The search itself has to work.
  check(`${config}: what is there is found`, found(Buffer.concat([randomBytes(1000), texts[5].bytes, randomBytes(100)]), texts).size === 1)

  const secrets = [...texts, ...all('seed', u => Buffer.from(u.keys.privateKey.subarray(0, 32))), ...all('vault key', u => u.vault), ...all('invite secret', u => u.secret),
    ...all('mailbox seed', u => Buffer.from(mailbox(u.keys).privateKey.subarray(0, 32)))]
  for (const [name, place] of Object.entries(places)) {
    const hits = found(place, secrets)
    check(`${config}: none of ${USERS * 12} strings and no secret is in the ${name} (${place.length} bytes)`, hits.size === 0, [...hits].join(', '))
  }

  // Allowed, and only there: handle, key (inside the certificate, in base64url), proof.
  const has = (place, bytes) => place.includes(bytes)
  check(`${config}: the handle is in the files, as it has to be`, users.every(u => has(files, u.handle)))
  if (modules) {
    check(`${config}: as is the name of who asked for it`, users.filter(isListed).every(u => has(files, u.w.name)))
    check(`${config}: and the door of who may be asked, and of nobody else`, users.every(u => has(files, key32(door(u.keys, brokerKey))) === isAsked(u)))
    check(`${config}: and the address of a letter that waits`, users.every(u => has(files, key32(mailbox(u.keys, 1)))))
  }
  const notInFiles = [...all('door seed', u => Buffer.from(door(u.keys, brokerKey).privateKey.subarray(0, 32))), ...all('mailbox address', u => key32(mailbox(u.keys))), ...all('invite address', u => key32(inviteAddress(u.keys, u.secret))), ...all('authentication key', u => u.auth),
    ...all('its plain hash', u => createHash('sha256').update(u.auth).digest())]
  for (const name of ['files', 'log']) {
    const hits = found(places[name], notInFiles)
    check(`${config}: no address and no authentication key is in the ${name}`, hits.size === 0, [...hits].join(', '))
  }
  const people = [...all('long-term key', u => key32(u.keys)), ...users.map(u => ({ what: 'handle', bytes: Buffer.from((u.handle + '                ').slice(0, 16)) }))]
  check(`${config}: nobody is in the log`, found(places.log, people).size === 0 && !broker.log.includes('canary') && !/10\.\d+\.\d+\.9/.test(broker.log))
  check(`${config}: no source is in the files`, !/10\.\d+\.\d+\.9/.test(files.toString('latin1')))
  if (core) check(`${config}: the core is the living process: who is connected is in it`, users.every(u => has(core, key32(mailbox(u.keys)))))
  const authInCore = core && found(core, all('authentication key', u => u.auth))
  if (core) check(`${config}: no authentication key is left in the core`, authInCore.size === 0, `${authInCore.size}`)

  rmSync(dump, { recursive: true })
  rmSync(broker.folder, { recursive: true })
}

await steal('default', false)
await steal('modules', true)
console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
process.exit(failed ? 1 : 0)
