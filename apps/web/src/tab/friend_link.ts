// SPDX-License-Identifier: MIT
// The link that makes friends, https://HOST/#/i/CODE?n=NAME (docs/protocol/broker.md, Invites).
import { base64url, joined, unbase64url } from './bytes.ts'

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

export function writeFriendLink(origin: string, link: FriendLink, name: string): string {
  const head = new DataView(new ArrayBuffer(5))
  head.setUint8(0, VERSION)
  head.setUint32(1, Math.floor(link.expires / 1000), true)
  const code = joined(new Uint8Array(head.buffer), link.inviter, link.address, link.secret)
  return `${origin}/#/i/${base64url(code)}${name && `?n=${encodeURIComponent(name)}`}`
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
