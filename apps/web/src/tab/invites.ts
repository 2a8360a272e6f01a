// SPDX-License-Identifier: MIT
// The links for one friend each that we have made. Where an inbox keeps packets for us the secret of a link is the word of
// an invite of the node's, too (docs/protocol/packet.md, First contact): then a request may lie there while nobody of us is here.
import type { KithClient } from '@kith/client'
import { base64, random } from './bytes.ts'

const INVITE_MS = 7 * 24 * 3600e3
export const INVITES_MAX = 14
/** How long whoever comes too late is told so, and at how many addresses of invites, open ones first, we listen for that. */
const LATE_MS = 7 * 24 * 3600e3
const LATE_MAX = 8

export interface Made {
  /** 16 bytes in base64 */
  secret: string
  /** ms since 1970 */
  expires: number
  /** Of the inbox where requests may lie. */
  road?: string
  /** The key of who came with it in base64, what they said, and by whom they know us. */
  used?: string
  text?: string
  by?: string
  revoked?: true
}

export const openOf = (all: Made[]): Made[] => all.filter(it => it.expires > Date.now())

/** Also those whose time is over, for a while. */
export const remembered = (all: Made[]): Made[] => all.filter(it => it.expires > Date.now() - LATE_MS)

export function listenedFor(all: Made[]): Made[] {
  const newest = remembered(all).sort((a, b) => b.expires - a.expires)
  return newest.slice(0, Math.max(openOf(all).length, LATE_MAX))
}

/** A new one. */
export async function draw(kith: KithClient): Promise<Made> {
  const expires = Math.floor((Date.now() + INVITE_MS) / 1000) * 1000
  const { own } = await kith.call('roads.list')
  const road = own.find(it => /^https?:/.test(it))
  if (!road) return { secret: base64(random(16)), expires }
  const { token } = await kith.call('friends.invite', { until: expires })
  return { secret: token, expires, road }
}

/** Who came by packet meanwhile. True: there is something new. */
export async function learnWhoCame(kith: KithClient, all: Made[]): Promise<boolean> {
  const open = all.filter(it => it.road && !it.used)
  if (!open.length) return false
  const made = await kith.call('friends.invites')
  let isNew = false
  for (const invite of open) {
    const { used, text } = made.find(it => it.token === invite.secret) ?? {}
    if (!used) continue
    isNew = true
    invite.used = used.slice(1, -'.ed25519'.length)
    if (text) invite.text = text
  }
  return isNew
}

/** It was used by a call, or is taken back: no packet shall come in by it. */
export async function spend(kith: KithClient, invite: Made): Promise<void> {
  if (invite.road) await kith.call('friends.uninvite', invite.secret)
}
