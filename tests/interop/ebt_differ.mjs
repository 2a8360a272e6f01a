// SPDX-License-Identifier: MIT
// Random worlds in which some nodes are kith's EBT (ebt_tool) and the others npm's
// epidemic-broadcast-trees, with a clock that the script turns. After quiet, a kith node has all that its
// neighbours have. The reference's nodes are counted, not judged: now and then they are stuck among
// themselves too, until the feed's next message.
//   node ebt_differ.mjs PROGRAM [NODE_MODULES] [COUNT] [--count N] [--seed N]
// PROGRAM is what ebt_tool.c builds to, COUNT the number of worlds of the four kinds together, the seed that
// of the first of each kind. Without NODE_MODULES the modules are where lab.mjs looks.
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'
import { modules } from './lab.mjs'

const words = process.argv.slice(2)
function option (name, otherwise) {
  const at = words.indexOf(name)
  return at < 0 ? otherwise : Number(words.splice(at, 2)[1])
}
const first = option('--seed', 1)
const named = option('--count', 0)
const tool = words.shift()
const jsModules = words.length && isNaN(words[0]) ? words.shift() : modules.db2
const worlds = Math.ceil((named || Number(words[0]) || 40) / 4)
const NODES = 6
const FEEDS = 12

// The reference reads the clock and sets its own timers; both are ours here.
let now = 1e6
const timers = []
Date.now = () => now
globalThis.setInterval = (fn, ms) => { timers.push({ fn, ms, at: now + ms }); return {} }
const EBT = createRequire(path.join(path.resolve(jsModules), 'x.js'))('epidemic-broadcast-trees')

let state = 1n
function random (below) {
  state = (state * 6364136223846793005n + 1442695040888963407n) & 0xffffffffffffffffn
  return Number((state >> 33n) % BigInt(below))
}

const feedId = f => '@' + Buffer.alloc(32, f + 1).toString('base64') + '.ed25519'
const feedNumber = new Map(Array.from({ length: FEEDS }, (_, f) => [feedId(f), f]))

const child = spawn(tool, [], { stdio: ['pipe', 'pipe', 'inherit'] })
const waiting = []
readline.createInterface({ input: child.stdout }).on('line', line => waiting.shift()(JSON.parse(line)))
function ask (question) {
  child.stdin.write(JSON.stringify(question) + '\n')
  return new Promise(resolve => waiting.push(resolve))
}

class Kith {
  constructor (n) { this.n = n; this.have = Array(FEEDS).fill(0); this.want = Array(FEEDS).fill(false); this.clocks = {} }
  ask (op, rest = {}) { return ask({ op, node: this.n, now, ...rest }) }
  async boot () {
    await this.ask('free')
    await this.ask('own', { feed: feedId(this.n) })
    for (let f = 0; f < FEEDS; f++) {
      await this.ask('have', { feed: feedId(f), seq: this.have[f] })
      if (this.want[f]) await this.ask('want', { feed: feedId(f), value: true })
    }
  }

  async setWant (f, value) { this.want[f] = value; await this.ask('want', { feed: feedId(f), value }) }
  async publish (f) { await this.ask('have', { feed: feedId(f), seq: ++this.have[f] }) }
  async open (other, first) {
    await this.ask('open', { peer: feedId(other), first, clock: this.clocks[other] ?? {} })
  }

  async close (other) {
    this.clocks[other] = await this.ask('clock', { peer: feedId(other) })
    await this.ask('close', { peer: feedId(other) })
  }

  async receive (other, frame, count) {
    const peer = feedId(other)
    if (!frame.author) {
      const { err } = await this.ask('notes', { peer, notes: frame })
      if (err) throw new Error('notes refused: ' + err)
      return
    }
    const f = feedNumber.get(frame.author)
    const { take } = await this.ask('message', { peer, feed: frame.author, seq: frame.sequence })
    if (take && frame.sequence === this.have[f] + 1) {
      count.kith++
      await this.publish(f)
    } else count.kithAgain++
  }

  async send (other) {
    const out = await this.ask('next', { peer: feedId(other) })
    if (out.notes) return out.notes
    return out.feed && { author: out.feed, sequence: out.seq, content: 'x' }
  }

  tick () { return this.ask('tick') }
}

class Reference {
  constructor (n) { this.n = n; this.have = Array(FEEDS).fill(0); this.want = Array(FEEDS).fill(false); this.clocks = {} }
  async boot () {
    for (let i = timers.length; i-- > 0;) if (timers[i].owner === this) timers.splice(i, 1)
    const before = timers.length
    this.out = {}
    this.ebt = EBT({
      id: feedId(this.n),
      getClock: (id, cb) => cb(null, { ...this.clocks[feedNumber.get(id)] }),
      setClock: (id, clock) => { this.clocks[feedNumber.get(id)] = { ...clock } },
      getAt: ({ id, sequence }, cb) => {
        if (sequence < 1 || sequence > this.have[feedNumber.get(id)]) cb(new Error('not there'))
        else cb(null, { author: id, sequence, content: 'x' })
      },
      append: (msg, cb) => {
        const f = feedNumber.get(msg.author)
        if (msg.sequence !== this.have[f] + 1) return cb(null)
        this.count.js++
        this.have[f]++
        cb(null)
        this.ebt.onAppend(msg)
      },
      isFeed: id => feedNumber.has(id)
    })
    for (const t of timers.slice(before)) t.owner = this
    for (let f = 0; f < FEEDS; f++) {
      if (this.have[f]) this.ebt.state.clock[feedId(f)] = this.have[f]
      if (this.want[f]) this.ebt.request(feedId(f), true)
    }
  }

