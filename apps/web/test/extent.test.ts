// SPDX-License-Identifier: MIT
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { extentOf, isDrawable } from '../src/media/extent.ts'
import { sniff } from '../src/media/sniff.ts'

const bytes = (...parts: (string | number[])[]): Uint8Array =>
  Uint8Array.from(parts.flatMap(p => (typeof p === 'string' ? [...p].map(c => c.charCodeAt(0)) : p)))
const u32 = (n: number): number[] => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255]
const u16 = (n: number): number[] => [n >> 8, n & 255]
const le16 = (n: number): number[] => [n & 255, n >> 8]
const le24 = (n: number): number[] => [n & 255, (n >> 8) & 255, n >> 16]

const png = (w: number, h: number) => bytes([0x89], 'PNG\r\n\x1a\n', u32(13), 'IHDR', u32(w), u32(h), [8, 2, 0, 0, 0])
const gif = (w: number, h: number) => bytes('GIF89a', le16(w), le16(h), [0, 0, 0])
const jpeg = (w: number, h: number, before: number[] = []) =>
  bytes([0xff, 0xd8], before, [0xff, 0xc2, 0, 11, 8], u16(h), u16(w), [1, 1, 0x11, 0])
const webp = (kind: string, body: number[]) => bytes('RIFF', [0, 0, 0, 0], 'WEBP', kind, [0, 0, 0, 0], body)
const avif = (...sizes: [number, number][]) =>
  bytes(u32(20), 'ftypavif', ...sizes.flatMap(([w, h]) => [u32(20), 'ispe', u32(0), u32(w), u32(h)]))

test('every format says how large it is', () => {
  const exif = [0xff, 0xe1, ...u16(300), ...new Array(298).fill(0xff)]
  const vp8l = (w: number, h: number): number[] => {
    const bits = (w - 1) | ((h - 1) << 14)
    return [0x2f, bits & 255, (bits >> 8) & 255, (bits >> 16) & 255, bits >>> 24, 0, 0]
  }
  const rows: [string, Uint8Array][] = [
    ['image/png', png(640, 480)],
    ['image/gif', gif(640, 480)],
    ['image/jpeg', jpeg(640, 480)],
    ['image/jpeg', jpeg(640, 480, exif)],
    ['image/jpeg', jpeg(640, 480, [0xff, 0xff, 0xd0])],
    ['image/webp', webp('VP8X', [0, 0, 0, 0, ...le24(639), ...le24(479)])],
    ['image/webp', webp('VP8 ', [0, 0, 0, 0x9d, 1, 0x2a, ...le16(640), ...le16(480)])],
    ['image/webp', webp('VP8L', vp8l(640, 480))],
    ['image/avif', avif([100, 100], [640, 480])],
  ]
  for (const [mime, b] of rows) {
    assert.equal(sniff(b).mime, mime)
    assert.deepEqual(extentOf(b, mime), { width: 640, height: 480 }, mime)
    assert.ok(isDrawable(b, mime), mime)
  }
})

test('what claims too much is not drawn', () => {
  for (const [w, h] of [
    [30000, 30000],
    [0xffffffff, 0xffffffff],
    [1, 40000],
    [0, 10],
    [10, 0],
  ] as const)
    assert.equal(isDrawable(png(w, h), 'image/png'), false, `${w} by ${h}`)
  assert.equal(isDrawable(avif([10, 10], [30000, 30000]), 'image/avif'), false)
  assert.equal(isDrawable(webp('VP8X', [0, 0, 0, 0, ...le24(0xffffff), ...le24(0xffffff)]), 'image/webp'), false)
  assert.equal(isDrawable(jpeg(65535, 65535), 'image/jpeg'), false)
})

test('what does not say it, or is cut off anywhere, is not drawn', () => {
  const whole = [png(9, 9), gif(9, 9), jpeg(9, 9), webp('VP8X', [0, 0, 0, 0, 8, 0, 0, 8, 0, 0])]
  for (const b of whole) {
    const { mime } = sniff(b)
    for (let length = 0; length < b.length; length++) {
      const cut = extentOf(b.subarray(0, length), mime)
      assert.ok(cut === undefined || (cut.width === 9 && cut.height === 9), `${mime} at ${length}`)
    }
  }
  assert.equal(isDrawable(bytes('<svg/>'), 'image/svg+xml'), false)
  assert.equal(isDrawable(new Uint8Array(100), 'image/avif'), false)
})

test('a segment of length 0 in a JPEG ends the search', { timeout: 2000 }, () => {
  const b = new Uint8Array(100_000).fill(0)
  b.set([0xff, 0xd8, 0xff, 0xe0, 0, 0])
  assert.equal(extentOf(b, 'image/jpeg'), undefined)
})
