// SPDX-License-Identifier: MIT
// Who carries what two people say to each other before they have a link: a broker, on a connection and with a
// throw-away address for one call alone, so that it sees no edge between two mailboxes; or any friend of both
// (docs/protocol/signal.md, Carried by friends).
import type { KithClient } from '@kith/client'
import { BrokerLink, type Place } from './broker.ts'
import { base64, random } from './bytes.ts'
import type { Core } from './core.ts'

export const NOWHERE = new Uint8Array(32)

export type Sealing = Pick<Core, 'seal' | 'unseal' | 'prove'>

/** For one call to one person. */
export interface Carrier {
  /** Where an answer is waited for; zeros: it comes with all that friends carry. */
  readonly reply: Uint8Array
  onsealed: (sealed: Uint8Array) => void
  /** The person is not there, or the carrier has gone. */
  onlost: (why: string) => void
  /** In this order. */
  send(sealed: Uint8Array): void
  iceServers(): Promise<RTCIceServer[]>
  close(): void
}

/** Throws where there is no way. */
export type Way = () => Promise<Carrier>

export const throwAway = (): Place => ({ which: 0, from: random(32) })

export const viaBroker =
  (sealing: Sealing, broker: string, to: Uint8Array): Way =>
  async () => {
    const place = throwAway()
    const prove = (p: Place, b: Uint8Array, c: Uint8Array) => sealing.prove(p.which, p.from, b, c)
    // A friend names their broker: an address that this browser does not take is no reason not to ask friends.
    const link = await BrokerLink.open(broker, prove, place).catch(() => {
      throw new Error('broker')
    })
    const carrier: Carrier = {
      reply: sealing.prove(place.which, place.from, NOWHERE, NOWHERE).address,
      onsealed: () => {},
      onlost: () => {},
      send: sealed => link.send(to, sealed),
      iceServers: () => link.iceServers(),
      close: () => {
        carrier.onlost = () => {}
        link.close()
      },
    }
    link.onsignal = (_, sealed) => carrier.onsealed(sealed)
    link.onabsent = () => carrier.onlost('absent')
    link.onclose = () => carrier.onlost('broker')
    return carrier
  }

/** `via`: the friend who brought what is answered. Without, the node finds one, who then carries all of the call. */
export const viaFriends =
  (kith: KithClient, to: string, iceServers: RTCIceServer[], via?: string): Way =>
  async () => {
    let chosen = via
    let said: Promise<unknown> = Promise.resolve()
    const carrier: Carrier = {
      reply: NOWHERE,
      onsealed: () => {},
      onlost: () => {},
      send(sealed) {
        const signal = base64(sealed)
        said = said
          .then(() => kith.call('signal', { to, signal, ...(chosen && { via: chosen }) }))
          .then(
            answer => {
              chosen = answer.via
            },
            () => carrier.onlost('absent'),
          )
      },
      iceServers: () => Promise.resolve(iceServers),
      close: () => {
        carrier.onlost = () => {}
      },
    }
    return carrier
  }
