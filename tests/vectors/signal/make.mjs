// SPDX-License-Identifier: MIT
// make.mjs [MODULES]: writes signals.json beside it, with npm's libsodium-wrappers and Node's own HMAC and
// HKDF, from docs/protocol/signal.md and broker.md alone: what our C code has to make and to open.
import { createHmac, hkdfSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const modules = process.argv[2] ?? process.env.KITH_JS ?? 'build/js/db2/node_modules'
const sodium = createRequire(resolve(modules) + '/')('libsodium-wrappers')
await sodium.ready
const b64 = bytes => Buffer.from(bytes).toString('base64')
const pair = fill => sodium.crypto_sign_seed_keypair(Buffer.alloc(32, fill))
const u64 = n => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b }
const lengths = [512, 2048, 8192]

function seal ({ kind, created, expires, id, reply, body }, sender, receiver, onceSecret, padding = 0, forget = {}) {
  const once = sodium.crypto_scalarmult_base(onceSecret)
  const theirs = sodium.crypto_sign_ed25519_pk_to_curve25519(receiver.publicKey)
  const shared = sodium.crypto_scalarmult(onceSecret, theirs)
  const key = new Uint8Array(hkdfSync('sha256', shared, Buffer.concat([once, receiver.publicKey]), 'kith-signal 1', 32))
  const text = Buffer.from(body)
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  const said = Buffer.concat([Buffer.from([kind]), u64(created), u64(expires), id, sender.publicKey, reply, length, text])
  const meant = forget.receiver ?? receiver.publicKey
  const sig = sodium.crypto_sign_detached(Buffer.concat([Buffer.from('kith-signal 1\n'), meant, once, said]), sender.privateKey)
  const inner = Buffer.concat([said, sig])
  const whole = lengths.filter(l => l >= 49 + inner.length)[padding]
  const padded = Buffer.concat([inner, Buffer.alloc(whole - 49 - inner.length)])
  if (forget.zeros) padded[padded.length - 1] = 1
  return Buffer.concat([Buffer.from([1]), once, sodium.crypto_secretbox_easy(padded, new Uint8Array(24), key)])
}

const now = 1770000000000
const [anna, ben, eve] = [pair(1), pair(2), pair(3)]
const signals = []
const minute = 60e3
const day = 24 * 60 * minute

function add (what, error, fields, options = {}) {
  const n = signals.length
  const signal = { kind: 1, created: now, expires: now + 2 * minute, id: Buffer.alloc(16, n + 1), reply: Buffer.alloc(32), body: '{}', ...fields }
  const sealed = seal(signal, options.sender ?? anna, options.sealedFor ?? ben, Buffer.alloc(32, 0x40 + n), options.padding, options.forget)
  if (options.spoil !== undefined) sealed[options.spoil] ^= 1
  signals.push({
    what, error, sealed: b64(options.cut ? sealed.subarray(0, options.cut) : sealed),
    kind: signal.kind, created: signal.created, expires: signal.expires, id: b64(signal.id), reply: b64(signal.reply), body: signal.body
  })
}

add('an offer', '', { body: '{"sdp":"v=0\\r\\n"}', reply: pair(9).publicKey })
add('an empty body', '', { body: '' })
add('the longest that fits in 512', '', { body: 'x'.repeat(512 - 49 - 99 - 64) })
add('one byte more', '', { body: 'x'.repeat(512 - 49 - 99 - 64 + 1) })
add('the longest of all', '', { body: 'ä'.repeat((8192 - 49 - 99 - 64) / 2) })
add('a letter of ten days', '', { kind: 16, created: now - 10 * day, expires: now + 4 * day })
add('a kind that nobody knows yet', '', { kind: 200 })
add('made by a clock that is a minute ahead', '', { created: now + minute, expires: now + 3 * minute })
add('expired a minute ago', '', { created: now - 3 * minute, expires: now - minute })
add('expired three minutes ago', 'protocol', { created: now - 5 * minute, expires: now - 3 * minute })
add('from a future of three minutes', 'protocol', { created: now + 3 * minute, expires: now + 4 * minute })
add('an offer that means to live for eleven minutes', 'protocol', { expires: now + 11 * minute })
add('a letter that means to live for fifteen days', 'protocol', { kind: 16, expires: now + 15 * day })
add('expires before it was made', 'protocol', { created: now, expires: now - 1 })
add('for somebody else', 'crypto', {}, { sealedFor: eve })
add('signed for somebody else and sealed anew', 'crypto', {}, { forget: { receiver: eve.publicKey } })
add('a padding that is not zeros', 'syntax', {}, { forget: { zeros: true } })
add('longer than it has to be', 'syntax', {}, { padding: 1 })
add('another version', 'syntax', {}, { spoil: 0 })
add('another one-time key', 'crypto', {}, { spoil: 5 })
add('another MAC', 'crypto', {}, { spoil: 40 })
add('an altered byte', 'crypto', {}, { spoil: 300 })
add('a length that there is not', 'size', {}, { cut: 511 })

const mailbox = (who, label) => b64(sodium.crypto_sign_seed_keypair(createHmac('sha256', who.privateKey.subarray(0, 32)).update(label).digest()).publicKey)
const epoch = n => { const b = Buffer.from('kith-mailbox 1\0\0\0\0'); b.writeUInt32LE(n, 14); return b }
const door = b64(sodium.crypto_sign_seed_keypair(new Uint8Array(hkdfSync('sha256', anna.privateKey.subarray(0, 32), eve.publicKey, 'kith-door 1', 32))).publicKey)
const secret = Buffer.alloc(16, 7)
const challenge = Buffer.alloc(32, 8)
const text = Buffer.concat([Buffer.from('kith-broker 1 subscribe\n'), eve.publicKey, challenge, anna.publicKey])

writeFileSync(join(import.meta.dirname, 'signals.json'), JSON.stringify({
  now,
  sender: b64(anna.privateKey),
  receiver: b64(ben.privateKey),
  signals,
  mailboxes: [0, 1, 4000000000].map(n => ({ epoch: n, address: mailbox(anna, epoch(n)) })),
  invite: { secret: b64(secret), address: mailbox(anna, Buffer.concat([Buffer.from('kith-invite 1'), secret])) },
  door: { broker: b64(eve.publicKey), address: door },
  proof: { broker: b64(eve.publicKey), challenge: b64(challenge), address: b64(anna.publicKey), sig: b64(sodium.crypto_sign_detached(text, anna.privateKey)) }
}, null, 1) + '\n')
