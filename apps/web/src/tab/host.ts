// SPDX-License-Identifier: MIT
// A node's world in a Worker: carries out its effects (core/node/node.h) with what a browser has. What
// apps/kith/host.c is to the daemon.
import { joined } from './bytes.ts'
import { Core, EFFECT, type Effect, ERR, ORIGIN, STORE } from './core.ts'
import type { Disk } from './disk.ts'
import type { Pipe } from './pipe.ts'

/** What a host cannot do by itself. */
export interface Outside {
  /** A road for this address, or nothing if we know none. */
  dial(address: string, link: number): Pipe | undefined
  /** Runs a job anywhere; may fail. */
  run(job: Uint8Array<ArrayBuffer>): Promise<Uint8Array>
  log(level: number, text: string): void
  /** A packet to bring somewhere, one that need not be any more, or a place where some may lie for us. */
  mail?(effect: Effect): void
  /** The node has stopped. `again`: the home has another identity, and it is to be opened anew. */
  stopped(again: boolean): void
  /** The module has trapped: nothing of it may be used any more. */
  failed(error: unknown): void
}

interface Line {
  pipe: Pipe
  open: boolean
  /** What came and was not given to the node yet. */
  held: { bytes: Uint8Array; done: () => void }[]
  heldSize: number
}

const HELD_MAX = 32 << 20
/** What is held of a message beside its bytes: many of next to nothing are much, too. */
const HELD_COST = 128
/** Given to the node in one call. */
const AT_ONCE = 128 << 10

/** setTimeout counts no further. */
const LONGEST_MS = 0x7fffffff

const decoder = new TextDecoder()

export class Host {
  #core: Core
  #disk: Disk
  #outside: Outside
  #lines = new Map<number, Line>()
  #timer: ReturnType<typeof setTimeout> | undefined
  #pumping = false
  #turn = new MessageChannel()
  #isSoon = false
  #dead = false
  #adopted = false
  #quarantined = false
  /** Creating and deleting are promises, and one waits for the other. */
  #files: Promise<unknown> = Promise.resolve()

  private constructor(core: Core, disk: Disk, outside: Outside) {
    this.#core = core
    this.#disk = disk
    this.#outside = outside
    this.#turn.port1.onmessage = () => this.#drain()
  }

