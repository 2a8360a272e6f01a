// SPDX-License-Identifier: MIT
// A vault (docs/protocol/vault.md): made, opened as a file, and in pieces over a connection to a broker.
import type { KithClient } from '@kith/client'
import type { BrokerLink } from '../tab/broker.ts'
import { base64, joined, same, unbase64 } from '../tab/bytes.ts'
import type { Core } from '../tab/core.ts'
import { PASSWORD } from '../tab/password.ts'
import type { Kept } from './kept.ts'
import type { Brought } from './wish.ts'

/** Less than a passphrase needs: the key has 256 bits. */
const WORK = 10
const FRIENDS = 100
/** Where the salt and the cost stand in the file. */
const HOW = 85
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

/** All that its owner has written and the newest of their friends, sealed. */
export async function sealVault(
  { core, kith }: { core: Pick<Core, 'vaultPut'>; kith: KithClient },
  kept: Kept,
  sequence: number,
  version: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = []
  const options = { passphrase: kept.vaultKey, work: WORK, photos: false, friends: FRIENDS }
  for await (const part of kith.source('identity.backup', [options])) parts.push(part)
  return core.vaultPut(version, sequence, unbase64(kept.lease), unbase64(kept.how), joined(...parts))
}

/** The file says itself how its password was stretched. */
export async function openFile(
  { core, run }: { core: Pick<Core, 'vaultParse'>; run: (job: Uint8Array<ArrayBuffer>) => Promise<Uint8Array> },
  file: Uint8Array<ArrayBuffer>,
  password: string,
): Promise<Brought> {
  const { content } = core.vaultParse(file)
  const word = new TextEncoder().encode(password.normalize('NFKC'))
  const both = await run(joined(Uint8Array.of(PASSWORD), file.slice(HOW, HOW + 24), word))
  return { file: content, passphrase: base64(both.slice(32)) }
}
