// SPDX-License-Identifier: MIT
// node broker.mjs MODULES: kith-broker and npm's `peer` in one run, by the same client: signals relayed for each second of
// the server's CPU, memory for each idle client, latency at 5,000 signals a second, bytes on disk for each account.
import { execFileSync, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { b64, keyPair, sodium } from '../tests/interop/broker_client.mjs'
import { startBroker, usage } from '../tests/interop/broker_lab.mjs'

const modules = resolve(process.argv[2] ?? 'build/js/peer/node_modules')
const WebSocket = createRequire(modules + '/')('ws')
const seconds = Number(process.env.BENCH_SECONDS ?? 5)
const SIZE = 2048 // of a signal: an offer with its candidates

// ---- one client for both: open(address), send(to), onsignal ----

function frame (flags, req, body) {
  const head = Buffer.alloc(9)
  head[0] = flags
  head.writeUInt32BE(body.length, 1)
  head.writeInt32BE(req, 5)
  return Buffer.concat([head, body])
}
const call = (flags, req, name, args, type) => frame(flags, req, Buffer.from(JSON.stringify({ name: name.split('.'), args, type })))

class KithClient {
  constructor (url, options) {
    this.keys = keyPair()
    this.socket = new WebSocket(url.replace('http', 'ws') + 'broker', 'kith-broker', { perMessageDeflate: false, rejectUnauthorized: false, ...options })
    this.replies = []
    this.rest = null
    this.socket.on('message', data => this.take(this.rest ? Buffer.concat([this.rest, data]) : data))
  }

  take (data) {
    let at = 0
    while (data.length - at >= 9) {
      const length = data.readUInt32BE(at + 1)
      if (data.length - at < 9 + length) break
      if (data[at] === 8) this.onsignal?.(data.subarray(at + 41, at + 9 + length))
      else if (!(data[at] & 8)) this.replies.shift()?.(data.subarray(at + 9, at + 9 + length).toString())
      else if (data[at] !== 14) this.refused = (this.refused ?? 0) + 1
      at += 9 + length
    }
    this.rest = at < data.length ? data.subarray(at) : null
  }

  ask (req, name, ...args) {
    this.socket.send(call(2, req, name, args))
    return new Promise(resolve => this.replies.push(resolve))
  }

  async open () {
    await new Promise((resolve, reject) => { this.socket.on('open', resolve); this.socket.on('error', reject) })
    const about = JSON.parse(await this.ask(1, 'hello'))
    this.key = Buffer.from(about.key.slice(1, 45), 'base64')
    this.challenge = Buffer.from(about.challenge, 'base64')
    const sig = sodium.crypto_sign_detached(Buffer.concat([Buffer.from('kith-broker 1 subscribe\n'), this.key, this.challenge, this.keys.publicKey]), this.keys.privateKey)
    await this.ask(2, 'subscribe', { address: b64(this.keys.publicKey), sig: b64(sig) })
    this.socket.send(call(10, 3, 'signals', [], 'duplex'))
    this.address = Buffer.from(this.keys.publicKey)
    return this
  }

  /** sealed begins with 8 bytes of ours. */
  send (to, sealed) { this.socket.send(frame(8, 3, Buffer.concat([to, sealed]))) }
}

class PeerClient {
  constructor (url) {
    this.address = randomBytes(16).toString('hex')
    this.socket = new WebSocket(`${url}peerjs?key=peerjs&id=${this.address}&token=${this.address}`, { perMessageDeflate: false })
    this.opened = new Promise((resolve, reject) => { this.resolve = resolve; this.socket.on('error', reject) })
    this.socket.on('message', data => {
      const message = JSON.parse(data)
      if (message.type === 'OPEN') this.resolve(this)
      else if (message.type === 'OFFER') this.onsignal?.(Buffer.from(message.payload.head, 'latin1'))
    })
  }

  open () { return this.opened }
  // The same bytes on the road: JSON with a text of that size.
  send (to, sealed) { this.socket.send(JSON.stringify({ type: 'OFFER', dst: to, payload: { head: sealed.subarray(0, 8).toString('latin1'), sdp: filler } })) }
}
const filler = 'a=candidate:1 1 udp 2113937151 192.0.2.1 54321 typ host '.repeat(40).slice(0, SIZE - 120)

// ---- servers ----

async function startKith (options = []) {
  const broker = await startBroker(['--connections-a-source', '20000', '--connections', '20000', '--signals-a-second', '1000000', '--signals-burst', '1000000', ...options])
  return { name: 'kith-broker', server: broker, url: broker.url, client: o => new KithClient(broker.url, o).open() }
}

async function startPeer () {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'peer/server.cjs'), dirname(modules)], { stdio: ['ignore', 'pipe', 'inherit'] })
  const port = await new Promise(resolve => child.stdout.once('data', data => resolve(Number(data))))
  const url = `ws://127.0.0.1:${port}/`
  return { name: 'peer', server: { child }, url, client: () => new PeerClient(url).open() }
}

const stop = s => new Promise(resolve => { s.server.child.on('exit', resolve); s.server.child.kill('SIGKILL'); if (s.server.folder) rmSync(s.server.folder, { recursive: true }) })

// ---- what is measured ----

