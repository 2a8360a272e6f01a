// SPDX-License-Identifier: MIT
// What a page and its Worker say to each other, and all tabs of this origin among themselves.

export type Role = 'leader' | 'follower'

export type FromPage =
  | { kind: 'start'; wasm: string; sha256: string; jobs: string; visible: boolean }
  | { kind: 'visible'; visible: boolean }
  | { kind: 'app'; port: MessagePort }
  | { kind: 'road'; port: MessagePort; key: string; dials: boolean }

export type ToPage =
  | { kind: 'role'; role: Role }
  | { kind: 'failed'; why: string }
  | { kind: 'log'; level: number; text: string }

/** On the channel `kith`. A link between a page and the leader's Worker has a channel of its own. */
export type Among =
  /** A page wants a link to the node. */
  | { kind: 'app'; id: string }
  /** The leader listens on that link's channel. */
  | { kind: 'taken'; id: string }
  /** Somebody looks at a tab that does not lead. */
  | { kind: 'want' }
  /** There is a new leader: links to the old one are dead. */
  | { kind: 'leads' }

export const CHANNEL = 'kith'
export const linkChannel = (id: string): string => `kith-link-${id}`
/** Held by who has the node; a second one for the store would lose both. */
export const LOCK = 'kith'
/** Held by each page for as long as it lives, so that its links end with it. */
export const linkLock = (id: string): string => `kith-link-${id}`
