// SPDX-License-Identifier: MIT
// What a page and its Worker say to each other, and all tabs of this origin among themselves.

import type { Wish } from '../account/wish.ts'
import type { Question } from './requests.ts'

export type Role = 'leader' | 'follower'

export type FromPage =
  | { kind: 'start'; wasm: string; sha256: string; jobs: string; visible: boolean; origin: string; broker: string }
  | { kind: 'visible'; visible: boolean }
  /** `reads`: the leader does not answer, and what it has kept is to be read beside it. */
  | { kind: 'app'; port: MessagePort; reads?: true }
  | { kind: 'road'; port: MessagePort; key: string; dials: boolean }
  | { kind: 'call'; told: CallTold }
  | { kind: 'ask'; n: number; what: Asked }

/** What a page wants of those who introduce people. */
export type Asked =
  | { is: 'invite' }
  | { is: 'revoke'; secret: string }
  | { is: 'invites' }
  /** Whoever made this link is absent, and is asked by their inbox; answered with their id. */
  | { is: 'leave'; code: string; name: string; road: string; text: string }
  /** To become friends with whom a link is from; answered when they have accepted. */
  | { is: 'request'; code: string; text: string }
  /** To become friends with whom a broker has found; true: they are not there, and it waits for them. */
  | ({ is: 'ask' } & Question)
  /** What a broker has certified of a friend, or of ourselves; `Handle` or null. `fresh`: after a look into its feed. */
  | { is: 'handle'; id: string; fresh?: true }
  /** Whether somebody has said no to our request; a boolean. */
  | { is: 'refused'; id: string }
  | { is: 'account'; wish: Wish }

export interface Handle {
  handle: string
  host: string
  /** ms since 1970 */
  until: number
  says: Says
}
/** What a broker's feed says against its certificate: another key has the handle, nobody has it, it was never said who has it;
 * or the feed was told in two ways, or is not whole. */
export type Says = '' | 'other' | 'nobody' | 'unsaid' | 'forked' | 'broken'

/** Of `invite` and `invites`. */
export interface Invite {
  link: string
  secret: string
  expires: number
  /** It can be taken while we are away: an inbox keeps the request. */
  waits: boolean
  /** The id of who took it, what they said, and by whom they know us. */
  used?: string
  text?: string
  by?: string
}
/** What somebody may say with a request. */
export const TEXT_MAX = 280

/** The Worker to the page about a call of WebRTC, by its number; and the page's answers. */
export type CallSays =
  | { id: number; do: 'offer'; iceServers: RTCIceServer[] }
  | { id: number; do: 'answer'; sdp: string; iceServers: RTCIceServer[] }
  | { id: number; do: 'answered'; sdp: string }
  /** Another way for a call that stands: an offer, or the answer to theirs. */
  | { id: number; do: 'again'; sdp?: string; iceServers: RTCIceServer[] }
  | { id: number; do: 'candidate'; candidate: RTCIceCandidateInit }
  | { id: number; do: 'close' }
export type CallTold =
  | { id: number; is: 'sdp'; sdp: string }
  | { id: number; is: 'candidate'; candidate: RTCIceCandidateInit }
  | { id: number; is: 'open'; port: MessagePort }
  /** A call that stands has lost its way, or has one again. */
  | { id: number; is: 'shaky'; shaky: boolean }
  | { id: number; is: 'closed'; why: string }

export type ToPage =
  | { kind: 'role'; role: Role }
  | { kind: 'failed'; why: string }
  | { kind: 'log'; level: number; text: string }
  | { kind: 'call'; says: CallSays }
  /** The answer to `ask`: a value, or the word for why not. */
  | { kind: 'told'; n: number; value?: unknown; why?: string }
  /** Another browser writes as this person now. */
  | { kind: 'moved'; moved: boolean }

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