/** Pairs with a window of signals each; counted for some seconds after a start. */
async function relay (s, pairs = 50, window = 16) {
  let count = 0
  let going = true
  const sealed = Buffer.alloc(SIZE)
  const all = []
  for (let i = 0; i < pairs; i++) {
    const [a, b] = [await s.client(), await s.client()]
    b.onsignal = () => { count++; if (going) a.send(b.address, sealed) }
    all.push(a, b)
    for (let k = 0; k < window; k++) a.send(b.address, sealed)
  }
  await new Promise(resolve => setTimeout(resolve, 1000))
  const [from, at, first] = [usage(s.server).cpu, performance.now(), count]
  await new Promise(resolve => setTimeout(resolve, seconds * 1000))
  const cpu = usage(s.server).cpu - from
  const n = count - first
  going = false
  for (const c of all) c.socket.terminate()
  return { relayed: n, per_s: n / ((performance.now() - at) / 1000), per_cpu_s: n / cpu }
}

async function pace (s, rate = 5000, pairs = 100) {
  const list = []
  const late = []
  for (let i = 0; i < pairs; i++) {
    const [a, b] = [await s.client(), await s.client()]
    b.onsignal = head => late.push(performance.now() - head.readDoubleLE(0))
    list.push([a, b])
  }
  const start = performance.now()
  let sent = 0
  while (performance.now() - start < seconds * 1000) {
    const due = Math.floor((performance.now() - start) / 1000 * rate)
    for (; sent < due; sent++) {
      const [a, b] = list[sent % pairs]
      const sealed = Buffer.alloc(SIZE)
      sealed.writeDoubleLE(performance.now(), 0)
      a.send(b.address, sealed)
    }
    await new Promise(resolve => setTimeout(resolve, 1))
  }
  for (let i = 0; i < 500 && late.length < sent; i++) await new Promise(resolve => setTimeout(resolve, 10))
  for (const pair of list) for (const c of pair) c.socket.terminate()
  late.sort((x, y) => x - y)
  return { sent, arrived: late.length, p50_ms: late[late.length >> 1], p99_ms: late[Math.floor(late.length * 0.99)] }
}

async function idle (s, count = 2000) {
  const before = usage(s.server).rss
  const all = []
  for (let i = 0; i < count; i += 100) all.push(...await Promise.all(Array.from({ length: 100 }, () => s.client())))
  await new Promise(resolve => setTimeout(resolve, 3500))
  const kib = (usage(s.server).rss - before) / count
  for (const c of all) c.socket.terminate()
  return kib
}

async function accounts (count = 300) {
  const s = await startKith(['--behind-proxy'])
  const before = statSync(join(s.server.folder, 'broker.db')).size
  for (let i = 0; i < count; i++) {
    const c = await s.client({ headers: { 'x-forwarded-for': `10.${i >> 8}.${i & 255}.1` } })
    const name = Array.from(String(i), d => 'akfxpyhtse'[d]).join('')
    const [auth, handle] = [randomBytes(32), 'bench.' + name]
    const sig = sodium.crypto_sign_detached(Buffer.concat([Buffer.from('kith-account 1 hold\n'), c.key, c.challenge, auth, Buffer.from(handle)]), c.keys.privateKey)
    const said = await c.ask(9, 'account.create', { handle, auth: b64(auth), key: b64(c.keys.publicKey), sig: b64(sig) })
    if (!said.includes('certificate')) throw new Error(said)
    c.socket.terminate()
  }
  const bytes = (statSync(join(s.server.folder, 'broker.db')).size - before) / count
  await stop(s)
  return bytes
}

async function withTls () {
  const folder = mkdtempSync(join(tmpdir(), 'kith-bench-'))
  execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')], { stdio: 'ignore' })
  const s = await startKith(['--tls-cert', join(folder, 'cert.pem'), '--tls-key', join(folder, 'key.pem')])
  const kib = await idle(s)
  await stop(s)
  rmSync(folder, { recursive: true })
  return kib
}

const out = { relay: {}, pace: {}, idle: {} }
for (const start of [startKith, startPeer]) {
  for (const [what, run] of [['idle', idle], ['relay', relay], ['pace', pace]]) {
    const s = await start()
    out[what][s.name] = await run(s)
    await stop(s)
  }
}
const tls = await withTls()
const disk = await accounts()
const n = (v, d = 0) => v.toLocaleString('en-US', { maximumFractionDigits: d })
const [kith, peer] = ['kith-broker', 'peer']
const ratio = out.relay[kith].per_cpu_s / out.relay[peer].per_cpu_s
console.log(`| broker | kith-broker | peer | target |
|---|---|---|---|
| signals of ${SIZE} B relayed for a server-CPU-second | ${n(out.relay[kith].per_cpu_s)} | ${n(out.relay[peer].per_cpu_s)} | ${ratio.toFixed(2)} × (≥ 1.8 ×) |
| memory of an idle client, KiB (2,000 of them) | ${n(out.idle[kith], 1)} | ${n(out.idle[peer], 1)} | ≤ 10 |
|   with TLS | ${n(tls, 1)} | | |
| 5,000 signals/s for ${seconds} s: arrived | ${n(out.pace[kith].arrived)} of ${n(out.pace[kith].sent)} | ${n(out.pace[peer].arrived)} of ${n(out.pace[peer].sent)} | all |
|   half of them within, ms | ${n(out.pace[kith].p50_ms, 2)} | ${n(out.pace[peer].p50_ms, 2)} | |
|   99 % within, ms | ${n(out.pace[kith].p99_ms, 2)} | ${n(out.pace[peer].p99_ms, 2)} | |
| bytes on disk for an account | ${n(disk)} | | |`)
process.exit(0)
