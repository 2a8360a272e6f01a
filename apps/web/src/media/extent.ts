// SPDX-License-Identifier: MIT
// How large a picture says it is, read from its first bytes: a file of a few kilobytes can claim a
// billion pixels, and a browser that decodes it fills the memory. So this is asked before any decoder.

/** A photo of a good camera, four times over; 256 MB when decoded. */
export const MOST_PIXELS = 64_000_000
const MOST_SIDE = 32_000

export interface Extent {
  width: number
  height: number
}

const u16 = (b: DataView, at: number, little = false): number => b.getUint16(at, little)
const u24 = (b: DataView, at: number): number => b.getUint16(at, true) | (b.getUint8(at + 2) << 16)
const ascii = (b: DataView, at: number): string => String.fromCharCode(...[0, 1, 2, 3].map(i => b.getUint8(at + i)))

/** The frame's header may come after profiles and previews, which are skipped by their length. */
function jpeg(b: DataView): Extent | undefined {
  for (let at = 2; at + 9 <= b.byteLength; ) {
    if (b.getUint8(at) !== 0xff) return undefined
    const marker = b.getUint8(at + 1)
    if (marker === 0xff) at++
    else if (marker === 0x01 || (marker >= 0xd0 && marker <= 0xd7)) at += 2
    else if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker))
      return { width: u16(b, at + 7), height: u16(b, at + 5) }
    else at += 2 + u16(b, at + 2)
  }
  return undefined
}

function webp(b: DataView): Extent | undefined {
  const kind = ascii(b, 12)
  if (kind === 'VP8X') return { width: u24(b, 24) + 1, height: u24(b, 27) + 1 }
  if (kind === 'VP8 ') return { width: u16(b, 26, true) & 0x3fff, height: u16(b, 28, true) & 0x3fff }
  if (kind !== 'VP8L') return undefined
  const bits = b.getUint32(21, true)
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 }
}

/** A file may hold several pictures; the largest counts. */
function avif(b: DataView): Extent | undefined {
  let found: Extent | undefined
  for (let at = 4; at + 16 <= b.byteLength; at++) {
    if (b.getUint8(at) !== 0x69 || ascii(b, at) !== 'ispe') continue
    const one = { width: b.getUint32(at + 8), height: b.getUint32(at + 12) }
    if (!found || one.width * one.height > found.width * found.height) found = one
  }
  return found
}

const READERS: Record<string, (b: DataView) => Extent | undefined> = {
  'image/png': b => (ascii(b, 12) === 'IHDR' ? { width: b.getUint32(16), height: b.getUint32(20) } : undefined),
  'image/gif': b => ({ width: u16(b, 6, true), height: u16(b, 8, true) }),
  'image/bmp': b => ({ width: Math.abs(b.getInt32(18, true)), height: Math.abs(b.getInt32(22, true)) }),
  'image/jpeg': jpeg,
  'image/webp': webp,
  'image/avif': avif,
}

/** Undefined where the bytes do not say it. */
export function extentOf(bytes: Uint8Array, mime: string): Extent | undefined {
  try {
    return READERS[mime]?.(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  } catch (error) {
    if (error instanceof RangeError) return undefined // It ends before it has said so.
    throw error
  }
}

/** Whether a browser may be asked to draw it. */
export function isDrawable(bytes: Uint8Array, mime: string): boolean {
  const { width, height } = extentOf(bytes, mime) ?? { width: 0, height: 0 }
  return width > 0 && height > 0 && Math.max(width, height) <= MOST_SIDE && width * height <= MOST_PIXELS
}
