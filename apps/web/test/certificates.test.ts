// SPDX-License-Identifier: MIT
// Who may say what of a handle: certificates by a broker that we met, and by somebody who uses its name.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { foundBy, handleOf, isOf } from '../src/account/certificates.ts'
import { base64 } from '../src/tab/bytes.ts'

const known = new Uint8Array(32).fill(1)
const forger = new Uint8Array(32).fill(2)
const anna = new Uint8Array(32).fill(3)
const until = 1800000000000
// As the core reads them: who signed, of whom, and what name the signer writes.
const papers: Record<string, { broker: Uint8Array; key: Uint8Array; handle: string; host: string; until: number }> = {
  true: { broker: known, key: anna, handle: 'anna.b', host: 'kith.example', until },
  forged: { broker: forger, key: anna, handle: 'anna.b', host: 'kith.example', until },
}
const core = {
  certificate(text: string) {
    const it = papers[text]
    if (!it) throw new Error('crypto')
    return it
  },
}
const servers = { [base64(known)]: 'kith.example:443' }

test('a handle stands with the server where we met its signer', () => {
  assert.deepEqual(handleOf(core, 'true', servers), { handle: 'anna.b', host: 'kith.example:443', until })
})

test('whoever signs in that server’s name gives no name', () => {
  assert.equal(handleOf(core, 'forged', servers).host, '')
})

test('a certificate is of its own key alone', () => {
  assert(isOf(core, 'true', base64(anna)))
  assert(!isOf(core, 'true', base64(forger)))
  assert(!isOf(core, 'none at all', base64(anna)))
  assert(!isOf(core, undefined, base64(anna)))
})

test('what a broker finds has to be its own word, and still to hold', () => {
  assert.equal(foundBy(core, 'true', base64(known), until - 1)?.handle, 'anna.b')
  assert.equal(foundBy(core, 'forged', base64(known), until - 1), null)
  assert.equal(foundBy(core, 'true', base64(known), until + 1), null)
})
