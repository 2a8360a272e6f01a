// SPDX-License-Identifier: MIT
// Frames, held against what npm's muxrpc wrote, cut at every place.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import path from 'node:path'
import { test } from 'node:test'
import { errorFrom } from '../src/error.ts'
import { FrameReader, MAX_BODY, frame } from '../src/frame.ts'
import { random, vectors } from './node.ts'

interface Packet { name: string, hex: string, req: number, stream: boolean, end: boolean, type: number, body: string | null }
interface Taken { flags: number, req: number, body: string }

const hexOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const { packets } = JSON.parse(fs.readFileSync(path.join(vectors, 'generated/muxrpc-packets.json'), 'utf8')) as { packets: Packet[] }
const folder = path.join(vectors, 'muxrpc-traces')
const frames = fs.readdirSync(folder).filter(name => name.endsWith('.jsonl')).flatMap(name =>
  fs.readFileSync(path.join(folder, name), 'utf8').trim().split('\n').map(line => (JSON.parse(line) as { hex: string }).hex))

function readAll (chunks: Iterable<Uint8Array>): Taken[] {
  const reader = new FrameReader()
  const taken: Taken[] = []
  for (const chunk of chunks) reader.push(chunk, (flags, req, body) => taken.push({ flags, req, body: hexOf(body) }))
  return taken
}

test('each vector is read as it says', () => {
  for (const packet of packets) {
    const [one, ...rest] = readAll([Buffer.from(packet.hex, 'hex')])
    assert.deepEqual(rest, [], packet.name)
    assert.equal(one!.req, packet.req, packet.name)
    assert.equal(one!.flags, (packet.stream ? 8 : 0) | (packet.end ? 4 : 0) | packet.type, packet.name)
    if (packet.type) assert.equal(Buffer.from(one!.body, 'hex').toString(), packet.body ?? '', packet.name)
  }
  assert(packets.length >= 16)
})

test('what is read is written the same', () => {
  for (const hex of [...packets.map(packet => packet.hex), ...frames]) {
    const { flags, req, body } = readAll([Buffer.from(hex, 'hex')])[0]!
    assert.equal(hexOf(frame(flags, req, Buffer.from(body, 'hex'))), hex)
  }
  assert(frames.length > 400)
})

test('a session cut anywhere is the same session', () => {
  const all = Buffer.from(frames.join(''), 'hex')
  const whole = readAll([all])
  assert.equal(whole.length, frames.length)
  assert.deepEqual(readAll(Array.from(all.subarray(0, 20_000), (_, i) => all.subarray(i, i + 1))),
    readAll([all.subarray(0, 20_000)]))
  for (let seed = 1; seed <= 60; seed++) {
    const next = random(seed)
    const chunks: Uint8Array[] = []
    const most = [3, 12, 200, 5000][seed % 4]!
    for (let at = 0; at < all.length;) {
      const length = Math.floor(next() * most) // a chunk may be empty
      chunks.push(all.subarray(at, at + length))
      at += length
    }
    assert.deepEqual(readAll(chunks), whole, `seed ${seed}`)
  }
})

test('a length beyond the limit is not waited for', () => {
  const header = Buffer.alloc(9)
  header.writeUInt32BE(MAX_BODY + 1, 1)
  assert.throws(() => readAll([header]))
  header.writeUInt32BE(MAX_BODY, 1)
  assert.deepEqual(readAll([header]), [])
})

test('errors are taken apart', () => {
  const parts = (text: string): string[] => { const { code, message } = errorFrom(text); return [code, message] }
  assert.deepEqual(parts('too_long: a blob is smaller than 5 MiB'), ['too_long', 'a blob is smaller than 5 MiB'])
  assert.deepEqual(parts('io: a: b'), ['io', 'a: b'])
  assert.deepEqual(parts('method:a,b is not in list of allowed methods'), ['unknown_method', 'method:a,b is not in list of allowed methods'])
  assert.deepEqual(parts('no source:whoami'), ['unknown_method', 'no source:whoami'])
  assert.deepEqual(parts('Could not get blob: gone'), ['unknown', 'Could not get blob: gone'])
  assert.deepEqual(parts(''), ['unknown', ''])
})
