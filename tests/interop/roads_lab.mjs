// SPDX-License-Identifier: MIT
// What roads.mjs and befriend.mjs share: people, photos, and counting that nothing is lost and nothing is there twice.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Kith, newHome, until } from './lab.mjs'

export const HASH = /%[A-Za-z0-9+/]{43}=\.sha256/
export const photo = (n, length = 3e6) => {
  const file = path.join(newHome('photos'), `photo${n}.jpg`)
  fs.writeFileSync(file, crypto.randomBytes(length))
  return file
}
export const hash = file => '&' + crypto.createHash('sha256').update(fs.readFileSync(file)).digest('base64') + '.sha256'
export const keyOf = kith => JSON.parse(fs.readFileSync(path.join(kith.home, 'secret'), 'utf8').split('\n').filter(l => !l.startsWith('#')).join('')).private
export const seedOf = kith => Buffer.from(keyOf(kith), 'base64').subarray(0, 32)
export const files = dir => fs.existsSync(dir) ? fs.readdirSync(dir).filter(f => !f.startsWith('.')) : []
export const exported = async kith => (await kith.run('export')).split('\n').filter(Boolean).map(line => JSON.parse(line))
export const holds = async (kith, blob) => (await kith.run('blob', 'has', blob).catch(() => 'false')).includes('true')

export async function friends (...names) {
  const all = []
  for (const name of names) {
    const kith = await new Kith(newHome(name)).init('--name', name)
    all.push(kith)
  }
  return all
}
export async function follow (...all) {
  for (const a of all) for (const b of all) if (a !== b) await a.run('follow', b.id)
}
// By each other's ids: who has how many messages of whom, and each once.
export async function areEqual (...all) {
  const logs = await Promise.all(all.map(exported))
  const counts = logs.map(log => {
    const ids = log.map(m => m.key)
    assert.equal(new Set(ids).size, ids.length, 'something is there twice')
    return Object.fromEntries(all.map(k => [k.id, log.filter(m => m.value.author === k.id).length]))
  })
  return counts.every(c => all.every((k, i) => c[k.id] === counts[i][k.id]))
}
export const equal = (what, ...all) => until(what, () => areEqual(...all), 120e3)
