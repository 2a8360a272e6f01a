// SPDX-License-Identifier: MIT
// node kith.mjs FILE DIR: the kith program on the messages of bench_generate, one JSON row a line:
// verify, import, and the first sync between two nodes.
import assert from 'node:assert'
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { Kith, until, cleanUp, modules } from '../tests/interop/lab.mjs'

const [file, dir] = process.argv.splice(2)
const use = createRequire(path.join(modules.db2, 'index.js'))
const row = (name, values) => console.log(JSON.stringify({ row: name, ...values }))
const ticks = Number(execFileSync('getconf', ['CLK_TCK']))

// Seconds of CPU and megabytes resident of a process that runs.
function usage (pid) {
  const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ')
  const [, kB] = fs.readFileSync(`/proc/${pid}/status`, 'utf8').match(/VmRSS:\s+(\d+)/)
  return { cpu: (Number(stat[11]) + Number(stat[12])) / ticks, mb: Math.round(kB / 1000) }
}

fs.mkdirSync(dir, { recursive: true })
const a = await new Kith(path.join(dir, 'a')).init()
const b = await new Kith(path.join(dir, 'b')).init()

// From the start of the program to its end, reading the file and closing included.
async function timed (name, command) {
  const begin = performance.now()
  const [answer] = await a.json(command, file)
  const seconds = (performance.now() - begin) / 1000
  row(name, { ...answer, own_seconds: answer.seconds, seconds, per_s: Math.round(answer.valid / seconds) })
  return answer
}
await timed('validate', 'verify')
const imported = await timed('ingest', 'import')
assert.equal(imported.stored, imported.messages)

const ids = new Set()
for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
  const author = line.match(/"author":"([^"]+)"/)
  if (author) ids.add(author[1])
}
for (const id of ids) for (const kith of [a, b]) await kith.run('follow', id)
await a.serve()
await b.serve()
const sbot = await new Promise((resolve, reject) => use('ssb-client')(use('ssb-keys').loadSync(path.join(b.home, 'secret')),
  { remote: b.address, caps: use('ssb-caps'), path: b.home, manifest: { getVectorClock: 'async' } },
  (err, sbot) => err ? reject(err) : resolve(sbot)))
// How much of the feeds b has; messages that came ahead of their feed do not count.
const held = () => new Promise((resolve, reject) => sbot.getVectorClock((err, clock) =>
  err ? reject(err) : resolve([...ids].reduce((sum, id) => sum + (clock[id] || 0), 0))))
assert.equal(await held(), 0)
const cpuBefore = usage(a.daemon.pid).cpu + usage(b.daemon.pid).cpu
const begin = performance.now()
await b.run('connect', a.address)
let readable
await until('the sync', async () => {
  if (readable === undefined && (await b.json('feed', '--limit', '1')).length) readable = (performance.now() - begin) / 1000
  return await held() === imported.stored
}, 600e3)
const seconds = (performance.now() - begin) / 1000
const spent = usage(a.daemon.pid).cpu + usage(b.daemon.pid).cpu - cpuBefore
row('sync', { per_s: Math.round(imported.stored / seconds), per_cpu_s: Math.round(imported.stored / spent), seconds, first_readable_s: readable })
row('daemon_memory', { rss_mb: usage(b.daemon.pid).mb })
await a.stop()
await b.stop()
await cleanUp()
process.exit(0)
