// SPDX-License-Identifier: MIT
// Whom we have asked by their inbox, since they were absent: if both of us happen to be here before the answer is, we meet.

import { wordOf } from '../account/find.ts'

/** One connection to the broker for each. */
const EVERY_MS = 120_000
const MOST = 8
/** With these it is over; everything else may pass. */
const FINAL = ['', 'used', 'expired', 'revoked', 'withdrawn', 'own', 'arg', 'no']

export interface LeftHome {
  /** Codes of links. */
  get: () => string[]
  keep: (codes: string[]) => Promise<void>
  /** Throws a word for why not. */
  request: (code: string) => Promise<unknown>
}

export class Left {
  #home: LeftHome
  #timer: ReturnType<typeof setTimeout> | undefined
  #over = false

  constructor(home: LeftHome) {
    this.#home = home
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#timer)
  }

  async add(code: string): Promise<void> {
    await this.#home.keep([...this.#home.get().filter(it => it !== code), code].slice(-MOST))
    this.look(EVERY_MS)
  }

  look(wait = 0): void {
    clearTimeout(this.#timer)
    if (!this.#over && this.#home.get().length) this.#timer = setTimeout(() => void this.#meet(), wait)
  }

  async #meet(): Promise<void> {
    const all = this.#home.get()
    const done: string[] = []
    for (const code of all) {
      const why = await this.#home.request(code).then(() => '', wordOf)
      if (FINAL.includes(why)) done.push(code)
    }
    if (this.#over) return
    if (done.length) await this.#home.keep(this.#home.get().filter(it => !done.includes(it)))
    this.look(EVERY_MS)
  }
}
