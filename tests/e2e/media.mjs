// SPDX-License-Identifier: MIT
// A photo that knows where it was taken and a film as large as one wishes, both made by the browser, so that
// no such file lies in the tree.
import crypto from 'node:crypto'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { newHome } from '../interop/lab.mjs'
import { launch } from './browser.mjs'

export const PLACE = 'KITH-TEST taken at 47.3769 N 8.5417 E by the kitchen window'

// The segment APP1 with a description and a camera's coordinates, as a telephone writes it.
function exif () {
  const words = Buffer.from(PLACE + '\0')
  const entries = 2
  const tiff = Buffer.alloc(8 + 2 + entries * 12 + 4 + words.length)
  tiff.write('II*\0', 0, 'latin1')
  tiff.writeUInt32LE(8, 4)
  tiff.writeUInt16LE(entries, 8)
  const entry = (at, tag, type, count, value) => {
    tiff.writeUInt16LE(tag, at)
    tiff.writeUInt16LE(type, at + 2)
    tiff.writeUInt32LE(count, at + 4)
    tiff.writeUInt32LE(value, at + 8)
  }
  const at = 8 + 2 + entries * 12 + 4
  entry(10, 0x010e, 2, words.length, at) // ImageDescription
  entry(22, 0x0112, 3, 1, 1) // Orientation: upright
  words.copy(tiff, at)
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), tiff])
  const head = Buffer.from([0xff, 0xe1, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

async function inBrowser (make, argument) {
  const server = http.createServer((_, answer) => answer.end('<!doctype html><title>x</title>'))
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  const browser = await launch()
  try {
    const page = await browser.newPage()
    await page.goto(`http://127.0.0.1:${server.address().port}/`)
    return Buffer.from(await page.evaluate(make, argument), 'base64')
  } finally {
    await browser.close()
    server.close()
  }
}

export async function photo (name = 'kitchen.jpg', [width, height] = [3000, 2000]) {
  const jpeg = await inBrowser(async ([width, height]) => {
    const canvas = new OffscreenCanvas(width, height)
    const draw = canvas.getContext('2d')
    const sky = draw.createLinearGradient(0, 0, width, height)
    for (const [at, colour] of [[0, '#264653'], [0.5, '#e9c46a'], [1, '#e76f51']]) sky.addColorStop(at, colour)
    draw.fillStyle = sky
    draw.fillRect(0, 0, width, height)
    draw.fillStyle = '#fff8'
    for (let i = 0; i < 60; i++) draw.fillRect((i * 997) % width, (i * 613) % height, 90, 90)
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer())
    return btoa(Array.from(bytes, b => String.fromCharCode(b)).join(''))
  }, [width, height])
  const file = path.join(newHome('e2e-photo'), name)
  fs.writeFileSync(file, Buffer.concat([jpeg.subarray(0, 2), exif(), jpeg.subarray(2)]))
  return file
}

// Snow: a photo that stays large when the page draws it anew, about 3 MB.
export async function noise (name = 'snow.jpg') {
  const jpeg = await inBrowser(async () => {
    const [width, height] = [2048, 2048]
    const canvas = new OffscreenCanvas(width, height)
    const draw = canvas.getContext('2d')
    const all = draw.createImageData(width, height)
    for (let at = 0; at < all.data.length; at += 65536) crypto.getRandomValues(all.data.subarray(at, at + 65536))
    for (let at = 0; at < all.data.length; at++) all.data[at] = at % 4 === 3 || all.data[at] > 127 ? 255 : 0
    draw.putImageData(all, 0, 0)
    const bytes = new Uint8Array(await (await canvas.convertToBlob({ type: 'image/jpeg', quality: 0.9 })).arrayBuffer())
    return btoa(Array.from(bytes, b => String.fromCharCode(b)).join(''))
  })
  const file = path.join(newHome('e2e-photo'), name)
  fs.writeFileSync(file, jpeg)
  return file
}

// A second of WebM that any browser plays, then an EBML element "Void" of noise, which players pass over.
export async function film (name = 'garden.webm', size = 30e6) {
  const webm = await inBrowser(async () => {
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = 64
    const draw = canvas.getContext('2d')
    const recorder = new MediaRecorder(canvas.captureStream(25), { mimeType: 'video/webm;codecs=vp8' })
    const pieces = []
    recorder.ondataavailable = event => pieces.push(event.data)
    const stopped = new Promise(resolve => { recorder.onstop = resolve })
    recorder.start()
    for (let i = 0; i < 25; i++) {
      draw.fillStyle = `hsl(${i * 14} 70% 50%)`
      draw.fillRect(0, 0, 64, 64)
      await new Promise(resolve => setTimeout(resolve, 40))
    }
    recorder.stop()
    await stopped
    const bytes = new Uint8Array(await new Blob(pieces).arrayBuffer())
    return btoa(Array.from(bytes, b => String.fromCharCode(b)).join(''))
  })
  const length = Buffer.alloc(8)
  const noise = crypto.randomBytes(size - webm.length - 9)
  length.writeBigUInt64BE(BigInt(noise.length) | (1n << 56n)) // EBML: a size of eight bytes
  const file = path.join(newHome('e2e-film'), name)
  fs.writeFileSync(file, Buffer.concat([webm, Buffer.from([0xec]), length, noise]))
  return file
}
