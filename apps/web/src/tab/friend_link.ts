// SPDX-License-Identifier: MIT
// The link that makes friends, https://HOST/#/i/CODE?n=NAME&r=INBOX (docs/protocol/broker.md, Invites); and the same as
// an invite of the node's, `kith1i…`, which needs nobody online (docs/protocol/packet.md, First contact).
import { base64, base64url, idOf, joined, unbase64url } from './bytes.ts'

export interface FriendLink {
  /** ms since 1970 */
  expires: number
  /** Whose invite it is: 32 bytes each. */
  inviter: Uint8Array
  address: Uint8Array
  /** 16 bytes */
  secret: Uint8Array
}

const VERSION = 1
const LENGTH = 85

/** `road`: of an inbox where requests may lie. */
export function writeFriendLink(origin: string, link: FriendLink, name: string, road?: string): string {
  const head = new DataView(new ArrayBuffer(5))
  head.setUint8(0, VERSION)
  head.setUint32(1, Math.floor(link.expires / 1000), true)
  const code = joined(new Uint8Array(head.buffer), link.inviter, link.address, link.secret)
  const more = [(name || road) && `n=${encodeURIComponent(name)}`, road && `r=${encodeURIComponent(road)}`]
  const query = more.filter(Boolean).join('&')
  return `${origin}/#/i/${base64url(code)}${query && `?${query}`}`
}

export function readFriendLink(code: string): FriendLink | undefined {
  try {
    const bytes = unbase64url(code)
    if (bytes.length !== LENGTH || bytes[0] !== VERSION) return undefined
    return {
      expires: new DataView(bytes.buffer).getUint32(1, true) * 1000,
      inviter: bytes.slice(5, 37),
      address: bytes.slice(37, 69),
      secret: bytes.slice(69, 85),
    }
  } catch {
    return undefined
  }
}

const LETTER = 'kith1i'
const LETTER_MAX = 8192

/** What the node takes as `friends.join`. */
export function letterOf({ inviter, secret }: FriendLink, name: string, road: string): string {
  const said = { id: idOf(base64(inviter)), token: base64(secret), profile: { name, roads: [road] } }
  return LETTER + base64url(new TextEncoder().encode(JSON.stringify(said)))
}

export interface Letter {
  /** Of whoever made it, as they say it. */
  name: string
  roads: string[]
}

/** As far as it has to be shown; whether it is good the node says. */
export function readLetter(code: string): Letter | undefined {
  if (!code.startsWith(LETTER) || code.length > LETTER_MAX) return undefined
  try {
    const { profile } = JSON.parse(new TextDecoder().decode(unbase64url(code.slice(LETTER.length)))) as {
      profile: { name?: unknown; roads?: unknown }
    }
    const roads = Array.isArray(profile.roads) ? profile.roads.filter(it => typeof it === 'string') : []
    return { name: typeof profile.name === 'string' ? profile.name : '', roads }
  } catch {
    return undefined
  }
}
