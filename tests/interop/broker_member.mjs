// SPDX-License-Identifier: MIT
// Somebody with an account at a kith-broker, by docs/protocol/account.md, with npm's libsodium and Node's crypto.
import assert from 'node:assert/strict'
import { createHash, hkdfSync } from 'node:crypto'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'
import { b64, sodium } from './broker_client.mjs'

const native = createRequire(resolve(process.env.KITH_JS ?? 'build/js/db2/node_modules') + '/')('sodium-native') // the one with Argon2id

export function stretch (password, handle, broker) {
  const salt = createHash('sha256').update('kith-account salt 1\n').update(broker).update(handle).digest().subarray(0, 16)
  const root = Buffer.alloc(32)
  native.crypto_pwhash(root, Buffer.from(password.normalize('NFKC')), salt, 3, 64 << 20, native.crypto_pwhash_ALG_ARGON2ID13)
  return Buffer.from(hkdfSync('sha256', root, '', 'kith-account auth 1', 32))
}
export function agree (client, keys, auth, handle) {
  return b64(sodium.crypto_sign_detached(Buffer.concat([Buffer.from('kith-account 1 hold\n'), client.key, client.challenge, auth, Buffer.from(handle)]), keys.privateKey))
}
export const create = (client, handle, keys, auth) => client.call('account.create', { handle, auth: b64(auth), key: b64(keys.publicKey), sig: agree(client, keys, auth, handle.toLowerCase()) })

export function readCertificate (text) {
  assert.ok(text.startsWith('kith-cert-1.'))
  const raw = Buffer.from(text.slice(12), 'base64url')
  const handleEnd = 89 + raw[88]
  const hostEnd = handleEnd + 1 + raw[handleEnd]
  assert.equal(raw.length, hostEnd + 64)
  assert.ok(sodium.crypto_sign_verify_detached(raw.subarray(hostEnd), Buffer.concat([Buffer.from('kith-certificate 1\n'), raw.subarray(0, hostEnd)]), raw.subarray(0, 32)))
  return { broker: raw.subarray(0, 32), key: raw.subarray(32, 64), tag: raw.subarray(64, 80), from: raw.readUInt32LE(80), until: raw.readUInt32LE(84), handle: raw.subarray(89, handleEnd).toString(), host: raw.subarray(handleEnd + 1, hostEnd).toString() }
}
export async function feed (client, after = 0) {
  const items = []
  client.onstream = item => items.push(item)
  const end = client.source('account.feed', { after })
  await end
  client.onstream = null
  return items
}
