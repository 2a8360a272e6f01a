// SPDX-License-Identifier: MIT
// Reads a QR code in what a camera sees or a picture shows: by the browser itself where it can do that, else by npm's `qr`,
// which is loaded then.

interface Detector {
  detect(from: Source): Promise<{ rawValue: string }[]>
}
interface Detectors {
  new (options: { formats: string[] }): Detector
  getSupportedFormats(): Promise<string[]>
}
type Source = HTMLVideoElement | ImageBitmap
type Pixels = Pick<ImageData, 'width' | 'height' | 'data'>
export type Scanner = (from: Source) => Promise<string | undefined>

/** The longest side of a picture that is looked at, in pixels: the largest code has 185 modules. */
const SIDE_MAX = 2400
/** How long a picture may be looked at, once its plain reading has failed; a camera gives the next one at once. */
const PATIENCE_MS = 1500

const sizeOf = (from: Source): [number, number] =>
  from instanceof ImageBitmap ? [from.width, from.height] : [from.videoWidth, from.videoHeight]

function pixels(from: Source): Pixels | undefined {
  const [width, height] = sizeOf(from)
  const scale = Math.min(1, SIDE_MAX / Math.max(width, height))
  const [w, h] = [Math.round(width * scale), Math.round(height * scale)]
  if (!w || !h) return undefined
  const paper = new OffscreenCanvas(w, h).getContext('2d', { willReadFrequently: true })!
  paper.drawImage(from, 0, 0, w, h)
  return paper.getImageData(0, 0, w, h)
}

/** What a code in these pixels says. */
export async function readPixels(from: Pixels, timeLimit?: number): Promise<string | undefined> {
  const { decodeQR } = await import('qr/decode.js')
  try {
    return decodeQR(from, timeLimit ? { timeLimit, effort: 100 } : {})
  } catch {
    return undefined // it says so of a picture without a code
  }
}

async function own(): Promise<Detector | undefined> {
  const made = (globalThis as { BarcodeDetector?: Detectors }).BarcodeDetector
  // It may be there by name, and able to read nothing.
  const can = await made?.getSupportedFormats().catch((): string[] => [])
  return can?.includes('qr_code') ? new made!({ formats: ['qr_code'] }) : undefined
}

/** For one picture of a camera after another. */
export async function openScanner(): Promise<Scanner> {
  const detector = await own()
  if (detector) return async from => (await detector.detect(from).catch(() => []))[0]?.rawValue
  await import('qr/decode.js')
  return async from => {
    const seen = pixels(from)
    return seen && readPixels(seen)
  }
}

/** Throws for a file that is no picture. */
export async function readPhoto(file: Blob): Promise<string | undefined> {
  const photo = await createImageBitmap(file)
  try {
    const [found] = (await (await own())?.detect(photo).catch(() => [])) ?? []
    const seen = pixels(photo)
    return found?.rawValue ?? (seen && (await readPixels(seen, PATIENCE_MS)))
  } finally {
    photo.close()
  }
}
