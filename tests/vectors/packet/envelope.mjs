// SPDX-License-Identifier: MIT
// envelope.mjs: packets sealed and opened with Node's own crypto and zlib, written from docs/protocol/packet.md
// alone. The second implementation: it shares no line with ours and needs no package.
import { createCipheriv, createDecipheriv, createHash, createPrivateKey, createPublicKey, diffieHellman, hkdfSync, sign, verify } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { deflateRawSync, inflateRawSync } from 'node:zlib'

const words = Buffer.from(readFileSync(new URL('../../../docs/protocol/packet.md', import.meta.url), 'utf8').match(/\*\*Words\.\*\*.*?```\n(.*?)```/s)[1].replaceAll('\n', ''))

const pkcs8 = oid => Buffer.from(`302e020100300506032b65${oid}04220420`, 'hex')
const spki = oid => Buffer.from(`302a300506032b65${oid}032100`, 'hex')
const privateKey = (oid, raw) => createPrivateKey({ key: Buffer.concat([pkcs8(oid), raw]), format: 'der', type: 'pkcs8' })
const publicKey = (oid, raw) => createPublicKey({ key: Buffer.concat([spki(oid), raw]), format: 'der', type: 'spki' })
const rawPublic = key => createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-32)
const ED = '70'
const X = '6e'

// A person: seed and public key of ed25519.
export const person = seed => ({ seed, pub: rawPublic(privateKey(ED, seed)) })

// The curve25519 form of an ed25519 key: u = (1 + y) / (1 - y) mod 2^255 - 19; of a seed: half of its SHA-512.
const P = (1n << 255n) - 19n
function power (base, exponent) {
  let result = 1n
  for (base %= P; exponent; exponent >>= 1n, base = base * base % P) if (exponent & 1n) result = result * base % P
  return result
}
const little = bytes => BigInt('0x' + Buffer.from(bytes).reverse().toString('hex'))
function montgomery (pub) {
  const y = little(pub) & ((1n << 255n) - 1n)
  const u = (1n + y) * power((P + 1n - y) % P, P - 2n) % P
  return Buffer.from(u.toString(16).padStart(64, '0'), 'hex').reverse()
}
const scalar = seed => createHash('sha512').update(seed).digest().subarray(0, 32)

const sha256 = bytes => createHash('sha256').update(bytes).digest()
const hkdf = (secret, salt, info) => Buffer.from(hkdfSync('sha256', secret, salt, info, 32))
function aeadSeal (key, nonce, text) {
  const c = createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  return Buffer.concat([c.update(text), c.final(), c.getAuthTag()])
}
function aeadOpen (key, nonce, box) {
  const d = createDecipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
  d.setAuthTag(box.subarray(-16))
  return Buffer.concat([d.update(box.subarray(0, -16)), d.final()])
}
const chunkNonce = (number, last) => { const n = Buffer.alloc(12); n.writeBigUInt64BE(BigInt(number), 3); n[11] = last ? 1 : 0; return n }
const slotKey = (mySecret, theirPublic, once, R) =>
  hkdf(diffieHellman({ privateKey: privateKey(X, mySecret), publicKey: publicKey(X, theirPublic) }), Buffer.concat([once, R]), 'kith-packet 1 slot')

export function sizeClass (length) {
  if (length <= 1024) return 1024
  const e = Math.floor(Math.log2(length))
  const step = 2 ** (e - Math.floor(Math.log2(e)) - 1)
  return Math.ceil(length / step) * step
}

const u = (bytes, n) => { const b = Buffer.alloc(bytes); bytes === 8 ? b.writeBigUInt64LE(BigInt(n)) : b.writeUIntLE(n, 0, bytes); return b }
export const part = (type, ...bytes) => { const all = Buffer.concat(bytes); return Buffer.concat([u(2, type), u(4, all.length), all]) }
export { u }

