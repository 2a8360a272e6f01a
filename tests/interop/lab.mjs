// SPDX-License-Identifier: MIT
// What the interop scripts share: starting peers and kith, ports, homes, counting. Everything is on
// 127.0.0.1, and every wait is for an event with a generous limit.
import { spawn } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
export const root = path.resolve(here, '../..')
export const kithProgram = process.env.KITH_BIN || path.join(root, 'build/release/bin/kith')
export const modules = {
  db2: process.env.KITH_JS || path.join(root, 'build/js/db2/node_modules'),
  legacy: process.env.KITH_JS_LEGACY || path.join(root, 'build/js/legacy/node_modules')
}

export const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

export async function until (what, look, limit = 60e3) {
  const end = Date.now() + limit
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > end) throw new Error('waited in vain for ' + what)
    await sleep(20)
  }
}

export const freePort = () => new Promise((resolve, reject) => {
  const server = net.createServer().on('error', reject)
  server.listen(0, '127.0.0.1', () => {
    const { port } = server.address()
    server.close(() => resolve(port))
  })
})

const homes = []
const running = new Set()
export function newHome (name) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `kith-${name}-`))
  homes.push(dir)
  return dir
}

// Ends what is still running and removes the homes, unless KITH_KEEP is set.
export async function cleanUp () {
  for (const child of running) child.kill('SIGKILL')
  await until('the children to end', () => running.size === 0, 10e3)
  if (!process.env.KITH_KEEP) for (const dir of homes) fs.rmSync(dir, { recursive: true, force: true })
}

function start (command, args, options) {
  const child = spawn(command, args, options)
  running.add(child)
  child.ended = new Promise(resolve => child.on('close', (code, signal) => {
    running.delete(child)
    resolve({ code, signal })
  }))
  return child
}

// A JavaScript peer: every command of peer-db2.cjs or peer-legacy.cjs as a method.
export async function startPeer (family, options = {}) {
  const home = options.home || newHome(family)
  const port = options.port || await freePort()
  const log = fs.openSync(path.join(home, 'peer.log'), 'a')
  const child = start(process.execPath,
    [path.join(here, `peer-${family}.cjs`), modules[family], JSON.stringify({ ...options, home, port })],
    { stdio: ['pipe', 'pipe', log] })
  fs.closeSync(log)
  const waiting = new Map()
  let ready
  let next = 1
  const isReady = new Promise((resolve, reject) => {
    ready = resolve
    child.ended.then(({ code }) => {
      const end = new Error(`${family} peer ended with code ${code}: ` + fs.readFileSync(path.join(home, 'peer.log'), 'utf8').slice(-600))
      reject(end)
      for (const { reject } of waiting.values()) reject(end)
    })
  })
  readline.createInterface({ input: child.stdout }).on('line', text => {
    let line
    try { line = JSON.parse(text) } catch { return }
    if (line.ready) return ready(line)
    const { resolve, reject } = waiting.get(line.re)
    waiting.delete(line.re)
    line.error === undefined ? resolve(line.ok) : reject(new Error(`${family} ${line.error}`))
  })
  const { id, address } = await isReady
  const send = (name, args) => new Promise((resolve, reject) => {
    const re = next++
    waiting.set(re, { resolve, reject })
    child.stdin.write(JSON.stringify({ re, do: name, with: args }) + '\n')
  })
  const fixed = { id, address, home, port, family, stop: async () => { await send('stop'); await child.ended } }
  return new Proxy(fixed, {
    get: (target, name) => name in target || name === 'then' ? target[name] : args => send(name, args)
  })
}

// A JavaScript peer hangs up on whom it has dialled while its own indexes are behind, and dials again
// when its scheduler comes round, which is switched off here: this does the scheduler's part.
export function keepsDialling (peer, kith) {
  let busy = false
  setInterval(async () => {
    if (busy) return
    busy = true
    try {
      if (!(await peer.peers()).includes(kith.id)) await peer.connect({ address: kith.address })
    } catch {} // it has ended, or will try again
    busy = false
  }, 2000).unref()
}

// kith as a script sees it: run('post', 'hello'), json('feed') gives the objects of its lines.
export class Kith {
  constructor (home = newHome('kith')) { this.home = home }

  run (...args) { return this.input(null, ...args) }

  // A command that is not waited for, so that it can be killed.
  startRun (...args) {
    const child = start(kithProgram, [...args, '--home', this.home], { stdio: 'ignore' })
    return { child, ended: child.ended }
  }

  async input (stdin, ...args) {
    const child = start(kithProgram, [...args, '--home', this.home], { stdio: ['pipe', 'pipe', 'pipe'] })
    let out = ''
    let err = ''
    child.stdout.on('data', d => { out += d })
    child.stderr.on('data', d => { err += d })
    child.stdin.on('error', () => {})
    child.stdin.end(stdin ?? '')
    const { code, signal } = await child.ended
    if (code !== 0) {
      throw Object.assign(new Error(`kith ${args.join(' ').slice(0, 80)}: code ${code ?? signal}: ${err.trim().slice(-300)}`), { code, err, out })
    }
    return out
  }

  async json (...args) {
    const out = await this.run(...args, '--json')
    return out.split('\n').filter(line => line.startsWith('{')).map(line => JSON.parse(line))
  }

  async init (...args) {
    await this.run('init', ...args)
    this.id = (await this.run('id')).match(/@[A-Za-z0-9+/]{43}=\.ed25519/)[0]
    return this
  }

  // Starts the daemon; its address is the line `net:…~shs:…`.
  async serve (...args) {
    this.port = await freePort()
    const log = path.join(this.home, 'serve.log')
    const child = start(kithProgram, ['serve', '--listen', `127.0.0.1:${this.port}`, '--no-lan', ...args, '--home', this.home],
      { stdio: ['ignore', 'pipe', fs.openSync(log, 'a')] })
    this.daemon = child
    this.address = await new Promise((resolve, reject) => {
      readline.createInterface({ input: child.stdout }).on('line', line => {
        const found = line.match(/net:\S+~shs:\S+/)
        if (found) resolve(found[0].split(';')[0])
      })
      child.ended.then(({ code, signal }) =>
        reject(new Error(`kith serve ended with ${code ?? signal}: ` + fs.readFileSync(log, 'utf8').slice(-600))))
    })
    return this
  }

  async stop () {
    if (!this.daemon) return
    this.daemon.kill('SIGTERM')
    const { code } = await this.daemon.ended
    this.daemon = null
    return code
  }

}

// Counting: test() runs one named test; done() prints the line that ./test reads.
let passed = 0
let failed = 0
let skipped = 0
export async function test (name, fn) {
  const begin = Date.now()
  try {
    await fn()
    passed++
    console.log(`ok   ${((Date.now() - begin) / 1000).toFixed(2)} s  ${name}`)
    return true
  } catch (err) {
    failed++
    console.log(`FAIL ${((Date.now() - begin) / 1000).toFixed(2)} s  ${name}: ${err.stack || err}`)
    return false
  }
}
export function skip (name, reason) {
  skipped++
  console.log(`skipped: ${name}: ${reason}`)
}
export async function done () {
  await cleanUp()
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
  process.exit(failed ? 1 : 0)
}
