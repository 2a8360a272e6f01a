// SPDX-License-Identifier: MIT
// A place at a broker where people may ask us who found us by handle or by name, on a connection of its own: on the one that
// has our mailbox, the broker would see that both are the same somebody's (docs/protocol/account.md, "The door").
import { BrokerLink } from './broker.ts'
import { base64 } from './bytes.ts'
import type { Sealing } from './carriers.ts'

const FIRST_MS = 1000
const LONGEST_MS = 60_000
/** A broker answers ten calls a second, and letters are not the only ones. */
const PAUSE_MS = 250
const WAITING_MAX = 64

export const hashOf = async (sealed: Uint8Array): Promise<string> =>
  base64(new Uint8Array(await crypto.subtle.digest('SHA-256', new Uint8Array(sealed))))

/** Says to a broker what is safe here, one at a time. What is not said comes again with the next connection. */
export class Receipts {
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

export class Door {
  #sealing: Sealing
  #broker: string
  #take: (sealed: Uint8Array) => Promise<void>
  #link: BrokerLink | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #over = false
  /** One after the other; whoever sends more than that at once is not heard. */
  #line: Promise<void> = Promise.resolve()
  #waiting = 0

  /** What `take` has done with a signal is safe; if it throws, it comes again. */
  constructor(sealing: Sealing, broker: string, take: (sealed: Uint8Array) => Promise<void>) {
    this.#sealing = sealing
    this.#broker = broker
    this.#take = take
    void this.#listen()
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#link?.close()
  }

  async #listen(): Promise<void> {
    try {
      // The broker's key, which the address is made from, is known by its greeting alone.
      const prove = (_: unknown, key: Uint8Array, challenge: Uint8Array) => this.#sealing.prove(3, key, key, challenge)
      const link = await BrokerLink.open(this.#broker, prove, { which: 3, from: new Uint8Array() })
      if (this.#over) return link.close()
      this.#link = link
      this.#tries = 0
      const receipts = new Receipts(link)
      link.onsignal = (at, sealed) => this.#came(at, sealed, receipts)
      link.onclose = () => this.#again()
    } catch {
      this.#again()
    }
  }

  #again(): void {
    if (this.#over) return
    this.#link?.close()
    this.#link = undefined
    clearTimeout(this.#timer)
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#tries++) * (1 + Math.random() / 2)
    this.#timer = setTimeout(() => void this.#listen(), wait)
  }

  #came(at: Uint8Array, sealed: Uint8Array, receipts: Receipts): void {
    if (this.#waiting >= WAITING_MAX) return
    this.#waiting++
    this.#line = this.#line
      .then(() => this.#take(sealed))
      .then(
        () => void receipts.add(at, sealed),
        () => {},
      )
      .finally(() => {
        this.#waiting--
      })
  }
}
