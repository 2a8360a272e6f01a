// SPDX-License-Identifier: MIT
// A connection to a broker at which people find us: made anew whenever it ends, later each time; and what is said to the
// broker of letters that are safe here.
import { BrokerLink, type Place, type Prove } from './broker.ts'
import { base64 } from './bytes.ts'

const FIRST_MS = 1000
const LONGEST_MS = 60_000
/** A broker answers ten calls a second, and letters are not the only ones. */
const PAUSE_MS = 250
const WAITING_MAX = 64

const hashOf = async (sealed: Uint8Array): Promise<string> =>
  base64(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(sealed))))

/** Says to a broker what is safe here, one at a time. What is not said comes again with the next connection. */
class Receipts {
  #link: BrokerLink
  #waiting: { address: string; hash: string }[] = []
  #busy = false

  constructor(link: BrokerLink) {
    this.#link = link
  }

  async add(at: Uint8Array, sealed: Uint8Array): Promise<void> {
    if (!this.#link.about.letters || this.#waiting.length >= WAITING_MAX) return
    this.#waiting.push({ address: base64(at), hash: await hashOf(sealed) })
    if (this.#busy) return
    this.#busy = true
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      await this.#link.call('got', next).catch(() => {})
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    }
    this.#busy = false
  }
}

export interface Listener {
  broker: string
  prove: Prove
  /** The first place of a new connection. */
  first: () => Place
  /** A signal, and what to call once it is safe here or good for nothing. */
  came: (at: Uint8Array, sealed: Uint8Array, done: () => void) => void
  /** There is a new connection. If it throws, there is another one, later. */
  opened: (link: BrokerLink) => Promise<void>
  ended: () => void
}

export class Listening {
  #listener: Listener
  #link: BrokerLink | undefined
  #tries = 0
  #opening = false
  #over = false
  #timer: ReturnType<typeof setTimeout> | undefined

  constructor(listener: Listener) {
    this.#listener = listener
    void this.#open()
  }

  get link(): BrokerLink | undefined {
    return this.#link
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#link?.close()
  }

  /** Whether the broker still hears us: not if this machine has got another address. */
  async look(): Promise<void> {
    const link = this.#link
    if (this.#opening || (link && (await link.answers())) || link !== this.#link) return
    this.#tries = 0
    this.again()
  }

  /** Another connection, in place of this one if there is one. */
  again(): void {
    if (this.#over) return
    this.#listener.ended()
    this.#link?.close()
    this.#link = undefined
    clearTimeout(this.#timer)
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#tries++) * (1 + Math.random() / 2)
    this.#timer = setTimeout(() => void this.#open(), wait)
  }

  async #open(): Promise<void> {
    const { broker, prove, first, came, opened } = this.#listener
    this.#opening = true
    try {
      const link = await BrokerLink.open(broker, prove, first())
      if (this.#over) return link.close()
      this.#link = link
      this.#tries = 0
      const receipts = new Receipts(link)
      link.onsignal = (at, sealed) => came(at, sealed, () => void receipts.add(at, sealed))
      link.onclose = () => this.again()
      await opened(link)
    } catch {
      this.again()
    } finally {
      this.#opening = false
    }
  }
}
