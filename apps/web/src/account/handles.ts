// SPDX-License-Identifier: MIT
// What a broker's own feed says about the handles of people whom we know (docs/protocol/account.md): read from time to time,
// verified by the core, and compared with their certificates and with what the same broker has shown us before.
import type { BrokerLink } from '../tab/broker.ts'
import { base64, unbase64 } from '../tab/bytes.ts'
import type { Core, Head } from '../tab/core.ts'
import type { Disk } from '../tab/disk.ts'
import type { Says } from '../tab/messages.ts'

const FILE = 'handles'
/** Of 100 messages each, at one look; the next look goes on. */
const PAGES_MAX = 50
const PAGE = 100
const LOOK_MS = 10 * 60_000
/** What was looked at just now is not looked at again because somebody opens a wall. */
const FRESH_MS = 30_000

const NOBODY = 'nobody'
const UNSAID = ''

type Reader = Pick<Core, 'certificate' | 'handleEntry' | 'handleFeed'>
type Link = Pick<BrokerLink, 'keyText' | 'source'>

/** A message that we have seen; the id in base64. */
interface Mark {
  sequence: number
  id: string
}
/** How far one reading has come, and what has been said up to there: the holder by the handle's entry, both in base64. */
interface Reading {
  at: Mark
  said: Record<string, string>
}
interface Followed extends Reading {
  /** One that was not finished. */
  going?: Reading
  /** Two feeds, for ever; or not whole, until it is. */
  trouble?: 'forked' | 'broken'
}

const START: Mark = { sequence: 0, id: base64(new Uint8Array(32)) }

export class Handles {
  #core: Reader
  #disk: Pick<Disk, 'get' | 'put'>
  /** By the broker's key in base64. */
  #followed: Record<string, Followed> = {}
  #list: () => Promise<string[]> = async () => []
  #link: Link | undefined
  #looked = Number.NEGATIVE_INFINITY
  #line: Promise<void> = Promise.resolve()
  #timer: ReturnType<typeof setTimeout> | undefined

  private constructor(core: Reader, disk: Pick<Disk, 'get' | 'put'>) {
    this.#core = core
    this.#disk = disk
  }

  static async open(core: Reader, disk: Pick<Disk, 'get' | 'put'>): Promise<Handles> {
    const made = new Handles(core, disk)
    const kept = await disk.get(FILE)
    if (kept) made.#followed = JSON.parse(new TextDecoder().decode(kept)) as Record<string, Followed>
    return made
  }

  /** What speaks against a certificate, or ''. */
  says(certificate: string): Says {
    const { broker } = this.#core.certificate(certificate)
    const followed = this.#followed[base64(broker)]
    if (!followed) return ''
    const { id, holder } = this.#core.handleEntry(certificate)
    const said = followed.said[base64(id)]
    if (said === undefined || said === base64(holder)) return followed.trouble ?? ''
    return said === NOBODY ? 'nobody' : said === UNSAID ? 'unsaid' : 'other'
  }

  // ---- when ----

  /** As long as there is this connection; `list` gives the certificates of people whom we know. */
  watch(link: Link, list: () => Promise<string[]>): void {
    this.#link = link
    this.#list = list
    void this.look().catch(() => {})
  }

  rest(): void {
    this.#link = undefined
    clearTimeout(this.#timer)
  }

  /** Unless it has just been done. */
  async refresh(): Promise<void> {
    if (performance.now() - this.#looked > FRESH_MS) await this.look()
    else await this.#line
  }

  /** One look after another; fails if the connection does. */
  look(): Promise<void> {
    if (this.#link) this.#looked = performance.now()
    const turn = this.#line.then(() => this.#look())
    this.#line = turn.catch(() => {})
    return turn
  }

  async #look(): Promise<void> {
    const link = this.#link
    if (!link) return
    clearTimeout(this.#timer)
    try {
      await this.#read(link, await this.#entriesOf(link.keyText))
    } finally {
      if (this.#link === link) this.#timer = setTimeout(() => void this.look().catch(() => {}), LOOK_MS)
    }
  }

  async #entriesOf(broker: string): Promise<string[]> {
    const found: string[] = []
    for (const text of await this.#list()) {
      const { broker: by, until } = this.#core.certificate(text)
      if (base64(by) === broker && until > Date.now()) found.push(base64(this.#core.handleEntry(text).id))
    }
    return found
  }

  // ---- reading ----

  /** Goes on where it was; for a handle that is new to us, once more from the beginning. */
  async #read(link: Link, entries: string[]): Promise<void> {
    const known = this.#followed[link.keyText]
    if (!entries.length && !known) return
    const followed: Followed = known ?? { at: START, said: {} }
    this.#followed[link.keyText] = followed
    if (followed.trouble === 'forked') return
    const before = JSON.stringify(followed)
    const covers = (it: Reading): boolean => entries.every(id => id in it.said)
    let reading = followed.going
    if (!reading || !covers(reading)) {
      reading = covers(followed)
        ? { at: followed.at, said: { ...followed.said } }
        : { at: START, said: Object.fromEntries(entries.map(id => [id, UNSAID])) }
    }
    try {
      const isWhole = await this.#pages(link, reading, followed.at)
      if (isWhole) this.#followed[link.keyText] = reading
      else followed.going = reading
    } catch (error) {
      const { message } = error as Error
      if (!['fork', 'chain', 'crypto', 'invalid', 'syntax', 'size'].includes(message)) throw error
      followed.trouble = message === 'fork' ? 'forked' : 'broken'
      delete followed.going
    }
    const after = JSON.stringify(this.#followed[link.keyText])
    if (after !== before) await this.#disk.put(FILE, new TextEncoder().encode(JSON.stringify(this.#followed)))
  }

  /** True at the feed's end. It has to pass what was shown before, with the same message there. */
  async #pages(link: Link, reading: Reading, seen: Mark): Promise<boolean> {
    for (let n = 0; n < PAGES_MAX; n++) {
      const from = reading.at.sequence
      // What we know already comes once more, so that two feeds are told apart also when there is nothing new.
      const page = link.source('account.feed', { after: Math.max(0, from - 1) })
      let count = 0
      for await (const message of page) {
        if (++count > PAGE) throw new Error('size')
        this.#take(link.keyText, reading, message)
        if (reading.at.sequence === seen.sequence && reading.at.id !== seen.id) throw new Error('fork')
      }
      if (from && !count) throw new Error('chain')
      if (reading.at.sequence === from) {
        if (from < seen.sequence) throw new Error('chain')
        return true
      }
    }
    return false
  }

  #take(broker: string, reading: Reading, message: unknown): void {
    const { sequence, id } = reading.at
    const known: Head = { sequence, id: unbase64(id) }
    const { head, entry } = this.#core.handleFeed(unbase64(broker), known, JSON.stringify(message))
    reading.at = { sequence: head.sequence, id: base64(head.id) }
    const about = base64(entry.id)
    if (entry.is && about in reading.said) reading.said[about] = entry.is === 2 ? base64(entry.holder) : NOBODY
  }
}
