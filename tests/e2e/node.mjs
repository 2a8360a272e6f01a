// SPDX-License-Identifier: MIT
// A person's node: the real `kith serve` in a home of its own on 127.0.0.1, the address of its page, and
// its RPC over the Unix socket for what happens behind the page's back.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { Kith, freePort, modules, newHome, until } from '../interop/lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))

// muxrpc's errors are plain objects.
const asError = err => err instanceof Error ? err : new Error(err?.message || String(err))

export class Node extends Kith {
  constructor (name) { super(newHome(`e2e-${name.toLowerCase()}`)) }

  // The ports stay the same from start to start, as they do for a person: Kith takes a new one each time.
  get port () { return this.netPort }
  set port (free) { this.netPort ||= free }

  async serve (...args) {
    this.webPort ||= await freePort()
    await super.serve('--web', `127.0.0.1:${this.webPort}`, ...args)
    await until('the address of the page', () => fs.existsSync(path.join(this.home, 'web')))
    this.origin = fs.readFileSync(path.join(this.home, 'web'), 'utf8').trim().replace(/\/$/, '')
    return this
  }

  // What `kith ui --print` says: http://127.0.0.1:PORT/#token=HEX
  async pageAddress () { return (await this.run('ui', '--print')).match(/http:\S+/)[0] }
  async token () { return (await this.pageAddress()).match(/token=([0-9a-f]+)/)[1] }

  async kill () {
    this.hangUp()
    this.daemon.kill('SIGKILL')
    await this.daemon.ended
    this.daemon = null
  }

  async stop () {
    this.hangUp()
    return super.stop()
  }

  // ---- behind the page's back ----

  async sbot () {
    if (this.link) return this.link
    this.link = await new Promise((resolve, reject) => use('ssb-client')(use('ssb-keys').loadSync(path.join(this.home, 'secret')),
      { remote: `unix:${this.home}/socket~noauth`, caps: use('ssb-caps'), path: this.home, manifest: null },
      (err, sbot) => err ? reject(err) : resolve(sbot)))
    this.link.once('closed', () => { this.link = null })
    return this.link
  }

  hangUp () {
    if (this.link) this.link.close(true, () => {})
    this.link = null
  }

  async ask (method, ...args) {
    const sbot = await this.sbot()
    const call = method.split('.').reduce((all, name) => all[name], sbot)
    if (!call) throw new Error(`the node has no ${method}`)
    return new Promise((resolve, reject) => call.apply(sbot, [...args, (err, value) => err ? reject(asError(err)) : resolve(value)]))
  }

  async list (method, ...args) {
    const sbot = await this.sbot()
    const pull = use('pull-stream')
    const call = method.split('.').reduce((all, name) => all[name], sbot)
    return new Promise((resolve, reject) => pull(call.apply(sbot, args), pull.collect((err, all) => err && err !== true ? reject(asError(err)) : resolve(all))))
  }

  // Ids of the new message, and of the new blob.
  async publish (content) { return (await this.ask('publish', content)).key }
  async addBlob (bytes) {
    const sbot = await this.sbot()
    const pull = use('pull-stream')
    const pieces = []
    for (let at = 0; at < bytes.length; at += 65536) pieces.push(Buffer.from(bytes.subarray(at, at + 65536)))
    const id = await new Promise((resolve, reject) => pull(pull.values(pieces), sbot.blobs.add((err, id) => err ? reject(asError(err)) : resolve(id))))
    await until('the blob to be kept', () => this.ask('blobs.has', id))
    return id
  }

  async blob (id) { return Buffer.concat((await this.list('blobs.get', id)).map(piece => Buffer.from(piece))) }

  // Two nodes that know each other's address, without the page.
  async meets (other) {
    await this.ask('conn.connect', other.address)
  }

  async follows (other, following = true) { return this.publish({ type: 'contact', contact: other.id, following }) }
}

// People who are friends and hold all of each other, made without the page.
export async function friends (...nodes) {
  for (const a of nodes) for (const b of nodes) if (a !== b) await a.follows(b)
  for (const [i, a] of nodes.entries()) for (const b of nodes.slice(i + 1)) await a.meets(b)
  for (const a of nodes) {
    for (const b of nodes) {
      if (a !== b) await until('friends', async () => (await a.ask('people.get', b.id).catch(() => null))?.friend)
    }
  }
}
