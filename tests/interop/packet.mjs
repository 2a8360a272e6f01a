// SPDX-License-Identifier: MIT
// packet.mjs BIN: the second implementation (tests/vectors/packet/envelope.mjs, from the page alone) reads what ours wrote, and
// ours reads what it wrote; and what it wrote once is still what it writes.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { randomBytes } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { open, part, person, seal } from '../vectors/packet/envelope.mjs'

const bin = process.argv[2] ?? 'build/bin'
const dir = mkdtempSync(join(tmpdir(), 'kith-packet-'))
const file = join(dir, 'packet')
const tool = verb => execFileSync(join(bin, 'packet_test'), [verb, file], { maxBuffer: 1 << 24 })
const [anna, ben, dan, eve] = [1, 2, 3, 4].map(n => person(Buffer.alloc(32, n)))
const now = 1770000000000
let passed = 0
let failed = 0
const check = (what, ok) => { ok ? passed++ : failed++; if (!ok) console.error(`not true: ${what}`) }
const refused = f => { try { f() } catch { return true } return false }

tool('seal')
const ours = readFileSync(file)
for (const me of [ben, dan]) {
  const p = open(ours, me, now)
  check('who wrote it', p.from.equals(anna.pub))
  check('all parts', p.parts.map(x => x.type).join() === '1,2,3,4,5,6,7,8,700,9')
  check('a message', p.parts[1].bytes.toString() === '{"a":1}')
  check('notes', p.parts[0].bytes.length === 82 && p.parts[0].bytes.readBigUInt64LE(32) === 77n && p.parts[0].bytes[40] === 1)
  check('a blob', p.parts[3].bytes.readBigUInt64LE(32) === 3000n && p.parts[3].bytes.subarray(48).toString() === 'bytes of it')
  check('a request', p.parts[5].bytes[0] === 1 && p.parts[5].bytes.subarray(49).toString() === 'May I?')
  check('what was not understood', p.parts[9].bytes.readUInt16LE(17) === 700)
}
check('nobody else reads it', refused(() => open(ours, eve, now)))
check('nor is it read later', refused(() => open(ours, ben, now + 10 * 86400e3)))
for (const who of [anna, ben, dan]) check('no key shows', ours.indexOf(who.pub) < 0)

for (const length of [0, 1, 500, 1000, 65000, 70000, 1000000]) {
  for (const compression of [0, 1, 2]) {
    const content = length ? part(2, Buffer.alloc(Math.min(length, 60000), 'words ')) : Buffer.alloc(0)
    const all = length > 60000 ? Buffer.concat([content, part(900, randomBytes(length))]) : content
    writeFileSync(file, seal({ created: now, expires: now + 1e6, id: randomBytes(16), content: all, compression }, anna, [eve.pub, ben.pub], randomBytes))
    check(`ours reads ${length}`, tool('open').equals(all))
  }
}
rmSync(dir, { recursive: true })
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
