// SPDX-License-Identifier: MIT
// Codes that a reader of another make (npm's jsqr) has read, kept as hashes of their modules.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { qr } from '../src/tab/qr.ts'
import { readPixels } from '../src/tab/scanner.ts'

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

/** A picture of a code: larger, turned, dark on grey, with a little of everything else. */
function picture(rows: boolean[][], { scale = 3, turn = 0, noise = 0 }) {
  const whole = rows.length + 8
  const side = Math.ceil(whole * scale * (Math.abs(Math.sin(turn)) + Math.abs(Math.cos(turn))))
  const data = new Uint8ClampedArray(4 * side * side).fill(255)
  let seed = 1
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const [fromX, fromY] = [x + 0.5 - side / 2, y + 0.5 - side / 2]
      const column = Math.floor((fromX * Math.cos(turn) - fromY * Math.sin(turn)) / scale + whole / 2) - 4
      const row = Math.floor((fromX * Math.sin(turn) + fromY * Math.cos(turn)) / scale + whole / 2) - 4
      seed = (seed * 48271) % 0x7fffffff
      const light = (rows[row]?.[column] ? 40 : 215) + ((seed % 201) - 100) * noise
      data.fill(light, 4 * (y * side + x), 4 * (y * side + x) + 3)
    }
  }
  return { width: side, height: side, data }
}

test('what we show, our own reader reads, in any size', async () => {
  for (const length of [4, 20, 60, 120, 300, 500, 700, 900, 1200, 1600, 2000, 2331]) {
    const text = Array.from({ length }, (_, i) => String.fromCharCode(33 + ((i * 37) % 90))).join('')
    for (const scale of [2, 3, 5]) {
      assert.equal(await readPixels(picture(qr(text)!, { scale })), text, `${length} at ${scale}`)
    }
  }
  assert.equal(await readPixels(picture(qr('Anna König, Öl für 5 €')!, {})), 'Anna König, Öl für 5 €')
})

test('turned, and on a picture that is not clean', async () => {
  const text = `https://broker.example/#/i/${'AQ'.repeat(57)}?n=Anna`
  for (const turn of [0.1, 0.8, Math.PI / 2, 2.5, 4]) {
    assert.equal(await readPixels(picture(qr(text)!, { scale: 5, turn, noise: 0.3 }), 1500), text, `${turn}`)
  }
})

test('a picture without a code says nothing', async () => {
  const blank = { width: 640, height: 480, data: new Uint8ClampedArray(4 * 640 * 480).fill(200) }
  assert.equal(await readPixels(blank), undefined)
  assert.equal(await readPixels(picture([[true]], { scale: 20, noise: 1 })), undefined)
})
