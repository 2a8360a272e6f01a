// SPDX-License-Identifier: MIT
// kith.wasm as a class: the other side of apps/wasm/tab.h, which says what each call means.

import { joined } from './bytes.ts'

/** As enum kith_err in core/base/err.h. */
export const ERR = {
  OK: 0,
  IO: -201,
  FULL: -202,
  NOT_FOUND: -301,
  ARG: -302,
  EXISTS: -306,
  BUSY: -307,
  UNKNOWN_METHOD: -308,
} as const

/** As enum kith_effect_kind in core/node/node.h. */
export const EFFECT = {
  STORE: 1,
  JOB: 2,
  DIAL: 3,
  WRITE: 4,
  CLOSE: 5,
  BLOB_PUT: 6,
  BLOB_GET: 7,
  BLOB_DROP: 8,
  LOG: 9,
  ADOPT: 10,
  PACKET: 11,
  PACKET_DROP: 12,
  ROAD: 13,
  STOPPED: 14,
} as const

/** As enum kith_sent: not yet; the road has taken it; this road never will. */
export const SENT = { LATER: 0, STORED: 1, NEVER: 2 } as const

/** As enum kith_inlet_state: looked at from time to time; it could not be. */
export const INLET = { GONE: 0, LOOKED: 1, TROUBLE: 3 } as const

/** As enum kith_store_effect_kind in core/store/store.h. */
export const STORE = { SYNC: 1, CREATE: 2, DELETE: 3 } as const

/** As enum kith_link_origin: a stranger's link, which begins with a handshake, or our own app's. */
export const ORIGIN = { NETWORK: 0, LOCAL: 2 } as const

/** What the node wants done; `bytes` are a copy. */
export interface Effect {
  kind: number
  ticket: number
  link: number
  /** STORE: which; LOG: the level; ROAD: 1 from now on, 0 no longer. */
  op: number
  bytes: Uint8Array<ArrayBuffer>
  /** 64 hexadecimal digits; PACKET and PACKET_DROP: the first 16 are the ticket. */
  blob: string
  slot: string
}

/** Files that are open already: everything happens at once. Errors are numbers below 0. */
export interface Files {
  read(file: number, at: number, out: Uint8Array): number
  write(file: number, at: number, bytes: Uint8Array): number
  truncate(file: number, size: number): number
  size(file: number): number
}

export interface Sealed {
  id: Uint8Array<ArrayBuffer>
  sealed: Uint8Array<ArrayBuffer>
}
export interface Signal {
  kind: number
  id: Uint8Array<ArrayBuffer>
  from: Uint8Array<ArrayBuffer>
  /** Where an answer is waited for; zeros: nowhere. */
  reply: Uint8Array<ArrayBuffer>
  body: Uint8Array<ArrayBuffer>
}
export interface Proof {
  address: Uint8Array<ArrayBuffer>
  sig: Uint8Array<ArrayBuffer>
}

/** The newest message of a feed; zeros: there is none. */
export interface Head {
  sequence: number
  id: Uint8Array
}
/** Who has a handle, without naming either: `id` stands for the handle. Nothing, nobody, somebody. */
export interface Entry {
  is: 0 | 1 | 2
  id: Uint8Array
  holder: Uint8Array
}
const entryOf = (out: Uint8Array): Entry => ({
  is: out[0] as Entry['is'],
  id: out.slice(1, 33),
  holder: out.slice(33, 65),
})

const noFiles: Files = { read: () => ERR.IO, write: () => ERR.IO, truncate: () => ERR.IO, size: () => ERR.IO }

type Call = (...args: number[]) => number

const encoder = new TextEncoder()
const decoder = new TextDecoder()
/** getRandomValues gives no more at once. */
const RANDOM_MAX = 65536

export const hex = (bytes: Uint8Array): string => Array.from(bytes, b => b.toString(16).padStart(2, '0')).join('')
export const unhex = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16))

export class Core {
  #memory: WebAssembly.Memory
  #call: Record<string, Call>

  constructor(module: WebAssembly.Module, files: Files = noFiles) {
    const view = (at: number, length: number): Uint8Array => new Uint8Array(this.#memory.buffer, at, length)
    const kith = {
      read: (file: number, at: number, out: number, length: number) => files.read(file, at, view(out, length)),
      write: (file: number, at: number, from: number, length: number) => files.write(file, at, view(from, length)),
      truncate: (file: number, size: number) => files.truncate(file, size),
      size: (file: number) => files.size(file),
      random: (out: number, length: number) => {
        for (let at = 0; at < length; at += RANDOM_MAX) {
          crypto.getRandomValues(
            new Uint8Array(this.#memory.buffer as ArrayBuffer, out + at, Math.min(RANDOM_MAX, length - at)),
          )
        }
      },
    }
    const { exports } = new WebAssembly.Instance(module, { kith })
    this.#memory = exports.memory as WebAssembly.Memory
    this.#call = exports as unknown as Record<string, Call>
    this.#call._initialize!()
  }

  /** The two clocks that most calls end with. */
  #do(name: string, ...args: number[]): number {
    return this.#call[`kith_tab_${name}`]!(...args)
  }

  #now(name: string, ...args: number[]): number {
    return this.#do(name, ...args, Math.floor(performance.now()), Date.now())
  }

