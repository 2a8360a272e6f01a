// SPDX-License-Identifier: MIT
// Codes that a reader of another make (npm's jsqr) has read, kept as hashes of their modules.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { qr } from '../src/tab/qr.ts'

const rows: [text: string, size: number, hash: string][] = [
  ['kith', 21, 'da00c1ba37f09a04'],
  [`https://broker.example/#/i/${'AQ'.repeat(57)}?n=Anna%20K%C3%B6nig`, 53, 'e6230e75eaec4226'],
  [`kith1o${'Zm9v'.repeat(150)}`, 93, 'a8d5e728729ccfc7'],
  ['ü'.repeat(900), 157, 'bd58abf3663524bf'],
]

test('a code is what another reader has read', () => {
  for (const [text, size, hash] of rows) {
    const found = qr(text)!
    assert.equal(found.length, size)
    const said = found.map(row => row.map(Number).join('')).join('\n')
    assert.equal(createHash('sha256').update(said).digest('hex').slice(0, 16), hash)
  }
})

test('what is too long for the largest code has none', () => {
  assert.equal(qr('x'.repeat(2331))?.length, 177)
  assert.equal(qr('x'.repeat(2332)), undefined)
})
