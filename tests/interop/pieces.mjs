// SPDX-License-Identifier: MIT
// pieces.mjs: a file of 30 MB between two daemons that have nothing but folders. Its packets come shuffled, some twice, a third
// not at all; in the middle the reader is killed and the writer restarted. What was acknowledged before is not sent again.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { done, newHome, test, until } from './lab.mjs'
import { exported, files, follow, friends, holds, seedOf } from './roads_lab.mjs'
import { open, person } from '../vectors/packet/envelope.mjs'

const PART = 4 << 20 // docs/protocol/large-file.md
const SIZE = 30 << 20

// The list of a large file and its parts, as blobs of kith; the list's mention.
async function attach (kith, bytes) {
  const file = path.join(newHome('parts'), 'part')
  const add = async bytes => {
    fs.writeFileSync(file, bytes)
    return (await kith.run('blob', 'add', file)).trim()
  }
  const parts = []
  for (let at = 0; at < bytes.length; at += PART) {
    const part = bytes.subarray(at, at + PART)
    parts.push({ link: await add(part), size: part.length })
  }
  const link = await add(JSON.stringify({ type: 'kith-file', version: 1, size: bytes.length, mime: 'video/mp4', name: 'garden.mp4', parts }))
  return { link, name: 'garden.mp4', size: bytes.length, type: 'kith-file', mime: 'video/mp4' }
}
const shuffle = list => {
  for (let i = list.length; i-- > 1;) {
    const k = crypto.randomInt(i + 1)
    ;[list[i], list[k]] = [list[k], list[i]]
  }
  return list
}

await test('30 MB in pieces: shuffled, repeated, a third lost, both restarted in the middle; nothing acknowledged is sent again', async () => {
  const [way, there, back] = ['way', 'there', 'back'].map(newHome)
  const [a, b] = await friends('anna', 'ben')
  await follow(a, b)
  for (const [k, other, to, from] of [[a, b, way, back], [b, a, back, there]]) {
    await k.serve('--no-web')
    await k.run('road', 'add', other.id, `dir:${to}`)
    await k.run('road', 'listen', `dir:${from}`)
  }
  // What anna puts into her folder gets to ben's by us, who can read it with his key.
  const ben = person(seedOf(b))
  const stretches = []
  const read = f => open(fs.readFileSync(path.join(way, f)), ben, Date.now()).parts.filter(p => p.type === 4 && p.bytes.readBigUInt64LE(32) > 1e6)
    .map(p => ({ blob: p.bytes.subarray(0, 32).toString('hex'), offset: Number(p.bytes.readBigUInt64LE(40)), length: p.bytes.length - 48 }))
  const carry = f => { stretches.push(...read(f)); fs.renameSync(path.join(way, f), path.join(there, f)) }
  const until2 = async (what, look, limit) => until(what, async () => { for (const f of files(way)) carry(f); return look() }, limit)

  const bytes = crypto.randomBytes(SIZE)
  const mention = await attach(a, bytes)
  fs.writeFileSync(path.join(a.home, 'outpackets', 'post.json'), JSON.stringify({ type: 'post', text: `[garden.mp4](${mention.link})`, mentions: [mention] }))
  await until2('the post and the list', () => holds(b, mention.link))
  assert((await exported(b)).some(m => m.value.content.mentions?.[0].link === mention.link))
  const list = JSON.parse(await b.run('blob', 'get', mention.link))
  const want = () => { for (const { link } of list.parts) b.startRun('blob', 'want', link) }
  await until2('all before is acknowledged', async () => files(path.join(a.home, 'outpackets')).length === 0 && JSON.parse(await a.run('outbox', '--json'))[0].packets.length === 0)
  assert.equal(stretches.length, 0)
  want()
  const pieces = list.parts.reduce((n, p) => n + Math.ceil(p.size / (1 << 20)), 0)
  let lying
  await until('its packets', () => { lying = files(way).filter(f => fs.statSync(path.join(way, f)).size > 2e5); return lying.length === pieces }, 120e3)
  shuffle(lying)
  const lost = lying.splice(0, Math.round(pieces * 0.3))
  const missing = lost.flatMap(read)
  for (const f of lost) fs.rmSync(path.join(way, f))
  for (const f of lying) {
    fs.copyFileSync(path.join(way, f), path.join(there, `${crypto.randomBytes(12).toString('hex')}.kith`))
    carry(f)
  }
  assert.equal(stretches.length, pieces - lost.length)
  // From here on nothing more gets through until both have been restarted, however long that takes.
  await until('they are acknowledged', async () => JSON.parse(await a.run('outbox', '--json'))[0].packets.filter(p => p.bytes > 2e5).length <= lost.length)
  const whole = (await Promise.all(list.parts.map(p => holds(b, p.link)))).filter(Boolean).length
  assert(whole < list.parts.length)

  b.daemon.kill('SIGKILL')
  await b.daemon.ended
  assert.equal(await a.stop(), 0)
  for (const f of files(way)) fs.rmSync(path.join(way, f))
  const before = stretches.length
  for (const k of [a, b]) await k.serve('--no-web')
  want()
  await until2('the whole file', async () => (await Promise.all(list.parts.map(p => holds(b, p.link)))).every(Boolean), 180e3)
  const key = s => `${s.blob} ${s.offset} ${s.length}`
  assert.deepEqual(stretches.slice(before).map(key).sort(), missing.map(key).sort())
  assert.equal(stretches.reduce((sum, s) => sum + s.length, 0), SIZE)
  const file = path.join(newHome('whole'), 'part')
  const got = crypto.createHash('sha256')
  for (const { link } of list.parts) { await b.run('blob', 'get', link, '--output', file); got.update(fs.readFileSync(file)) }
  assert.equal(got.digest('hex'), crypto.createHash('sha256').update(bytes).digest('hex'))
  await until2('the last is acknowledged, too', async () => files(path.join(b.home, 'inpackets')).filter(f => f !== 'refused' && f !== 'kept').length === 0)
  // Of the pieces nothing is left: what lies in ben's blobs are the parts and the list.
  await until('the pieces are gone', () => fs.readdirSync(path.join(b.home, 'blobs'), { recursive: true }).filter(f => fs.statSync(path.join(b.home, 'blobs', f)).isFile()).length === list.parts.length + 1)
  for (const k of [a, b]) assert.equal(await k.stop(), 0)
})

await done()
