// SPDX-License-Identifier: MIT
// What the page wants of the account desk in the Worker, and what it hears.

export type Wish =
  | { do: 'look' }
  | { do: 'register'; handle: string; password: string; vault: boolean }
  /** Answered with `Brought`. */
  | { do: 'signIn'; handle: string; password: string }
  | { do: 'vault'; on: boolean }
  /** Packets wait at the broker while this browser is closed. */
  | { do: 'inbox'; on: boolean }
  /** An HTTP store that is to have a copy always; '': none. */
  | { do: 'store'; url: string }
  /** A vault to keep somewhere oneself; answered with its bytes. */
  | { do: 'file' }
  /** What is in such a file; no server is asked. Answered with `Brought`. */
  | { do: 'open'; file: Uint8Array<ArrayBuffer>; password: string }
  /** To be found by that name; '': not any more. */
  | { do: 'directory'; name: string }
  /** Who has found us by handle or by name may ask us to be friends. */
  | { do: 'door'; on: boolean }
  /** By handle or by name; answered with `Found[]`. */
  | { do: 'find'; text: string }

export interface AccountState {
  /** '': there is none. */
  handle: string
  host: string
  /** What the broker has; all false while it is away. */
  can: { accounts: boolean; vault: boolean; directory: boolean; inbox: boolean; door: boolean }
  vault: boolean
  door: boolean
  inbox: boolean
  /** How many have told us where we may leave something for them. */
  reach: number
  /** The host of the HTTP store that has a copy, or ''; and whether it has all. */
  store: string
  copied: boolean
  /** When the vault was last written from here, in ms; 0: never. */
  saved: number
  /** Something was written since. */
  behind: boolean
  /** Another browser writes now. */
  moved: boolean
  /** The name in the directory. */
  name: string
  /** The word for what went wrong last, or ''. */
  trouble: string
}

/** A backup file and its passphrase (docs/protocol/vault.md). */
export interface Brought {
  file: Uint8Array<ArrayBuffer>
  passphrase: string
}

export interface Found {
  id: string
  handle: string
  host: string
  name: string
  /** Where they may be asked, and at which broker; '': nowhere. */
  door: string
  broker: string
  certificate: string
}
