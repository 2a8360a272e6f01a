// SPDX-License-Identifier: MIT
// Brings the node's packets to inboxes of friends, and fetches those that lie in ours: what apps/kith/packets.c and
// drivers/https.c are to the daemon. It decides nothing: what is sent, to whom and when again is the node's.
import { EFFECT, type Effect, ERR, INLET, SENT } from './core.ts'
import type { Disk } from './disk.ts'
import { bring, Inbox, type InboxCore, isInbox } from './inbox.ts'
import { reread } from './reread.ts'

const LOOK_MS = 15_000
/** After a road did not work; then twice as long each time. */
const AGAIN_MS = 2000
const LONGEST_MS = 30 * 60_000
/** Another version may understand them; the oldest go. */
const KEPT_MAX = 100

export interface PostmanHome {
  core: InboxCore
  disk: Disk
  /** Where the page came from: that server is as good as https, whatever it is. */
  origin: string
  /** What the node is: the hash of its module. */
  version: string
  packet: (bytes: Uint8Array, isKept?: boolean) => number
  sent: (ticket: string, how: number, by: string) => void
  /** How it goes with our inbox: one of INLET. */
  goes: (address: string, how: number, why: string) => void
}

interface Place {
  inbox: Inbox
  timer: ReturnType<typeof setTimeout> | undefined
  tries: number
  /** What was said last of how it goes. */
  said: string
}
/** All that waits for one address. */
interface Way {
  tickets: string[]
  timer: ReturnType<typeof setTimeout> | undefined
  busy: boolean
  tries: number
}

const ticketOf = (effect: Effect): string => effect.blob.slice(0, 16)
const pause = (tries: number): number => Math.min(LONGEST_MS, AGAIN_MS * 2 ** tries)

export class Postman {
  #home: PostmanHome
  #ways = new Map<string, Way>()
  #places = new Map<string, Place>()
  #over = false
  #again = (): void => this.#allNow()

