// SPDX-License-Identifier: MIT
// A client of kith-broker in 150 lines of JavaScript, written from docs/protocol alone: muxrpc frames over a
// WebSocket, and for keys, signals and addresses npm's libsodium and Node's own HMAC and HKDF.
import { createHmac, createPrivateKey, hkdfSync, randomBytes, sign } from 'node:crypto'
import { createRequire } from 'node:module'
import { resolve } from 'node:path'

const modules = process.env.KITH_JS ?? 'build/js/db2/node_modules'
const sodium = createRequire(resolve(modules) + '/')('libsodium-wrappers')
await sodium.ready
export { sodium }

export const b64 = bytes => Buffer.from(bytes).toString('base64')
export const keyPair = (seed = randomBytes(32)) => sodium.crypto_sign_seed_keypair(seed)

const derived = (keys, label) => keyPair(createHmac('sha256', keys.privateKey.subarray(0, 32)).update(label).digest())
export function mailbox (keys, epoch = 0) {
  const label = Buffer.from('kith-mailbox 1\0\0\0\0')
  label.writeUInt32LE(epoch, 14)
  return derived(keys, label)
}
export const door = (keys, broker) => keyPair(Buffer.from(hkdfSync('sha256', keys.privateKey.subarray(0, 32), broker, 'kith-door 1', 32)))
export const inviteAddress = (keys, secret) => derived(keys, Buffer.concat([Buffer.from('kith-invite 1'), secret]))

// Node's ed25519 signs several times faster than WebAssembly, for tests with thousands of connections.
const pkcs8 = Buffer.from('302e020100300506032b657004220420', 'hex')
const signFast = (text, keys) => sign(null, text, createPrivateKey({ key: Buffer.concat([pkcs8, keys.privateKey.subarray(0, 32)]), format: 'der', type: 'pkcs8' }))

export const KIND = { offer: 1, answer: 2, candidates: 3, hangup: 4, ping: 5, pong: 6, callMe: 7, request: 16, accept: 17, refuse: 18, mailbox: 19 }
const LENGTHS = [512, 2048, 8192]
const u64 = n => { const b = Buffer.alloc(8); b.writeBigUInt64LE(BigInt(n)); return b }

export function seal ({ kind, body = {}, reply = Buffer.alloc(32), created = Date.now(), life = 60e3 }, sender, receiver) {
  const secret = randomBytes(32)
  const once = sodium.crypto_scalarmult_base(secret)
  const shared = sodium.crypto_scalarmult(secret, sodium.crypto_sign_ed25519_pk_to_curve25519(receiver))
  const key = new Uint8Array(hkdfSync('sha256', shared, Buffer.concat([once, receiver]), 'kith-signal 1', 32))
  const text = Buffer.from(JSON.stringify(body))
  const length = Buffer.alloc(2)
  length.writeUInt16LE(text.length)
  const said = Buffer.concat([Buffer.from([kind]), u64(created), u64(created + life), randomBytes(16), sender.publicKey, reply, length, text])
  const sig = sodium.crypto_sign_detached(Buffer.concat([Buffer.from('kith-signal 1\n'), receiver, once, said]), sender.privateKey)
  const inner = Buffer.concat([said, sig])
  const whole = LENGTHS.find(l => l >= 49 + inner.length)
  const padded = Buffer.concat([inner, Buffer.alloc(whole - 49 - inner.length)])
  return Buffer.concat([Buffer.from([1]), once, sodium.crypto_secretbox_easy(padded, new Uint8Array(24), key)])
}

/** What is in a sealed signal; throws if it is not for that receiver, or not by whom it names. */
export function open (sealed, receiver) {
  const once = sealed.subarray(1, 33)
  const shared = sodium.crypto_scalarmult(sodium.crypto_sign_ed25519_sk_to_curve25519(receiver.privateKey), once)
  const key = new Uint8Array(hkdfSync('sha256', shared, Buffer.concat([once, receiver.publicKey]), 'kith-signal 1', 32))
  const inner = Buffer.from(sodium.crypto_secretbox_open_easy(sealed.subarray(33), new Uint8Array(24), key))
  const end = 99 + inner.readUInt16LE(97)
  const from = inner.subarray(33, 65)
  const text = Buffer.concat([Buffer.from('kith-signal 1\n'), receiver.publicKey, once, inner.subarray(0, end)])
  if (!sodium.crypto_sign_verify_detached(inner.subarray(end, end + 64), text, from)) throw new Error('not signed')
  return { kind: inner[0], id: inner.subarray(17, 33), from, reply: inner.subarray(65, 97), body: JSON.parse(inner.subarray(99, end)) }
}

