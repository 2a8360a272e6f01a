// SPDX-License-Identifier: MIT
// The stack that Manyverse ships on the messages of bench_generate, one JSON row a line.
//   node db2.mjs ingest FILE HOME   addBatch by author, until the base index has all
//   node db2.mjs query  FILE HOME   open, the queries of an app, memory (after an ingest)
//   node db2.mjs sync   FILE HOME   ssb-ebt from HOME (after an ingest) to an empty peer
import { fork } from 'node:child_process'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'

const [what, file, home] = process.argv.splice(2) // ssb-config's rc reads the command line
const here = path.dirname(fileURLToPath(import.meta.url))
const use = createRequire(path.join(process.env.KITH_JS || path.join(here, '../build/js/db2/node_modules'), 'index.js'))
const caps = use('ssb-caps')
const ssbKeys = use('ssb-keys')
const write = process.stdout.write.bind(process.stdout)
console.log = console.error
const row = (name, values) => write(JSON.stringify({ row: name, ...values }) + '\n')

const call = (fn, ...args) => new Promise((resolve, reject) =>
  fn(...args, (err, value) => err ? reject(err) : resolve(value)))
const seconds = async fn => {
  const begin = performance.now()
  await fn()
  return (performance.now() - begin) / 1000
}
const cpu = () => { const { user, system } = process.cpuUsage(); return (user + system) / 1e6 }

function open (dir, port) {
  fs.mkdirSync(dir, { recursive: true })
  return use('secret-stack')({ caps })
    .use([use('ssb-db2/core'), use('ssb-classic'), use('ssb-box'), use('ssb-db2/compat/db'),
      use('ssb-db2/compat/ebt'), use('ssb-db2/compat/feedstate')])
    .use(use('ssb-ebt'))
    .call(null, {
      path: dir,
      keys: ssbKeys.loadOrCreateSync(path.join(dir, 'secret')),
      caps: { shs: caps.shs },
      connections: {
        incoming: { net: [{ scope: 'device', transform: 'shs', host: '127.0.0.1', port }] },
        outgoing: { net: [{ transform: 'shs' }] }
      },
      timers: { inactivity: 600e3 }
    })
}

function text (limit) {
  if (!limit) return fs.readFileSync(file, 'utf8')
  const bytes = Buffer.alloc(limit)
  const fd = fs.openSync(file)
  const got = fs.readSync(fd, bytes)
  fs.closeSync(fd)
  return bytes.toString('utf8', 0, bytes.lastIndexOf(10, got - 1))
}

// All messages by author; with a limit, only those in the first so many bytes.
function read (limit) {
  const feeds = new Map()
  let count = 0
  for (const line of text(limit).split('\n')) {
    if (!line) continue
    const value = JSON.parse(line)
    if (!feeds.has(value.author)) feeds.set(value.author, [])
    feeds.get(value.author).push(value)
    count++
  }
  return { feeds, count }
}

async function ingest () {
  const { feeds, count } = read()
  const ssb = open(home, 18400)
  await call(ssb.db.onDrain)
  const cpuBefore = cpu()
  const took = await seconds(async () => {
    for (const messages of feeds.values()) {
      for (let i = 0; i < messages.length; i += 1000) {
        await call(ssb.db.addBatch, messages.slice(i, i + 1000), { encoding: 'js' })
      }
    }
    await call(ssb.db.onDrain, 'base')
  })
  row('ingest', { per_s: Math.round(count / took), per_cpu_s: Math.round(count / (cpu() - cpuBefore)), seconds: took })
  await call(ssb.close, true)
}

// The median of many, after one that builds the index and is reported for itself.
async function median (name, rounds, fn) {
  const first = await seconds(() => fn(0))
  const all = []
  for (let i = 1; i <= rounds; i++) all.push(await seconds(() => fn(i)))
  all.sort((a, b) => a - b)
  row(name, { median_us: +(all[rounds >> 1] * 1e6).toFixed(1), first_ms: +(first * 1e3).toFixed(1) })
}

async function query () {
  const { feeds } = read(2e6) // a sample, so that the memory below is the peer's and not ours
  const { where, and, type, author, votesFor, hasRoot, descending, paginate, toPromise, count: counted } = use('ssb-db2/operators')
  const ids = [...feeds.keys()]
  const messages = [...feeds.values()].flat()
  const getMsgId = use('ssb-classic/get-msg-id')
  const roots = messages.filter(m => m.content.root).slice(0, 5000).map(m => m.content.root)
  const votes = messages.filter(m => m.content.type === 'vote').slice(0, 5000).map(m => m.content.vote.link)
  const keys = messages.slice(0, 5000).map(getMsgId)
  feeds.clear()
  messages.length = 0
  let ssb
  const opened = await seconds(async () => {
    ssb = open(home, 18400)
    await call(ssb.db.onDrain, 'base')
  })
  row('open', { ms: +(opened * 1e3).toFixed(1) })
  const pick = (list, i) => list[(i * 7919) % list.length]
  await median('newest_100_posts', 100, () => ssb.db.query(where(type('post')), descending(), paginate(100), toPromise()))
  await median('newest_100_author', 100, i => ssb.db.query(where(and(author(pick(ids, i)), type('post'))), descending(), paginate(100), toPromise()))
  await median('vote_count', 500, i => ssb.db.query(where(votesFor(pick(votes, i))), counted(), toPromise()))
  await median('thread', 500, i => ssb.db.query(where(hasRoot(pick(roots, i))), toPromise()))
  await median('get', 1000, i => call(ssb.db.get, pick(keys, i)))
  global.gc() // what it needs, not what it has not swept yet
  row('memory', { rss_mb: Math.round(process.memoryUsage().rss / 1e6) })
  await call(ssb.close, true)
}

// The serving side is a process of its own: each has a core.
async function serve () {
  const ssb = open(home, 18401)
  await call(cb => ssb.db.onDrain('ebt', cb))
  const clock = await call(ssb.getVectorClock)
  for (const id of Object.keys(clock)) ssb.ebt.request(id, true)
  process.on('message', () => { process.send({ cpu: cpu() }); setTimeout(() => process.exit(0), 200) })
  process.send({ address: ssb.getAddress('device'), clock, cpu: cpu() })
}

async function sync () {
  const other = fork(fileURLToPath(import.meta.url), ['serve', file, home])
  const heard = () => new Promise(resolve => other.once('message', resolve))
  const { address, clock, cpu: theirs } = await heard()
  const fresh = fs.mkdtempSync(home + '-sync-')
  const ssb = open(fresh, 18402)
  await call(ssb.db.onDrain)
  const total = Object.values(clock).reduce((a, b) => a + b, 0)
  let got = 0
  const mine = cpu()
  const took = await seconds(async () => {
    for (const id of Object.keys(clock)) ssb.ebt.request(id, true)
    const all = new Promise(resolve => ssb.db.onMsgAdded(() => { if (++got === total) resolve() }))
    await call(ssb.connect, address)
    await all
  })
  const ours = cpu() - mine
  const end = heard()
  other.send('stop')
  const spent = ours + (await end).cpu - theirs
  row('sync', { per_s: Math.round(total / took), per_cpu_s: Math.round(total / spent), seconds: took, messages: total })
  await call(ssb.close, true)
  fs.rmSync(fresh, { recursive: true, force: true })
}

await { ingest, query, serve, sync }[what]()
if (what !== 'serve') process.exit(0)