  private constructor(home: PostmanHome) {
    this.#home = home
    addEventListener('online', this.#again)
  }

  /** With what an earlier run has left. */
  static async open(home: PostmanHome): Promise<Postman> {
    const postman = new Postman(home)
    for (const ticket of await home.disk.packetNames('outpackets')) {
      // One that cannot be read keeps nothing else from its way: the node makes it again when no receipt comes.
      const bytes = await home.disk.getPacket('outpackets', ticket).catch(() => undefined)
      if (bytes) postman.#wait(ticket, addressOf(bytes))
    }
    const packet = (bytes: Uint8Array): number => home.packet(bytes, true)
    void reread({ ...home, packet, isOver: () => postman.#over }).catch(() => {}) // the next visit goes on
    return postman
  }

  close(): void {
    this.#over = true
    removeEventListener('online', this.#again)
    for (const { timer } of [...this.#ways.values(), ...this.#places.values()]) clearTimeout(timer)
  }

  async take(effect: Effect): Promise<void> {
    if (effect.kind === EFFECT.ROAD) this.#watch(new TextDecoder().decode(effect.bytes), effect.op === 1)
    else if (effect.kind === EFFECT.PACKET) await this.#keep(ticketOf(effect), effect.bytes)
    else this.#drop(ticketOf(effect))
  }

  /** The network is back. */
  #allNow(): void {
    for (const [address, way] of this.#ways) {
      way.tries = 0
      this.#soon(address, way, 0)
    }
    for (const place of this.#places.values()) {
      place.tries = 0
      this.#lookIn(place, 0)
    }
  }

  // ---- out ----

  async #keep(ticket: string, bytes: Uint8Array): Promise<void> {
    const { disk, sent } = this.#home
    try {
      await disk.putPacket('outpackets', ticket, bytes)
      this.#wait(ticket, addressOf(bytes))
    } catch {
      sent(ticket, SENT.LATER, 'there is no room in outpackets')
    }
  }

  #wait(ticket: string, address: string): void {
    let way = this.#ways.get(address)
    if (!way) {
      way = { tickets: [], timer: undefined, busy: false, tries: 0 }
      this.#ways.set(address, way)
    }
    way.tickets.push(ticket)
    if (!way.timer) this.#soon(address, way, way.tries ? pause(way.tries) : 0)
  }

  #drop(ticket: string): void {
    for (const way of this.#ways.values()) way.tickets = way.tickets.filter(it => it !== ticket)
    void this.#home.disk.dropPacket('outpackets', ticket)
  }

  #soon(address: string, way: Way, wait: number): void {
    clearTimeout(way.timer)
    if (this.#over) return
    way.timer = setTimeout(() => {
      way.timer = undefined
      if (!way.busy) void this.#carry(address, way)
    }, wait)
  }

  /** One after the other, in their order, until one does not go. */
  async #carry(address: string, way: Way): Promise<void> {
    way.busy = true
    while (way.tickets.length && !this.#over) {
      const ticket = way.tickets[0]!
      const [how, by] = await this.#transmit(address, ticket)
      if (this.#over) return
      if (how === SENT.LATER) {
        this.#soon(address, way, pause(way.tries++))
        this.#home.sent(ticket, how, by)
        break
      }
      // Of two roads that lead nowhere the node would try one after the other for ever.
      if (how === SENT.NEVER && way.tries) await new Promise(resolve => setTimeout(resolve, pause(way.tries)))
      way.tries = how === SENT.NEVER ? way.tries + 1 : 0
      this.#drop(ticket)
      this.#home.sent(ticket, how, by)
    }
    way.busy = false
    if (way.tickets.length && !way.timer) this.#soon(address, way, 0)
  }

  async #transmit(address: string, ticket: string): Promise<[number, string]> {
    const url = reachable(address, this.#home.origin)
    if (!url) return [SENT.NEVER, 'no road of this kind leads out of a browser']
    if (!isInbox(url)) return [SENT.NEVER, 'an inbox is https://HOST/inbox/NAME']
    let packet: Uint8Array<ArrayBuffer>
    try {
      const bytes = await this.#home.disk.getPacket('outpackets', ticket)
      packet = bytes.slice(bytes.indexOf(10) + 1)
    } catch {
      return [SENT.LATER, 'this browser has lost the packet'] // until the node sends it again
    }
    try {
      const { status, ok } = await bring(address, packet)
      if (ok) return [SENT.STORED, url.host]
      const why = status === 413 || status === 507 ? 'the inbox is full' : `the server answers ${status}`
      return [[400, 404, 405, 410].includes(status) ? SENT.NEVER : SENT.LATER, why]
    } catch {
      return [SENT.LATER, `no answer from ${url.host}`]
    }
  }

  // ---- in ----

  #watch(address: string, on: boolean): void {
    const known = this.#places.get(address)
    if (known || !on) {
      if (!on) {
        clearTimeout(known?.timer)
        if (this.#places.delete(address)) this.#home.goes(address, INLET.GONE, '')
      }
      return
    }
    const inbox = reachable(address, this.#home.origin) && Inbox.at(this.#home.core, address)
    if (!inbox) return // a road of another machine of ours
    const place: Place = { inbox, timer: undefined, tries: 0, said: '' }
    this.#places.set(address, place)
    this.#lookIn(place, 0)
  }

  #lookIn(place: Place, wait: number): void {
    clearTimeout(place.timer)
    if (!this.#over) place.timer = setTimeout(() => void this.#look(place), wait)
  }

  async #look(place: Place): Promise<void> {
    let more = false
    try {
      more = await this.#empty(place)
      place.tries = 0
      this.#say(place, INLET.LOOKED, '')
    } catch (error) {
      place.tries++
      // Of a request that failed a browser says nothing but that.
      const silent = error instanceof TypeError && `no answer from ${new URL(place.inbox.address).host}`
      this.#say(place, INLET.TROUBLE, silent || (error as Error).message)
    }
    if (this.#places.get(place.inbox.address) === place)
      this.#lookIn(place, more ? AGAIN_MS : place.tries ? pause(place.tries) : LOOK_MS)
  }

  #say(place: Place, how: number, why: string): void {
    if (this.#over || place.said === `${how} ${why}`) return
    place.said = `${how} ${why}`
    this.#home.goes(place.inbox.address, how, why)
  }

  /** What was taken goes there. True: there is more, or the node has no room just now. */
  async #empty({ inbox }: Place): Promise<boolean> {
    const { packet, disk } = this.#home
    const files = await inbox.list()
    for (const file of files) {
      if (this.#over) return false
      const bytes = await inbox.fetch(file)
      if (!bytes || this.#over) continue
      const err = packet(bytes)
      if (err === ERR.BUSY) return true
      if (err === ERR.UNKNOWN_METHOD) {
        for (const old of (await disk.packetNames('inpackets')).slice(0, -KEPT_MAX))
          await disk.dropPacket('inpackets', old)
        await disk.putPacket('inpackets', `${Date.now()}-${file}`, bytes)
      }
      await inbox.drop(file)
    }
    return files.length > 0
  }
}

/** The first line of what the node gave. */
const addressOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes.subarray(0, bytes.indexOf(10)))

/** A URL that a page may ask: https, this machine, or the server that the page is from. */
function reachable(address: string, origin: string): URL | undefined {
  const url = URL.canParse(address) ? new URL(address) : undefined
  const here = url?.protocol === 'http:' && ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname)
  return url && (url.protocol === 'https:' || here || url.origin === new URL(origin).origin) ? url : undefined
}