  async setWant (f, value) { this.want[f] = value; this.ebt.request(feedId(f), value) }
  async publish (f) { this.ebt.onAppend({ author: feedId(f), sequence: ++this.have[f], content: 'x' }) }
  async open (other, first) {
    const queue = this.out[other] = []
    const stream = this.ebt.createStream(feedId(other), 3, !first)
    queue.stream = stream
    stream.pipe({ paused: false, write: data => queue.push(JSON.parse(JSON.stringify(data))), end () {}, abort () {} })
  }

  async close (other) { this.out[other].stream.end(true); delete this.out[other] }
  async receive (other, frame, count) {
    this.count = count
    const f = feedNumber.get(frame.author)
    if (frame.author && frame.sequence <= this.have[f]) count.jsAgain++
    this.out[other].stream.write(frame)
  }

  async send (other) { return this.out[other].shift() }
  async tick () {
    for (const t of timers) if (t.owner === this && t.at <= now) { t.at = now + t.ms; t.fn() }
  }
}

async function world (seed, mixed, count) {
  state = BigInt(seed * 7919 + 3)
  timers.length = 0
  const nodes = Array.from({ length: NODES }, (_, n) => new (mixed(n) ? Kith : Reference)(n))
  const written = Array(FEEDS).fill(0)
  const links = new Map()
  for (const v of nodes) {
    v.count = count
    for (let f = 0; f < FEEDS; f++) v.want[f] = f % NODES === v.n || random(6) !== 0
    await v.boot()
  }
  const key = (a, b) => Math.min(a, b) * NODES + Math.max(a, b)
  async function open (a, b) {
    if (a === b || links.has(key(a, b))) return
    links.set(key(a, b), { a, b, flights: [[], []] })
    await nodes[b].open(a, true)
    await nodes[a].open(b, false)
  }
  async function close (a, b) {
    if (!links.delete(key(a, b))) return
    await nodes[a].close(b)
    await nodes[b].close(a)
  }
  async function step () {
    now += 50
    for (const v of nodes) await v.tick()
    for (const { a, b, flights } of links.values()) {
      for (const [i, from, to] of [[0, a, b], [1, b, a]]) {
        const flight = flights[i]
        while (flight.length && flight[0].due <= now) await nodes[to].receive(from, flight.shift().frame, count)
        for (let k = 0; k < 10; k++) {
          const frame = await nodes[from].send(to)
          if (!frame) break
          flight.push({ frame, due: Math.max(now + random(100), flight.at(-1)?.due ?? 0) })
        }
      }
    }
  }
  for (let i = 0; i < 60; i++) {
    const a = random(NODES)
    const b = random(NODES)
    const f = random(FEEDS)
    switch (random(10)) {
      case 0: case 1: await close(a, b); break
      case 2: {
        for (let c = 0; c < NODES; c++) await close(a, c)
        if (random(2)) nodes[a].clocks = {}
        await nodes[a].boot()
        break
      }
      case 3: if (f % NODES !== a && nodes[a] instanceof Kith) await nodes[a].setWant(f, !nodes[a].want[f]); break
      default: {
        await open(a, b)
        const v = nodes[f % NODES]
        for (let k = random(5); k >= 0 && v.have[f] === written[f]; k--) { written[f]++; await v.publish(f) }
      }
    }
    for (let k = random(8); k > 0; k--) await step()
  }
  for (let n = 0; n < NODES; n++) await open(n, (n + 1) % NODES)
  for (let i = 0; i < 400; i++) await step()
  const behind = []
  for (const v of nodes) {
    for (let f = 0; f < FEEDS; f++) {
      if (!v.want[f]) continue
      const group = new Set([v.n])
      // kith answers for what its neighbours have; what is further off may be stuck at the reference.
      for (const n of v instanceof Kith ? [v.n] : group) {
        for (const l of links.values()) {
          for (const [x, y] of [[l.a, l.b], [l.b, l.a]]) if (x === n && nodes[y].want[f]) group.add(y)
        }
      }
      const most = Math.max(...[...group].map(n => nodes[n].have[f]))
      if (v.have[f] < most) behind.push({ node: v.n, kind: v.constructor.name, feed: f, have: v.have[f], most })
    }
  }
  for (const l of [...links.values()]) await close(l.a, l.b)
  return behind
}

let failed = 0
let passed = 0
for (const [name, mixed] of [['kith alone', () => true], ['mixed', n => n % 2 === 0], ['one kith', n => n === 0],
  ['the reference alone', () => false]]) {
  const count = { kith: 0, kithAgain: 0, js: 0, jsAgain: 0 }
  let stuck = 0
  for (let seed = first; seed < first + worlds; seed++) {
    const behind = await world(seed, mixed, count)
    const ours = behind.filter(x => x.kind === 'Kith')
    stuck += behind.length - ours.length
    if (ours.length) { failed++; console.log(name, 'seed', seed, JSON.stringify(ours)) } else passed++
    if (process.env.VERBOSE && behind.length) console.log(name, 'seed', seed, JSON.stringify(behind))
  }
  console.log(`${name}: ${JSON.stringify(count)}, feeds stuck at the reference's nodes: ${stuck}`)
}
child.stdin.end()
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed ? 1 : 0