// fields: created, expires, id, content, and for wrong ones: encoding, compression, expanded, signer, signature, padding, header, n.
export function seal (fields, sender, recipients, random) {
  const n = fields.n ?? 2 ** Math.ceil(Math.log2(recipients.length))
  const e = random(32)
  const once = rawPublic(privateKey(X, e))
  const K = random(32)
  const slots = Array.from({ length: n }, () => random(48))
  recipients.forEach((R, i) => { slots[n - 1 - i] = aeadSeal(slotKey(e, montgomery(R), once, R), Buffer.alloc(12), K) })
  const header = Buffer.concat([Buffer.from([1, n]), once, ...slots])
  const content = fields.compression ? deflateRawSync(fields.content, fields.compression === 2 ? { dictionary: words } : {}) : fields.content
  const said = Buffer.concat([Buffer.from([fields.encoding ?? 1, fields.compression ?? 0, fields.flags ?? 0]), u(8, fields.created), u(8, fields.expires), fields.id,
    sender.pub, u(4, content.length), u(4, fields.expanded ?? fields.content.length), content])
  const meant = Buffer.concat([Buffer.from('kith-packet 1\n'), sha256(fields.header ?? header), said])
  const text = Buffer.concat([said, fields.signature ?? sign(null, meant, privateKey(ED, (fields.signer ?? sender).seed))])
  const padded = Buffer.concat([text, Buffer.alloc(sizeClass(text.length) + (fields.padding ?? 0) - text.length)])
  if (fields.dirt) padded[padded.length - 1] = 1
  const B = hkdf(K, sha256(header), 'kith-packet 1 body')
  const chunks = []
  for (let at = 0, i = 0; at < padded.length; at += 65536, i++) chunks.push(aeadSeal(B, chunkNonce(i, at + 65536 >= padded.length), padded.subarray(at, at + 65536)))
  return Buffer.concat([header, ...chunks])
}

export function open (packet, me, now) {
  if (packet.length > 8 << 20 || packet[0] !== 1 || ![1, 2, 4, 8, 16].includes(packet[1])) throw new Error('no packet')
  const front = 34 + 48 * packet[1]
  const header = packet.subarray(0, front)
  const once = packet.subarray(2, 34)
  const S = slotKey(scalar(me.seed), once, once, me.pub)
  let K
  for (let at = 34; at < front && !K; at += 48) try { K = aeadOpen(S, Buffer.alloc(12), packet.subarray(at, at + 48)) } catch {}
  if (!K) throw new Error('for somebody else')
  const B = hkdf(K, sha256(header), 'kith-packet 1 body')
  const chunks = []
  for (let at = front, i = 0; at < packet.length; at += 65552, i++) chunks.push(aeadOpen(B, chunkNonce(i, at + 65552 >= packet.length), packet.subarray(at, at + 65552)))
  const text = Buffer.concat(chunks)
  const length = text.readUInt32LE(67)
  const expanded = text.readUInt32LE(71)
  const said = text.subarray(0, 75 + length)
  if (text.length !== sizeClass(said.length + 64) || text.subarray(said.length + 64).some(b => b)) throw new Error('size class or padding')
  if (text[1] > 2) throw new Error('compression')
  if (expanded > 16 << 20) throw new Error('a bomb')
  const from = text.subarray(35, 67)
  if (!verify(null, Buffer.concat([Buffer.from('kith-packet 1\n'), sha256(header), said]), publicKey(ED, from), text.subarray(said.length, said.length + 64))) throw new Error('signature')
  const created = Number(text.readBigUInt64LE(3))
  const expires = Number(text.readBigUInt64LE(11))
  const day = 86400e3
  if (created > now + day || expires + day <= now || expires <= created || expires - created > 90 * day) throw new Error('times')
  const content = text[1] ? inflateRawSync(text.subarray(75, 75 + length), { maxOutputLength: expanded || 1, ...text[1] === 2 && { dictionary: words } }) : text.subarray(75, 75 + length)
  if (content.length !== expanded) throw new Error('expanded')
  return { encoding: text[0], compression: text[1], flags: text[2], created, expires, id: text.subarray(19, 35), from, content, parts: text[0] === 1 ? parts(content) : [] }
}

export function parts (content) {
  const all = []
  for (let at = 0; at < content.length;) {
    const length = content.readUInt32LE(at + 2)
    if (at + 6 + length > content.length) throw new Error('a part is cut off')
    all.push({ type: content.readUInt16LE(at), bytes: content.subarray(at + 6, at + 6 + length) })
    at += 6 + length
  }
  return all
}
