// SPDX-License-Identifier: MIT
// A QR code of some text (ISO/IEC 18004): bytes, correction level M, the least version that fits.

/** By version, level M: codewords of correction in a block, and blocks (table 9 of the standard). */
const CORRECTION = [
  10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26, 26, 28, 28, 28, 28, 28, 28, 28, 28,
  28, 28, 28, 28, 28, 28, 28, 28, 28, 28, 28,
]
const BLOCKS = [
  1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16, 17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35,
  37, 38, 40, 43, 45, 47, 49,
]
const LAST = 40
const LEVEL_M = 0

/** Of data and correction together. */
function codewords(version: number): number {
  const spots = version > 1 ? Math.floor(version / 7) + 2 : 0
  let bits = (16 * version + 128) * version + 64
  if (spots) bits -= (25 * spots - 10) * spots - 55
  if (version > 6) bits -= 36
  return bits >> 3
}

const room = (version: number): number => codewords(version) - CORRECTION[version - 1]! * BLOCKS[version - 1]!

function multiply(a: number, b: number): number {
  let product = 0
  for (let bit = 7; bit >= 0; bit--) product = (product << 1) ^ ((product >> 7) * 0x11d) ^ (((b >> bit) & 1) * a)
  return product
}

function divisor(degree: number): Uint8Array {
  const out = new Uint8Array(degree)
  out[degree - 1] = 1
  for (let i = 0, root = 1; i < degree; i++, root = multiply(root, 2)) {
    for (let j = 0; j < degree; j++) out[j] = multiply(out[j]!, root) ^ (out[j + 1] ?? 0)
  }
  return out
}

function remainder(data: Uint8Array, by: Uint8Array): Uint8Array {
  const out = new Uint8Array(by.length)
  for (const byte of data) {
    const factor = byte ^ out[0]!
    out.copyWithin(0, 1)
    out[out.length - 1] = 0
    for (const [i, it] of by.entries()) out[i]! ^= multiply(it, factor)
  }
  return out
}

/** Mode, length and text, filled up. */
function dataOf(text: Uint8Array, version: number): Uint8Array {
  const bits: number[] = []
  const put = (value: number, count: number): void => {
    for (let i = count - 1; i >= 0; i--) bits.push((value >> i) & 1)
  }
  const all = room(version) * 8
  put(4, 4)
  put(text.length, version < 10 ? 8 : 16)
  for (const byte of text) put(byte, 8)
  put(0, Math.min(4, all - bits.length))
  put(0, -bits.length & 7)
  for (let fill = 0xec; bits.length < all; fill ^= 0xec ^ 0x11) put(fill, 8)
  return Uint8Array.from({ length: all / 8 }, (_, i) =>
    bits.slice(i * 8, i * 8 + 8).reduce((byte, bit) => byte * 2 + bit, 0),
  )
}

/** Data and correction in turns, a codeword of each block. */
function interleaved(data: Uint8Array, version: number): number[] {
  const count = BLOCKS[version - 1]!
  const length = CORRECTION[version - 1]!
  const by = divisor(length)
  const short = Math.floor(data.length / count)
  const firstLong = count - (data.length % count)
  let at = 0
  const blocks = Array.from({ length: count }, (_, i) => {
    const block = data.subarray(at, at + short + Number(i >= firstLong))
    at += block.length
    return { block, more: remainder(block, by) }
  })
  const out: number[] = []
  for (let i = 0; i <= short; i++) for (const { block } of blocks) if (i < block.length) out.push(block[i]!)
  for (let i = 0; i < length; i++) for (const { more } of blocks) out.push(more[i]!)
  return out
}

const MASKS: ((x: number, y: number) => boolean)[] = [
  (x, y) => (x + y) % 2 === 0,
  (_, y) => y % 2 === 0,
  x => x % 3 === 0,
  (x, y) => (x + y) % 3 === 0,
  (x, y) => (((x / 3) | 0) + ((y / 2) | 0)) % 2 === 0,
  (x, y) => ((x * y) % 2) + ((x * y) % 3) === 0,
  (x, y) => (((x * y) % 2) + ((x * y) % 3)) % 2 === 0,
  (x, y) => (((x + y) % 2) + ((x * y) % 3)) % 2 === 0,
]

/** A field of modules, true is dark; `fixed` are those that are no data. */
class Field {
  size: number
  dark: boolean[][]
  fixed: boolean[][]

  constructor(version: number) {
    this.size = version * 4 + 17
    const empty = (): boolean[][] => Array.from({ length: this.size }, () => new Array<boolean>(this.size).fill(false))
    this.dark = empty()
    this.fixed = empty()
    this.#patterns(version)
  }

  set(x: number, y: number, dark: boolean): void {
    if (x < 0 || y < 0 || x >= this.size || y >= this.size) return
    this.dark[y]![x] = dark
    this.fixed[y]![x] = true
  }

