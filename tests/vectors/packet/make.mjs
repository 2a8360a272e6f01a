// SPDX-License-Identifier: MIT
// make.mjs: writes packets.json beside it: packets that our C code has to open or to refuse, made by envelope.mjs.
import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { part, person, seal, u } from './envelope.mjs'

const [anna, ben, eve, dan] = [1, 2, 3, 4].map(n => person(Buffer.alloc(32, n)))
const now = 1770000000000
const day = 86400e3
const packets = []
let drawn = 0
const random = n => { // the same each time, and evenly spread
  const all = []
  while (all.length < n) all.push(...createHash('sha256').update(`drawn ${drawn++}`).digest())
  return Buffer.from(all.slice(0, n))
}

function add (what, error, fields = {}, options = {}) {
  const given = { created: now, expires: now + 30 * day, id: Buffer.alloc(16, packets.length + 1), content: part(2, Buffer.from('{"a":1}')), ...fields }
  let sealed = seal(given, options.sender ?? anna, options.for ?? [ben.pub], random)
  if (options.spoil !== undefined) sealed[options.spoil < 0 ? sealed.length + options.spoil : options.spoil] ^= options.with ?? 1
  if (options.cut) sealed = sealed.subarray(0, options.cut)
  if (options.more) sealed = Buffer.concat([sealed, Buffer.alloc(options.more)])
  packets.push({ what, error, packet: sealed.toString('base64'), created: given.created, expires: given.expires, id: given.id.toString('base64'),
    flags: given.flags ?? 0, encoding: given.encoding ?? 1, hash: createHash('sha256').update(given.content).digest('base64') })
  return sealed
}

const text = Buffer.from('{"type":"post","text":"one and the same word, word, word, word, word, word"}'.repeat(40))
const blob = random(3000)
const note = (p, sequence, flags) => Buffer.concat([p.pub, u(8, sequence), Buffer.from([flags])])
add('one message', '')
add('nothing at all', '', { content: Buffer.alloc(0) })
add('for three, with a slot that nobody needs', '', {}, { for: [eve.pub, ben.pub, dan.pub] })
add('for sixteen', '', {}, { for: Array.from({ length: 16 }, (_, i) => i === 9 ? ben.pub : person(Buffer.alloc(32, 50 + i)).pub) })
add('deflated', '', { content: part(2, text), compression: 1, flags: 1 })
add('deflated, with words before it', '', { content: part(2, text), compression: 2 })
add('the longest of the smallest class', '', { content: Buffer.concat([part(4, blob.subarray(0, 32), u(8, 800), u(8, 0), blob.subarray(0, 800)), part(99, Buffer.alloc(1024 - 75 - 64 - 6 - 848 - 6))]) })
add('one byte more', '', { content: Buffer.concat([part(4, blob.subarray(0, 32), u(8, 800), u(8, 0), blob.subarray(0, 800)), part(99, Buffer.alloc(1024 - 75 - 64 - 6 - 848 - 6 + 1))]) })
add('two chunks', '', { content: part(0x8001, Buffer.alloc(70000, 5)) })
add('one chunk, full', '', { content: part(0x8001, Buffer.alloc(65536 - 75 - 64 - 6, 5)) })
add('every part there is, and one more', '', {
  content: Buffer.concat([
    part(1, note(anna, 41, 1), note(ben, 0, 0)), part(2, Buffer.from('{}')), part(3, Buffer.from('{}')),
    part(4, createHash('sha256').update(blob).digest(), u(8, 3000), u(8, 1000), blob.subarray(1000, 2500)),
    part(5, Buffer.alloc(32, 7), u(8, 0), u(8, 0)), part(6, Buffer.from([1]), eve.pub, Buffer.alloc(16), Buffer.from('May I?')),
    part(7, Buffer.from('{"name":"Anna","roads":["mailto:anna@example.org","pigeon:loft-7"]}')), part(8, Buffer.alloc(16, 9), Buffer.from([1])),
    part(9, Buffer.alloc(16, 9), Buffer.from([0]), u(2, 700)), part(700, Buffer.from('of a later day'))
  ])
})
add('an encoding that nobody knows yet', '', { encoding: 2, content: Buffer.from('<packets/>') })
add('made by a clock that is half a day ahead', '', { created: now + day / 2, expires: now + day })
add('expired half a day ago', '', { created: now - 2 * day, expires: now - day / 2 })

add('expired two days ago', 'protocol', { created: now - 9 * day, expires: now - 2 * day })
add('from the day after tomorrow', 'protocol', { created: now + 2 * day, expires: now + 3 * day })
add('would live for ever', 'protocol', { expires: now + 91 * day })
add('for somebody else', 'not_found', {}, { for: [eve.pub, dan.pub] })
add('signed by somebody else', 'crypto', { signer: eve })
const mine = add('what follows is taken from this one', '')
add('signed for other slots', 'crypto', { header: mine.subarray(0, 82) })
add('version 0', 'syntax', {}, { spoil: 0 })
add('a later version', 'unknown_method', {}, { spoil: 0, with: 3 })
add('three slots', 'syntax', {}, { spoil: 1, with: 2 })
add('a slot changed that is not ours', 'crypto', {}, { for: [eve.pub, ben.pub], spoil: 34 + 48 + 5 })
add('our slot changed', 'not_found', {}, { spoil: 50 })
add('another one-time key', 'not_found', {}, { spoil: 3 })
add('the body changed', 'crypto', {}, { spoil: 200 })
add('the last byte changed', 'crypto', {}, { spoil: -1 })
add('cut off', 'crypto', { content: part(99, Buffer.alloc(5000)) }, { cut: 4000 })
add('cut off at a chunk', 'crypto', { content: part(99, Buffer.alloc(70000)) }, { cut: 82 + 65552 })
add('a byte too many', 'crypto', {}, { more: 1 })
add('too short', 'size', {}, { cut: 1000 })
add('padded to the class after', 'syntax', { padding: 64, content: part(99, Buffer.alloc(1200)) })
add('padding that is not zeros', 'syntax', { dirt: true })
add('a compression that there is not', 'syntax', { compression: 3 })
add('inflates to more than it says', 'invalid', { content: part(2, text), compression: 1, expanded: 100 })
add('inflates to less than it says', 'invalid', { content: part(2, text), compression: 1, expanded: 100000 })
add('a bomb', 'syntax', { content: Buffer.alloc(1 << 10), compression: 1, expanded: (16 << 20) + 1 })
add('no compression, and another length', 'syntax', { expanded: 3 })
add('signed by nobody: zeros', 'crypto', { signature: Buffer.alloc(64) })

const b64 = bytes => bytes.toString('base64')
const keys = p => b64(Buffer.concat([p.seed, p.pub]))
writeFileSync(new URL('packets.json', import.meta.url), JSON.stringify({ now, sender: keys(anna), receiver: keys(ben), packets }, null, 1) + '\n')
