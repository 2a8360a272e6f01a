// SPDX-License-Identifier: MIT
// folder_for_several.mjs: a folder that three friends take from. What anna writes for all of them lies there once, a second
// implementation reads it with each of their keys and with nobody else's, and it is taken away when all have it.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { done, newHome, test, until } from './lab.mjs'
import { areEqual, exported, files, friends, hash, holds, photo, seedOf } from './roads_lab.mjs'
import { open, person } from '../vectors/packet/envelope.mjs'

const SIZE = 3e6

await test('one packet for three who take from the same folder; a fourth reads nothing; it goes when all have it', async () => {
  const folder = newHome('family')
  const [anna, ...readers] = await friends('anna', 'ben', 'cleo', 'dan')
  for (const k of readers) for (const [x, y] of [[anna, k], [k, anna]]) await x.run('follow', y.id)
  for (const k of [anna, ...readers]) await k.serve('--no-web')
  for (const k of readers) {
    await anna.run('road', 'add', k.id, `dir:${folder}`)
    await k.run('road', 'add', anna.id, `dir:${folder}`)
  }
  const quiet = async () => (await Promise.all(readers.map(k => areEqual(anna, k)))).every(Boolean) &&
    JSON.parse(await anna.run('outbox', '--json')).every(r => r.state === 'received' && r.packets.length === 0) && files(folder).length === 0
  await until('they know each other, and nothing lies there', quiet, 120e3)
  for (const k of readers) assert.equal(await k.stop(), 0)

  const file = photo('all', SIZE)
  const post = (await anna.run('post', '--public', '--file', file, 'for the three of you')).match(/%[A-Za-z0-9+/]{43}=\.sha256/)[0]
  const stored = async () => (await anna.run('outbox', post)).split('\n').filter(l => l.includes('stored  dir: the folder')).length === readers.length
  const pieces = Math.ceil(SIZE / (1 << 20))
  await until('it lies there', async () => await stored() && files(folder).length === 1 + pieces)
  const packets = files(folder).map(f => fs.readFileSync(path.join(folder, f)))
  const keys = readers.map(k => person(seedOf(k)))
  const eve = person(crypto.randomBytes(32))
  for (const packet of packets) {
    assert.equal(packet[1], 4) // places for four: that there are three does not show
    const read = keys.map(key => open(packet, key, Date.now()))
    for (const p of read) {
      assert(p.from.equals(Buffer.from(anna.id.slice(1, 45), 'base64')))
      assert(p.content.equals(read[0].content))
    }
    for (const stranger of [eve, person(seedOf(anna))]) assert.throws(() => open(packet, stranger, Date.now()), /for somebody else/)
    for (const key of keys) assert(packet.indexOf(key.pub) < 0)
  }
  const parts = packets.flatMap(p => open(p, keys[0], Date.now()).parts)
  assert.deepEqual(parts.filter(p => p.type === 2).map(p => JSON.parse(p.bytes.toString()).content.text), ['for the three of you'])
  assert.equal(parts.filter(p => p.type === 4).reduce((sum, p) => sum + p.bytes.length - 48, 0), SIZE)
  const bytes = packets.reduce((sum, p) => sum + p.length, 0)
  assert(bytes < SIZE * 1.1, bytes)
  assert(!packets.some(p => p.includes('for the three')))

  for (const k of readers) await k.serve('--no-web')
  for (const k of readers) await until('the photo', () => holds(k, hash(file)), 120e3)
  await until('all have told her', async () => (await anna.run('outbox', post)).split('\n').filter(l => l.includes('received')).length === readers.length)
  await until('nothing lies there any more', quiet, 120e3)
  for (const k of readers) assert.equal((await exported(k)).filter(m => m.value.content.text === 'for the three of you').length, 1)
  for (const k of [anna, ...readers]) assert.equal(await k.stop(), 0)
})

await done()