  #patterns(version: number): void {
    const { size } = this
    for (let i = 0; i < size; i++) {
      this.set(6, i, i % 2 === 0)
      this.set(i, 6, i % 2 === 0)
    }
    for (const [cx, cy] of [
      [3, 3],
      [size - 4, 3],
      [3, size - 4],
    ] as const) {
      for (let dy = -4; dy <= 4; dy++)
        for (let dx = -4; dx <= 4; dx++) {
          const far = Math.max(Math.abs(dx), Math.abs(dy))
          this.set(cx + dx, cy + dy, far !== 2 && far !== 4)
        }
    }
    const spots = this.#spots(version)
    for (const cx of spots)
      for (const cy of spots) {
        if ((cx === 6 && cy === 6) || (cx === 6 && cy === size - 7) || (cx === size - 7 && cy === 6)) continue
        for (let dy = -2; dy <= 2; dy++)
          for (let dx = -2; dx <= 2; dx++) this.set(cx + dx, cy + dy, Math.max(Math.abs(dx), Math.abs(dy)) !== 1)
      }
    this.format(0)
    if (version < 7) return
    let rest = version
    for (let i = 0; i < 12; i++) rest = (rest << 1) ^ ((rest >> 11) * 0x1f25)
    const bits = (version << 12) | rest
    for (let i = 0; i < 18; i++) {
      const [a, b] = [size - 11 + (i % 3), Math.floor(i / 3)]
      this.set(a, b, ((bits >> i) & 1) === 1)
      this.set(b, a, ((bits >> i) & 1) === 1)
    }
  }

  #spots(version: number): number[] {
    if (version === 1) return []
    const count = Math.floor(version / 7) + 2
    const step = version === 32 ? 26 : Math.ceil((version * 4 + 4) / (count * 2 - 2)) * 2
    return [6, ...Array.from({ length: count - 1 }, (_, i) => this.size - 7 - i * step)]
  }

  format(mask: number): void {
    const data = (LEVEL_M << 3) | mask
    let rest = data
    for (let i = 0; i < 10; i++) rest = (rest << 1) ^ ((rest >> 9) * 0x537)
    const bits = ((data << 10) | rest) ^ 0x5412
    const { size } = this
    for (let i = 0; i < 15; i++) {
      const dark = ((bits >> i) & 1) === 1
      this.set(8, i < 6 ? i : i < 8 ? i + 1 : size - 15 + i, dark)
      this.set(i < 8 ? size - 1 - i : i < 9 ? 7 : 14 - i, 8, dark)
    }
    this.set(8, size - 8, true)
  }

  /** In pairs of columns from the right, upwards and downwards in turns. */
  fill(words: number[]): void {
    let bit = 0
    for (let right = this.size - 1; right >= 1; right -= 2) {
      if (right === 6) right = 5
      for (let i = 0; i < this.size; i++)
        for (const x of [right, right - 1]) {
          const y = ((right + 1) & 2) === 0 ? this.size - 1 - i : i
          if (this.fixed[y]![x]) continue
          this.dark[y]![x] = (((words[bit >> 3] ?? 0) >> (7 - (bit & 7))) & 1) === 1
          bit++
        }
    }
  }

  mask(number: number): void {
    for (let y = 0; y < this.size; y++)
      for (let x = 0; x < this.size; x++) {
        if (!this.fixed[y]![x] && MASKS[number]!(x, y)) this.dark[y]![x] = !this.dark[y]![x]
      }
    this.format(number)
  }

  /** How hard it is to read: long runs, squares, what looks like a corner, too much of one colour. */
  penalty(): number {
    let sum = 0
    let darks = 0
    const columns = this.dark.map((_, x) => this.dark.map(row => row[x]!))
    for (const line of [...this.dark, ...columns]) {
      const text = line.map(Number).join('')
      for (const run of text.match(/0{5,}|1{5,}/g) ?? []) sum += run.length - 2
      for (const corner of ['10111010000', '00001011101'])
        for (let at = text.indexOf(corner); at >= 0; at = text.indexOf(corner, at + 1)) sum += 40
    }
    for (let y = 0; y < this.size; y++)
      for (let x = 0; x < this.size; x++) {
        const it = this.dark[y]![x]
        darks += Number(it)
        if (x && y && it === this.dark[y]![x - 1] && it === this.dark[y - 1]![x] && it === this.dark[y - 1]![x - 1])
          sum += 3
      }
    return sum + Math.floor(Math.abs(darks * 20 - this.size ** 2 * 10) / this.size ** 2) * 10
  }
}

/** Rows of modules, true is dark, without the quiet border. Nothing if the text is too long. */
export function qr(text: string): boolean[][] | undefined {
  const bytes = new TextEncoder().encode(text)
  let version = 1
  while (version <= LAST && bytes.length + (version < 10 ? 2 : 3) > room(version)) version++
  if (version > LAST) return undefined
  const field = new Field(version)
  field.fill(interleaved(dataOf(bytes, version), version))
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let number = 0; number < MASKS.length; number++) {
    field.mask(number)
    const penalty = field.penalty()
    if (penalty < least) [least, best] = [penalty, number]
    field.mask(number) // and away again
  }
  field.mask(best)
  return field.dark
}
