// SPDX-License-Identifier: MIT
// node kith.mjs FILE DIR: the kith program on the messages of bench_generate, one JSON row a line:
// verify, import, and the first sync between two nodes.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { Kith, until, cleanUp } from '../tests/interop/lab.mjs'

const [file, dir] = process.argv.slice(2)
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

const [verified] = await a.json('verify', file)
row('validate', { per_s: Math.round(verified.valid / verified.seconds), ...verified })
const [imported] = await a.json('import', file)
row('ingest', { per_s: Math.round(imported.stored / imported.seconds), ...imported })

const ids = new Set()
for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
  const author = line.match(/"author":"([^"]+)"/)
  if (author) ids.add(author[1])
}
for (const id of ids) for (const kith of [a, b]) await kith.run('follow', id)
await a.serve('--no-lan')
const [{ messages: before }] = await b.json('status')
await b.serve('--no-lan')
const cpuBefore = usage(a.daemon.pid).cpu + usage(b.daemon.pid).cpu
const begin = performance.now()
await b.run('connect', a.address)
let readable
await until('the sync', async () => {
  if (readable === undefined && (await b.json('feed', '--limit', '1')).length) readable = (performance.now() - begin) / 1000
  const [{ messages }] = await b.json('status')
  return messages >= before + imported.stored
}, 600e3)
const seconds = (performance.now() - begin) / 1000
const spent = usage(a.daemon.pid).cpu + usage(b.daemon.pid).cpu - cpuBefore
row('sync', { per_s: Math.round(imported.stored / seconds), per_cpu_s: Math.round(imported.stored / spent), seconds, first_readable_s: readable })
row('daemon_memory', { rss_mb: usage(b.daemon.pid).mb })
await a.stop()
await b.stop()
await cleanUp()
process.exit(0)
