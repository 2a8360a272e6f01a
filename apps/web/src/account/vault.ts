// SPDX-License-Identifier: MIT
// A vault over a connection to a broker, in pieces (docs/protocol/vault.md).
import type { BrokerLink } from '../tab/broker.ts'
import { base64, joined, same, unbase64 } from '../tab/bytes.ts'
import type { Core } from '../tab/core.ts'

const PIECE = 12 << 10
const TRIES = 3

export interface Head {
  version: number
  sequence: number
  size: number
  lease: string
}

export const openVault = (link: BrokerLink, handle: string, auth: string): Promise<Head | null> =>
  link.call('vault.open', { handle, auth }) as Promise<Head | null>

/** Throws `old` for one that is older than the head says, and what the core throws for a broken one. */
export async function readVault(
  link: BrokerLink,
  head: Head,
  core: Pick<Core, 'vaultParse'>,
  owner: Uint8Array,
): Promise<ReturnType<Core['vaultParse']>> {
  for (let left = TRIES; ; left--) {
    const parts: Uint8Array[] = []
    for (let at = 0; ; at += PIECE) {
      const part = unbase64((await link.call('vault.read', { at })) as string)
      parts.push(part)
      if (part.length < PIECE) break
    }
    try {
      const vault = core.vaultParse(joined(...parts))
      if (!same(vault.owner, owner)) throw new Error('crypto')
      if (vault.version < head.version) throw new Error('old')
      return vault
    } catch (error) {
      if (!left) throw error // else it was replaced while we read
    }
  }
}

export async function writeVault(link: BrokerLink, file: Uint8Array): Promise<void> {
  for (let at = 0; at < file.length; at += PIECE)
    await link.call('vault.write', { at, size: file.length, data: base64(file.subarray(at, at + PIECE)) })
}