  #put(bytes: Uint8Array): number {
    const at = this.#do('room', bytes.length)
    new Uint8Array(this.#memory.buffer, at, bytes.length).set(bytes)
    return bytes.length
  }

  #copy(at: number, length: number): Uint8Array<ArrayBuffer> {
    return new Uint8Array(this.#memory.buffer.slice(at, at + length) as ArrayBuffer)
  }

  #out(length: number): Uint8Array<ArrayBuffer> {
    return this.#copy(this.#do('out'), length)
  }

  #text(at: number): string {
    const bytes = new Uint8Array(this.#memory.buffer, at)
    return decoder.decode(bytes.slice(0, bytes.indexOf(0)))
  }

  errorName(err: number): string {
    return this.#text(this.#do('err_name', err))
  }

  wipe(): void {
    this.#do('wipe')
  }

  newSecret(): Uint8Array<ArrayBuffer> {
    return this.#out(this.#do('secret_new'))
  }

  secretOf(seed: Uint8Array): Uint8Array<ArrayBuffer> {
    this.#put(seed)
    return this.#out(this.#do('secret_of'))
  }

  slot(name: string, file: number): void {
    this.#do('slot', this.#put(encoder.encode(name)), file)
  }

  open(secret: Uint8Array, quota: number, quarantined: boolean): number {
    return this.#now('open', this.#put(secret), quota, 0, Number(quarantined))
  }

  blobKnown(blob: string, size: number): void {
    this.#put(unhex(blob))
    this.#do('blob_known', size)
  }

  get id(): Uint8Array<ArrayBuffer> {
    return this.#copy(this.#do('id'), 32)
  }

  get settled(): boolean {
    return this.#do('is_settled') !== 0
  }

  get quarantined(): boolean {
    return this.#do('is_quarantined') !== 0
  }

  get deadline(): number {
    return this.#do('deadline')
  }

  next(): Effect | undefined {
    const at = this.#do('next')
    if (!at) return undefined
    const view = new DataView(this.#memory.buffer, at)
    const length = view.getInt32(20, true)
    return {
      ticket: view.getFloat64(0, true),
      kind: view.getInt32(8, true),
      link: view.getInt32(12, true),
      op: view.getInt32(16, true),
      bytes: this.#copy(view.getUint32(24, true), length),
      blob: hex(new Uint8Array(this.#memory.buffer, at + 28, 32)),
      slot: this.#text(at + 60),
    }
  }

  tick(): void {
    this.#now('tick')
  }

  stop(): void {
    this.#now('stop')
  }

  /** 0: too many. */
  accept(origin: number, address: string): number {
    return this.#now('accept', origin, this.#put(encoder.encode(address)))
  }

  dialled(link: number, ok: boolean): void {
    this.#now('dialled', link, Number(ok))
  }

  recv(link: number, bytes: Uint8Array): number {
    return this.#now('recv', link, this.#put(bytes))
  }

  /** Empty: nothing now. */
  send(link: number): Uint8Array<ArrayBuffer> {
    return this.#out(this.#now('send', link))
  }

  eof(link: number): void {
    this.#now('eof', link)
  }

  full(link: number): boolean {
    return this.#do('full', link) !== 0
  }

  storeDone(ticket: number, err: number, file = -1, slot = ''): void {
    this.#now('store_done', ticket, err, file, this.#put(encoder.encode(slot)))
  }

  jobDone(ticket: number, result: Uint8Array): void {
    this.#now('job_done', ticket, this.#put(result))
  }

  blobPutDone(ticket: number, err: number): void {
    this.#now('blob_put_done', ticket, err)
  }

  blobGot(ticket: number, err: number, bytes: Uint8Array): void {
    this.#now('blob_got', ticket, err, this.#put(bytes))
  }

  adopted(ticket: number, err: number): void {
    this.#now('adopted', ticket, err)
  }

  listening(address: string): void {
    this.#do('listening', this.#put(encoder.encode(address)))
  }

  run(job: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#out(this.#do('run', this.#put(job)))
  }

  // ---- sealed signals ----

  /** Throws the name of an error. `to` and `reply` are keys of 32 bytes. */
  seal(kind: number, to: Uint8Array, reply: Uint8Array, body: Uint8Array, life: number): Sealed {
    const now = Date.now()
    const length = this.#put(joined(to, reply, body))
    const out = this.#out(this.#must(this.#do('signal_seal', kind, length, now + life, now)))
    return { id: out.slice(0, 16), sealed: out.slice(16) }
  }

  /** Throws the name of an error: not for us, not whole, too old, or seen before. What came at the door may come again. */
  unseal(sealed: Uint8Array, atDoor = false): Signal {
    const out = this.#out(this.#must(this.#do('signal_open', this.#put(sealed), Number(atDoor), Date.now())))
    return {
      kind: out[0]!,
      id: out.slice(1, 17),
      from: out.slice(17, 49),
      reply: out.slice(49, 81),
      body: out.slice(81),
    }
  }

  /** An address at a broker and the proof that it is ours, as mailbox_prove in tab.h says. */
  prove(which: number, from: Uint8Array, broker: Uint8Array, challenge: Uint8Array): Proof {
    this.#put(joined(from, new Uint8Array(32 - from.length), broker, challenge))
    const out = this.#out(this.#do('mailbox_prove', which))
    return { address: out.slice(0, 32), sig: out.slice(32) }
  }

  // ---- packets and inboxes ----

  /** One that came: OK, or why not, as kith_node_packet says. */
  packet(bytes: Uint8Array): number {
    return this.#now('packet', this.#put(bytes))
  }

  /** The same for one that another version has kept. */
  packetKept(bytes: Uint8Array): number {
    return this.#now('packet_kept', this.#put(bytes))
  }

  /** `ticket` in hexadecimal; `how` is one of SENT, `by` who keeps it now or why not. */
  packetSent(ticket: string, how: number, by: string): void {
    this.#now('packet_sent', how, this.#put(joined(unhex(ticket), encoder.encode(by))))
  }

  /** How it goes with a place where packets for us may lie: one of INLET, and why. */
  inlet(address: string, how: number, why: string): void {
    this.#do('inlet', how, this.#put(encoder.encode(`${address}\n${why}`)))
  }

  /** The name of our inbox at `base`, https://HOST/inbox. */
  inbox(base: string): string {
    return decoder.decode(this.#out(this.#do('inbox', this.#put(encoder.encode(base)))))
  }

  /** The value of Authorization for one request about it. */
  proveInbox(base: string, method: string, path: string): string {
    const length = this.#put(encoder.encode(`${base}\n${method}\n${path}`))
    return decoder.decode(this.#out(this.#do('inbox_prove', length, Date.now())))
  }

  // ---- a handle and a vault ----

  /** How the password of a handle is stretched, and the handle in its normal form. Throws `arg`: no handle. */
  stretching(broker: Uint8Array, handle: string): { how: Uint8Array<ArrayBuffer>; handle: string } {
    const length = this.#put(joined(broker, encoder.encode(handle)))
    const out = this.#out(this.#must(this.#do('stretching', length)))
    return { how: out.slice(0, 24), handle: decoder.decode(out.slice(24)) }
  }

  /** `how` and the password behind it; gives two keys. Slow. */
  stretch(job: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#out(this.#must(this.#do('stretch', this.#put(job))))
  }

  hold(broker: Uint8Array, challenge: Uint8Array, auth: Uint8Array, handle: string): Uint8Array<ArrayBuffer> {
    const length = this.#put(joined(broker, challenge, auth, encoder.encode(handle)))
    return this.#out(this.#do('hold', length))
  }

  vaultPut(
    version: number,
    sequence: number,
    lease: Uint8Array,
    how: Uint8Array,
    content: Uint8Array,
  ): Uint8Array<ArrayBuffer> {
    const length = this.#put(joined(lease, how, content))
    return this.#out(this.#must(this.#do('vault_put', length, version, sequence, Date.now())))
  }

  vaultParse(file: Uint8Array): {
    owner: Uint8Array
    version: number
    sequence: number
    content: Uint8Array<ArrayBuffer>
  } {
    const out = this.#out(this.#must(this.#do('vault_parse', this.#put(file))))
    const view = new DataView(out.buffer)
    const number = (at: number): number => Number(view.getBigUint64(at, true))
    return { owner: out.slice(0, 32), version: number(32), sequence: number(40), content: out.slice(48) }
  }

  /** Throws where it is none, or not signed by the broker that it names. */
  certificate(text: string): {
    broker: Uint8Array
    key: Uint8Array
    until: number
    handle: string
    host: string
  } {
    const out = this.#out(this.#must(this.#do('certificate', this.#put(encoder.encode(text)))))
    const [handle = '', host = ''] = decoder.decode(out.slice(68)).split('\0')
    return {
      broker: out.slice(0, 32),
      key: out.slice(32, 64),
      until: new DataView(out.buffer).getUint32(64, true) * 1000,
      handle,
      host,
    }
  }

  /** What a broker's feed has to say for a certificate to be true. */
  handleEntry(certificate: string): Entry {
    return entryOf(this.#out(this.#must(this.#do('handle_entry', this.#put(encoder.encode(certificate))))))
  }

  /** The message that follows `head` in a broker's feed, or `head` once more. Throws `fork`, or why it is not that. */
  handleFeed(broker: Uint8Array, head: Head, message: string): { head: Head; entry: Entry } {
    const sequence = new Uint8Array(8)
    new DataView(sequence.buffer).setBigUint64(0, BigInt(head.sequence), true)
    const length = this.#put(joined(broker, sequence, head.id, encoder.encode(message)))
    const out = this.#out(this.#must(this.#do('handle_feed', length)))
    const reached = { sequence: Number(new DataView(out.buffer).getBigUint64(0, true)), id: out.slice(8, 40) }
    return { head: reached, entry: entryOf(out.slice(40)) }
  }

  #must(result: number): number {
    if (result < 0) throw new Error(this.errorName(result))
    return result
  }
}
