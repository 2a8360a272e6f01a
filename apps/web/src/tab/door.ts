// SPDX-License-Identifier: MIT
// A place at a broker where people may ask us who found us by handle or by name, on a connection of its own: on the one that
// has our mailbox, the broker would see that both are the same somebody's (docs/protocol/account.md, "The door").
import type { Sealing } from './carriers.ts'
import { Listening } from './listening.ts'

const WAITING_MAX = 64

export class Door {
  #listening: Listening
  #take: (sealed: Uint8Array) => Promise<void>
  /** One after the other; whoever sends more than that at once is not heard. */
  #line: Promise<void> = Promise.resolve()
  #waiting = 0

  /** What `take` has done with a signal is safe; if it throws, it comes again. */
  constructor(sealing: Sealing, broker: string, take: (sealed: Uint8Array) => Promise<void>) {
    this.#take = take
    this.#listening = new Listening({
      broker,
      // The broker's key, which the address is made from, is known by its greeting alone.
      prove: (_, key, challenge) => sealing.prove(3, key, key, challenge),
      first: () => ({ which: 3, from: new Uint8Array() }),
      came: (_, sealed, done) => this.#came(sealed, done),
      opened: async () => {},
      ended: () => {},
    })
  }

  close(): void {
    this.#listening.close()
  }

  #came(sealed: Uint8Array, done: () => void): void {
    if (this.#waiting >= WAITING_MAX) return
    this.#waiting++
    this.#line = this.#line
      .then(() => this.#take(sealed))
      .then(done, () => {})
      .finally(() => {
        this.#waiting--
      })
  }
}