  /** Opens the store that is there, and a new one only for a new person. Throws words. */
  static async open(module: WebAssembly.Module, disk: Disk, outside: Outside): Promise<Host> {
    await disk.openSlots()
    const core = new Core(module, disk)
    const host = new Host(core, disk, outside)
    let secret = await disk.get('secret')
    if (!secret) {
      // A log without the key of its person: making another person here would lose both.
      if (disk.slots.size || disk.isReadOnly) throw new Error('the key of this store is gone')
      secret = core.newSecret()
      // In this order: whoever closes the page between the two begins anew, and is not taken for a restored copy.
      await disk.put('guard', new Uint8Array())
      await disk.put('secret', secret)
    }
    host.#quarantined = !(await disk.get('guard'))
    for (const [name, file] of disk.slots) core.slot(name, file)
    const err = core.open(secret, 0, host.#quarantined)
    secret.fill(0)
    if (err) throw new Error(core.errorName(err))
    await disk.eachBlob((blob, size) => core.blobKnown(blob, size))
    host.#pump()
    return host
  }

  get id(): Uint8Array<ArrayBuffer> {
    return this.#core.id
  }

  /** Throws once the node has ended. */
  get signals(): Pick<
    Core,
    | 'seal'
    | 'unseal'
    | 'prove'
    | 'stretching'
    | 'hold'
    | 'vaultPut'
    | 'vaultParse'
    | 'certificate'
    | 'handleEntry'
    | 'handleFeed'
    | 'inbox'
    | 'proveInbox'
  > {
    if (this.#dead) throw new Error('the node has ended')
    return this.#core
  }

  /** An app of ours, or a stranger who came by a road. False: too many are here. */
  take(pipe: Pipe, origin: number = ORIGIN.LOCAL, address = 'page'): boolean {
    if (this.#dead) pipe.close()
    return this.#safely(() => {
      const link = this.#core.accept(origin, address)
      if (!link) {
        pipe.close()
        return false
      }
      this.#attach(link, pipe)
      this.#pump()
      return true
    }, false)
  }

  /** A packet that came, or that another version has kept; what Core.packet says, BUSY once the node has ended. */
  packet(bytes: Uint8Array, isKept = false): number {
    return this.#safely(() => {
      const err = isKept ? this.#core.packetKept(bytes) : this.#core.packet(bytes)
      this.#pump()
      return err
    }, ERR.BUSY)
  }

  inlet(address: string, how: number, why: string): void {
    this.#work(() => this.#core.inlet(address, how, why))
  }

  packetSent(ticket: string, how: number, by: string): void {
    this.#work(() => this.#core.packetSent(ticket, how, by))
  }

  stop(): void {
    this.#safely(() => {
      this.#core.stop()
      this.#pump()
    }, undefined)
  }

  /** At once, and nothing is written: for a disk that is read only. */
  drop(): void {
    if (!this.#dead) this.#end()
  }

  listening(address: string): void {
    this.#safely(() => this.#core.listening(address), undefined)
  }

  // ---- lines ----

  #attach(link: number, pipe: Pipe, opened = () => this.#write(link)): void {
    const line: Line = { pipe, open: false, held: [], heldSize: 0 }
    this.#lines.set(link, line)
    pipe.onopen = () => {
      line.open = true
      this.#work(opened)
    }
    pipe.onbytes = (bytes, done) => this.#hold(link, line, bytes, done)
    pipe.ondrain = () => this.#work(() => this.#write(link))
    pipe.onclose = () =>
      this.#work(() => {
        while (line.held.length) this.#give(link, line) // their last words
        this.#ended(link)
      })
    if (pipe.isOpen) queueMicrotask(() => pipe.onopen())
  }

  /**
   * What comes in one turn of the loop goes to the node at once: what it has to judge then is judged together.
   * No socket of a browser can be told to stop reading, so who goes on for too long is not listened to.
   */
  #hold(link: number, line: Line, bytes: Uint8Array, done: () => void): void {
    line.held.push({ bytes, done })
    line.heldSize += bytes.length + HELD_COST
    if (line.heldSize > HELD_MAX) {
      line.pipe.close()
      this.#work(() => this.#ended(link))
    } else {
      this.#soon()
    }
  }

  #soon(): void {
    if (this.#isSoon || this.#dead) return
    this.#isSoon = true
    this.#turn.port2.postMessage(null)
  }

  /** A link whose messages wait to be judged waits too; the others go on. */
  #drain(): void {
    this.#isSoon = false
    this.#work(() => {
      for (const [link, line] of this.#lines) {
        if (line.held.length && !this.#core.full(link)) this.#give(link, line)
      }
    })
  }

  #give(link: number, line: Line): void {
    let count = 0
    let size = 0
    while (count < line.held.length && size < AT_ONCE) size += line.held[count++]!.bytes.length
    const taken = line.held.splice(0, count)
    line.heldSize -= size + count * HELD_COST
    this.#core.recv(link, taken.length === 1 ? taken[0]!.bytes : joined(...taken.map(it => it.bytes)))
    for (const { done } of taken) done()
  }

  #ended(link: number): void {
    this.#lines.delete(link)
    this.#core.eof(link)
  }

  #write(link: number): void {
    const line = this.#lines.get(link)
    while (line?.open && line.pipe.hasRoom) {
      const bytes = this.#core.send(link)
      if (!bytes.length) return
      line.pipe.send(bytes)
    }
  }

  #close(link: number): void {
    const line = this.#lines.get(link)
    if (line?.open) {
      for (let bytes = this.#core.send(link); bytes.length; bytes = this.#core.send(link)) line.pipe.send(bytes)
    }
    line?.pipe.close()
    this.#ended(link)
  }

  #dial(link: number, address: string): void {
    let pipe: Pipe | undefined
    try {
      pipe = this.#outside.dial(address, link)
    } catch {
      // An address that no browser takes.
    }
    if (!pipe) {
      this.#core.dialled(link, false)
      return
    }
    this.#attach(link, pipe, () => this.#core.dialled(link, true))
    const line = this.#lines.get(link)!
    pipe.onclose = () =>
      this.#work(() => {
        while (line.held.length) this.#give(link, line)
        this.#lines.delete(link)
        if (line.open) this.#core.eof(link)
        else this.#core.dialled(link, false)
      })
  }

  // ---- effects ----

  #work(work: () => void): void {
    this.#safely(() => {
      work()
      this.#pump()
    }, undefined)
  }

  #safely<T>(work: () => T, otherwise: T): T {
    if (this.#dead) return otherwise
    try {
      return work()
    } catch (error) {
      this.#end()
      this.#outside.failed(error)
      return otherwise
    }
  }

  #pump(): void {
    if (this.#pumping || this.#dead) return
    this.#pumping = true
    for (let e = this.#core.next(); e && !this.#dead; e = this.#core.next()) this.#carryOut(e)
    this.#pumping = false
    if (this.#dead) return
    this.#release()
    clearTimeout(this.#timer)
    const at = this.#core.deadline
    if (at === Number.POSITIVE_INFINITY) return
    const wait = Math.min(LONGEST_MS, Math.max(1, at - Math.floor(performance.now())))
    this.#timer = setTimeout(() => this.#work(() => this.#core.tick()), wait)
  }

  /** What was held back goes on when its judges have caught up. */
  #release(): void {
    for (const [link, line] of this.#lines) {
      if (line.held.length && !this.#core.full(link)) this.#soon()
    }
    if (this.#quarantined && !this.#core.quarantined) {
      this.#quarantined = false
      void this.#disk.put('guard', new Uint8Array()).catch(() => {})
    }
  }

  #carryOut(e: Effect): void {
    switch (e.kind) {
      case EFFECT.STORE:
        this.#storeEffect(e)
        break
      case EFFECT.JOB:
        void this.#job(e)
        break
      case EFFECT.DIAL:
        this.#dial(e.link, decoder.decode(e.bytes))
        break
      case EFFECT.WRITE:
        this.#write(e.link)
        break
      case EFFECT.CLOSE:
        this.#close(e.link)
        break
      case EFFECT.BLOB_PUT:
        void this.#putBlob(e)
        break
      case EFFECT.BLOB_GET:
        void this.#getBlob(e)
        break
      case EFFECT.BLOB_DROP:
        this.#disk.dropBlob(e.blob)
        break
      case EFFECT.LOG:
        this.#outside.log(e.op, decoder.decode(e.bytes))
        break
      case EFFECT.ADOPT:
        void this.#adopt(e)
        break
      case EFFECT.PACKET:
      case EFFECT.PACKET_DROP:
      case EFFECT.ROAD:
        this.#outside.mail?.(e)
        break
      case EFFECT.STOPPED:
        this.#stopped()
        break
      default:
        // A page and a module of two builds: said aloud, since what comes next may be waited for in vain.
        this.#outside.log(3, `effect.unknown kind=${e.kind}`)
    }
  }

  /** A job that fails is not answered: it was malformed, or there is no memory for it. */
  async #job({ ticket, bytes }: Effect): Promise<void> {
    try {
      const result = await this.#outside.run(bytes)
      this.#work(() => this.#core.jobDone(ticket, result))
    } catch (error) {
      this.#outside.log(3, `job.failed error=${String(error)}`)
    }
  }

  async #putBlob({ ticket, blob, bytes }: Effect): Promise<void> {
    const err = await this.#disk.putBlob(blob, bytes)
    this.#work(() => this.#core.blobPutDone(ticket, err))
  }

  async #getBlob({ ticket, blob }: Effect): Promise<void> {
    const got = await this.#disk.getBlob(blob)
    this.#work(() => {
      if (typeof got === 'number') this.#core.blobGot(ticket, got, new Uint8Array())
      else this.#core.blobGot(ticket, ERR.OK, got)
    })
  }

  #storeEffect({ op, ticket, slot }: Effect): void {
    if (op === STORE.SYNC) {
      this.#core.storeDone(ticket, this.#disk.sync(slot))
      return
    }
    this.#files = this.#files.then(async () => {
      const result = op === STORE.CREATE ? await this.#disk.create(slot) : await this.#disk.delete(slot)
      this.#work(() => {
        if (op === STORE.CREATE && result >= 0) this.#core.storeDone(ticket, ERR.OK, result, slot)
        else this.#core.storeDone(ticket, result)
      })
    })
  }

  /** In an order that leaves a key in its place at every moment, and no new key beside an old guard. */
  async #adopt({ ticket, bytes }: Effect): Promise<void> {
    let err: number = ERR.OK
    try {
      const old = await this.#disk.get('secret')
      if (old) await this.#disk.put(`secret.unused-${new Date().toISOString().replace(/[^0-9]/g, '')}`, old)
      await this.#disk.remove('guard')
      const text = this.#core.secretOf(bytes)
      this.#core.wipe()
      await this.#disk.put('secret', text)
      text.fill(0)
      old?.fill(0)
      this.#adopted = true
    } catch {
      err = ERR.IO
    }
    bytes.fill(0)
    this.#work(() => this.#core.adopted(ticket, err))
  }

  #stopped(): void {
    this.#end()
    this.#files
      .then(() => this.#disk.idle()) // another tab may have them next
      .then(() => {
        this.#disk.closeSlots()
        this.#outside.stopped(this.#adopted)
      })
      .catch(error => this.#outside.failed(error))
  }

  #end(): void {
    this.#dead = true
    this.#turn.port1.close()
    clearTimeout(this.#timer)
    for (const { pipe } of this.#lines.values()) pipe.close()
    this.#lines.clear()
  }
}