export class Broker {
  #calls = new Map()
  #next = 1
  #stream = 0
  #rest = Buffer.alloc(0)
  #waiting = []
  #items = []
  /** Called for each item of signals instead of keeping it for item(). */
  onitem = null
  /** Called for each item of a source. */
  onstream = null

  constructor (url, options = {}) {
    this.socket = new WebSocket(url.replace(/^http/, 'ws').replace(/\/?$/, '/broker'), { protocols: options.protocols ?? ['kith-broker'], headers: options.headers })
    this.socket.binaryType = 'arraybuffer'
    this.opened = new Promise((resolve, reject) => {
      this.socket.onopen = () => resolve(this)
      this.socket.onerror = () => reject(new Error('refused'))
    })
    this.opened.catch(() => {})
    this.closed = new Promise(resolve => { this.socket.onclose = event => { this.#end(); resolve(event.code) } })
    this.socket.onmessage = ({ data }) => this.#take(Buffer.from(data))
  }

  #end () {
    for (const { reject } of this.#calls.values()) reject(new Error('closed'))
    this.#calls.clear()
    for (const { reject } of this.#waiting.splice(0)) reject(new Error('closed'))
  }

  frame (flags, req, body) {
    const head = Buffer.alloc(9)
    head[0] = flags
    head.writeUInt32BE(body.length, 1)
    head.writeInt32BE(req, 5)
    this.socket.send(Buffer.concat([head, body]))
  }

  #take (bytes) {
    this.#rest = this.#rest.length ? Buffer.concat([this.#rest, bytes]) : bytes
    while (this.#rest.length >= 9) {
      const length = this.#rest.readUInt32BE(1)
      if (this.#rest.length < 9 + length) return
      const [flags, req] = [this.#rest[0], -this.#rest.readInt32BE(5)]
      const body = this.#rest.subarray(9, 9 + length)
      this.#rest = this.#rest.subarray(9 + length)
      if (req === this.#stream && flags & 8) this.#item(flags, body)
      else this.#answer(flags, req, body)
    }
  }

  #item (flags, body) {
    if (flags & 4) return
    const item = flags & 2 ? JSON.parse(body) : { at: body.subarray(0, 32), sealed: body.subarray(32) }
    if (this.onitem) return this.onitem(item)
    const waiting = this.#waiting.shift()
    if (waiting) waiting.resolve(item)
    else this.#items.push(item)
  }

  #answer (flags, req, body) {
    const call = this.#calls.get(req)
    if (!call) return
    if (flags & 8 && !(flags & 4)) return this.onstream?.(JSON.parse(body))
    this.#calls.delete(req)
    if (flags & 8) return body.toString() === 'true' ? call.resolve() : call.reject(new Error(body.toString()))
    const value = (flags & 3) === 2 ? JSON.parse(body) : body.toString()
    if (flags & 4) call.reject(Object.assign(new Error(value.message ?? value), { code: String(value.message ?? value).split(':')[0] }))
    else call.resolve(value)
  }

  call (name, ...args) {
    const req = this.#next++
    this.frame(2, req, Buffer.from(JSON.stringify({ name: name.split('.'), args })))
    return new Promise((resolve, reject) => this.#calls.set(req, { resolve, reject }))
  }

  /** Reads a source to its end. */
  source (name, ...args) {
    const req = this.#next++
    this.frame(10, req, Buffer.from(JSON.stringify({ name: name.split('.'), args, type: 'source' })))
    return new Promise((resolve, reject) => this.#calls.set(req, { resolve, reject }))
  }

  async hello () {
    await this.opened
    this.about = await this.call('hello')
    this.key = Buffer.from(this.about.key.slice(1, 45), 'base64')
    this.challenge = Buffer.from(this.about.challenge, 'base64')
    return this.about
  }

  proof (keys) {
    return b64(signFast(Buffer.concat([Buffer.from('kith-broker 1 subscribe\n'), this.key, this.challenge, keys.publicKey]), keys))
  }

  subscribe (keys) { return this.call('subscribe', { address: b64(keys.publicKey), sig: this.proof(keys) }) }

  /** Greets, proves its addresses (a throw-away one if none is named) and listens. */
  async listen (...addresses) {
    await this.hello()
    this.own = addresses[0] ?? keyPair()
    for (const keys of addresses.length ? addresses : [this.own]) await this.subscribe(keys)
    this.signals()
    return this
  }

  signals () {
    this.#stream = this.#next++
    this.frame(10, this.#stream, Buffer.from(JSON.stringify({ name: ['signals'], args: [], type: 'duplex' })))
  }

  send (to, sealed) { this.frame(8, this.#stream, Buffer.concat([to, sealed])) }
  item () {
    if (this.#items.length) return Promise.resolve(this.#items.shift())
    return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }))
  }

  close () { this.socket.close() }
}
