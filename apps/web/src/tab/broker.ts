// SPDX-License-Identifier: MIT
// A connection to a broker (docs/protocol/broker.md): addresses at which we listen, signals in and out.
import { KithError } from '../../client/src/error.ts'
import { Mux } from '../../client/src/muxrpc.ts'
import { Stream } from '../../client/src/stream.ts'
import { webSocketTransport } from '../../client/src/transport.ts'
import { base64, joined, unbase64 } from './bytes.ts'

const PROTOCOL = 'kith-broker'
const OPEN_MS = 6000
const ANSWER_MS = 2500
const HELD_MAX = 4 << 20

/** How an address is made: 0 a throw-away from its seed, 1 the mailbox from its epoch, 2 an invite from its secret, 3 the
 * door from the broker's key. */
export interface Place {
  which: 0 | 1 | 2 | 3
  from: Uint8Array
}
/** Gives the address and the proof that we may listen there. */
export type Prove = (
  place: Place,
  broker: Uint8Array,
  challenge: Uint8Array,
) => { address: Uint8Array; sig: Uint8Array }

export interface Hello {
  challenge: string
  key: string
  now: number
  stun: number | null
  turn: boolean
  accounts: boolean
  letters: boolean
  directory: boolean
  vault: boolean
  inbox: boolean
  limits?: { vault?: number }
}

export class BrokerLink {
  /** Where a signal arrived, and the signal. */
  onsignal: (at: Uint8Array, sealed: Uint8Array) => void = () => {}
  /** Nobody listens there. */
  onabsent: (address: string) => void = () => {}
  onclose: () => void = () => {}
  #mux: Mux
  #hello!: Hello
  #prove: Prove
  #url: string
  #signals = new Stream<unknown, Uint8Array>(HELD_MAX)
  #over = false

  private constructor(url: string, mux: Mux, prove: Prove) {
    this.#url = url
    this.#mux = mux
    this.#prove = prove
  }

  /** Connects and listens at the first place. Throws if there is no broker. */
  static open(url: string, prove: Prove, place: Place): Promise<BrokerLink> {
    return new Promise((resolve, reject) => {
      const transport = webSocketTransport(new WebSocket(url, [PROTOCOL]))
      const failed = (): void => {
        clearTimeout(timer)
        link.close()
        reject(new Error('broker'))
        link.onclose()
      }
      const link: BrokerLink = new BrokerLink(url, new Mux(transport, failed), prove)
      const timer = setTimeout(failed, OPEN_MS)
      transport.onopen = () => {
        link.#greet(place).then(() => {
          clearTimeout(timer)
          resolve(link)
        }, failed)
      }
    })
  }

  async #greet(place: Place): Promise<void> {
    this.#hello = (await this.#mux.call('hello', [])) as Hello
    await this.listen(place)
    this.#mux.carry(this.#signals as Stream<unknown, unknown>, 'duplex', 'signals', [])
    void this.#read()
  }

  async #read(): Promise<void> {
    try {
      for await (const item of this.#signals) {
        if (item instanceof Uint8Array) this.onsignal(item.slice(0, 32), item.slice(32))
        else if (typeof item === 'object' && item && 'absent' in item) this.onabsent(String(item.absent))
      }
    } catch {
      // The connection has ended, which onclose says.
    }
  }

  /** Listens at one more place; gives its address. */
  async listen(place: Place): Promise<Uint8Array> {
    const key = unbase64(this.keyText)
    const { address, sig } = this.#prove(place, key, unbase64(this.#hello.challenge))
    await this.#mux.call('subscribe', [{ address: base64(address), sig: base64(sig) }])
    return address
  }

  get about(): Hello {
    return this.#hello
  }

  /** Its key in base64, and where it is: who it says that it is counts for nothing. */
  get keyText(): string {
    return this.#hello.key.slice(1, -'.ed25519'.length)
  }

  get host(): string {
    return new URL(this.#url).host
  }

  get url(): string {
    return this.#url
  }

  /** What accounts and vaults need (docs/protocol/account.md, vault.md). */
  call(name: string, argument: object): Promise<unknown> {
    return this.#mux.call(name, [argument])
  }

  source(name: string, argument: object): Stream<unknown> {
    const stream = new Stream<unknown>(HELD_MAX)
    this.#mux.carry(stream as Stream<unknown, unknown>, 'source', name, [argument])
    return stream
  }

  send(to: Uint8Array, sealed: Uint8Array): void {
    if (!this.#over) void this.#signals.write(joined(to, sealed)).catch(() => {})
  }

  /** Whether it is there: a connection can be gone without a word. */
  answers(): Promise<boolean> {
    const silence = new Promise<boolean>(resolve => setTimeout(() => resolve(false), ANSWER_MS))
    return Promise.race([
      this.#mux.call('hello', []).then(
        () => true,
        () => false,
      ),
      silence,
    ])
  }

  /** What tells a browser how it looks from outside. */
  get stun(): string {
    const { stun } = this.#hello
    return stun ? `stun:${new URL(this.#url).hostname}:${stun}` : ''
  }

  /** What helps two browsers through their routers: the broker's STUN, and TURN where it has one. */
  async iceServers(): Promise<RTCIceServer[]> {
    const servers: RTCIceServer[] = this.stun ? [{ urls: this.stun }] : []
    if (this.#hello.turn) {
      const relay = (await this.#mux.call('turn', []).catch(() => null)) as RTCIceServer | null
      if (relay) servers.push({ urls: relay.urls, username: relay.username!, credential: relay.credential! })
    }
    return servers
  }

  close(): void {
    if (this.#over) return
    this.#over = true
    this.#signals.close()
    this.#mux.close(new KithError('closed', 'the connection to the broker was closed'))
  }
}
