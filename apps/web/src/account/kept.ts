// SPDX-License-Identifier: MIT
// What this browser keeps of an account: a file beside the secret, and as secret as that.
import type { Disk } from '../tab/disk.ts'

const FILE = 'account'

export interface Kept {
  /** The long-term key in base64: another person here has no account. */
  key: string
  broker: string
  handle: string
  host: string
  certificate: string
  /** In base64: what the broker compares, what the vault is sealed with, how both came from the password, our lease. */
  auth: string
  vaultKey: string
  how: string
  lease: string
  vault: boolean
  /** Who has found us may ask us. */
  door?: boolean
  /** `taking`: signed in, and the lease is to be taken. `moved`: another browser has it. */
  state: 'mine' | 'taking' | 'moved'
  /** After having been elsewhere: the guard's own wait is over when what the vault knows is here. */
  again: boolean
  /** Of the newest vault that was seen. */
  version: number
  sequence: number
  saved: number
  /** An HTTP store that has a copy, and up to which message of ours. */
  store?: string
  copied?: number
  name: string
}

export async function readKept(disk: Disk): Promise<Kept | undefined> {
  const bytes = await disk.get(FILE)
  return bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Kept)
}

export const writeKept = (disk: Disk, kept: Kept): Promise<void> =>
  disk.put(FILE, new TextEncoder().encode(JSON.stringify(kept)))
