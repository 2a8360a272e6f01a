// SPDX-License-Identifier: MIT
// make.mjs [MODULES]: writes vault.json beside it, with npm's sodium-native and Node's HKDF, from docs/protocol/vault.md
// and account.md alone: what our C code has to make and to read.
import { createHash, hkdfSync } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'

const sodium = createRequire(resolve(process.argv[2] ?? process.env.KITH_JS ?? 'build/js/db2/node_modules') + '/')('sodium-native')
const b64 = bytes => Buffer.from(bytes).toString('base64')
const u32 = n => { const b = Buffer.alloc(4); b.writeUInt32LE(n); return b }
const u64 = n => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b }
function pair (fill) {
  const [publicKey, secretKey] = [Buffer.alloc(32), Buffer.alloc(64)]
  sodium.crypto_sign_seed_keypair(publicKey, secretKey, Buffer.alloc(32, fill))
  return { publicKey, secretKey }
}
const [anna, broker] = [pair(1), pair(2)]

const passwords = [['anna.b', 'correct horse', 65536, 3], ['ben', 'Größe ☃ ' + 'x'.repeat(100), 65536, 3], ['carl', '', 1024, 1]].map(([handle, password, memory, passes]) => {
  const salt = createHash('sha256').update('kith-account salt 1\n').update(broker.publicKey).update(handle).digest().subarray(0, 16)
  const root = Buffer.alloc(32)
  sodium.crypto_pwhash(root, Buffer.from(password), salt, passes, memory * 1024, sodium.crypto_pwhash_ALG_ARGON2ID13)
  const key = use => b64(hkdfSync('sha256', root, '', `kith-account ${use} 1`, 32))
  return { broker: b64(broker.publicKey), handle, password, memory, passes, salt: b64(salt), auth: key('auth'), vault: key('vault') }
})

const files = []
function add (what, error, fields = {}, change = bytes => bytes) {
  const v = { version: 3, sequence: 17, made: 1770000000000, memory: 65536, passes: 3, content: Buffer.from('sealed elsewhere'), ...fields }
  const said = Buffer.concat([Buffer.from('kith-vault 1\n'), anna.publicKey, u64(v.version), u64(v.sequence), u64(v.made), Buffer.alloc(16, 7), Buffer.alloc(16, 8),
    u32(v.memory), u32(v.passes), u32(v.length ?? v.content.length), v.content])
  const sig = Buffer.alloc(64)
  sodium.crypto_sign_detached(sig, said, anna.secretKey)
  files.push({ what, error, version: Number(v.version), sequence: v.sequence, content: b64(v.content), file: b64(change(Buffer.concat([said, sig]))) })
}
add('a vault', '')
add('an empty one', '', { content: Buffer.alloc(0), sequence: 0, version: 1 })
add('the highest numbers', '', { version: 2 ** 53 - 1, sequence: 2 ** 53 - 1 })
add('version 0', 'syntax', { version: 0 })
add('a version that JavaScript cannot count', 'syntax', { version: 2n ** 53n })
add('more memory than anybody has', 'size', { memory: (1 << 20) + 1 })
add('no memory', 'size', { memory: 0 })
add('no pass', 'size', { passes: 0 })
add('more passes than anybody waits for', 'size', { passes: 17 })
add('a length beyond the limit', 'size', { length: (16 << 20) + 1 })
add('shorter than it says', 'hangup', { length: 17 })
add('longer than it says', 'syntax', { length: 15 })
add('a byte behind', 'syntax', {}, b => Buffer.concat([b, Buffer.alloc(1)]))
add('the next format', 'syntax', {}, b => { b[11] = 0x32; return b })
add('another version than was signed', 'crypto', {}, b => { b[45]++; return b })
add('another content than was signed', 'crypto', {}, b => { b[115] ^= 1; return b })
writeFileSync(join(import.meta.dirname, 'vault.json'), JSON.stringify({ owner: b64(anna.publicKey), passwords, files }, null, 1) + '\n')
