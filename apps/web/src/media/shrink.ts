// SPDX-License-Identifier: MIT
// Photos are drawn anew before anybody gets them: at most 2048 pixels, and nothing of the place, the
// camera or the owner that a file may carry.
import { t } from '../i18n/index.ts'
import { isDrawable } from './extent.ts'
import { sniff } from './sniff.ts'

const LARGEST = 2048

/** Nothing is decoded that says it is larger than the memory, and nothing that is no picture. */
async function judge(file: Blob): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  const { mime, kind } = sniff(bytes)
  // Only here, where it is drawn anew at once, a bitmap counts as a picture.
  const really = kind === 'image' ? mime : bytes[0] === 0x42 && bytes[1] === 0x4d ? 'image/bmp' : ''
  if (!really) throw new Error(t('media.refused'))
  if (!isDrawable(bytes, really)) throw new Error(t('media.vast'))
}

export interface Shrunk {
  blob: Blob
  changed: boolean
}

export async function shrink(file: Blob, largest = LARGEST): Promise<Shrunk> {
  await judge(file)
  // A moving picture would stand still after drawing, and the format has no place for EXIF.
  if (file.type === 'image/gif') return { blob: file, changed: false }
  const picture = await createImageBitmap(file)
  const scale = Math.min(1, largest / Math.max(picture.width, picture.height))
  const width = Math.max(1, Math.round(picture.width * scale))
  const height = Math.max(1, Math.round(picture.height * scale))
  const canvas = new OffscreenCanvas(width, height)
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(picture, 0, 0, width, height)
  picture.close()
  const type = file.type === 'image/jpeg' ? 'image/jpeg' : 'image/webp'
  return { blob: await canvas.convertToBlob({ type, quality: 0.84 }), changed: true }
}

/** A square from the middle: for a profile. */
export async function square(file: Blob, side = 512): Promise<Blob> {
  await judge(file)
  const picture = await createImageBitmap(file)
  const cut = Math.min(picture.width, picture.height)
  const canvas = new OffscreenCanvas(Math.min(side, cut), Math.min(side, cut))
  const pen = canvas.getContext('2d')
  if (!pen) throw new Error('no canvas')
  pen.imageSmoothingQuality = 'high'
  pen.drawImage(
    picture,
    (picture.width - cut) / 2,
    (picture.height - cut) / 2,
    cut,
    cut,
    0,
    0,
    canvas.width,
    canvas.height,
  )
  picture.close()
  return canvas.convertToBlob({ type: 'image/jpeg', quality: 0.86 })
}
