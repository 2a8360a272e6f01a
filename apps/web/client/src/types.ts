// SPDX-License-Identifier: MIT
// What the node gives and takes. Times are milliseconds since 1970. A `?` means: left out if there is none.

/** `@….ed25519` */
export type FeedId = string
/** `%….sha256` */
export type MessageId = string
/** `&….sha256`, for a private one with `?unbox=….boxs` */
export type BlobId = string

export interface Ref { id: FeedId, name?: string }

// ---- contents ----

export interface Mention {
  link: FeedId | MessageId | BlobId
  name?: string
  /** Of a blob: its MIME type, or `kith-file` for a list of blobs (docs/protocol/large-file.md). */
  type?: string
  size?: number
  /** Of a list of blobs: what they are together. */
  mime?: string
}

export interface PostContent {
  type: 'post'
  text: string
  /** Whose wall it stands on; left out: the author's own. */
  wall?: FeedId
  /** The post that a thread began with. */
  root?: MessageId | null
  /** What this answers: the newest replies that its author knew. */
  branch?: MessageId | MessageId[]
  contentWarning?: string
  mentions?: Mention[]
  /** Who can read it. With it, the message is encrypted. */
  recps?: (FeedId | { link: FeedId })[]
}
export interface VoteContent { type: 'vote', vote: { link: MessageId, value: -1 | 0 | 1, expression?: string } }
export interface ContactContent { type: 'contact', contact: FeedId, following?: boolean, blocking?: boolean }
export interface AboutContent { type: 'about', about: FeedId, name?: string, description?: string, image?: BlobId | { link: BlobId } }
export interface ShareContent { type: 'share', share: { link: MessageId }, text?: string, mentions?: Mention[] }
export interface EditContent { type: 'edit', target: MessageId, text: string }
export interface RetractContent { type: 'retract', target: MessageId }
export interface WallContent { type: 'wall/accept' | 'wall/remove', post: MessageId }

/** What this client's users write; a node passes on any content with a type. */
export type Content = PostContent | VoteContent | ContactContent | AboutContent | ShareContent | EditContent | RetractContent | WallContent

/** What others wrote: nothing about it is certain but that it has a type, or is encrypted for others. */
export type AnyContent = { type: string, [field: string]: unknown }

// ---- messages ----

export interface MessageValue {
  previous: MessageId | null
  author: FeedId
  sequence: number
  /** What its author claims. */
  timestamp: number
  hash: 'sha256'
  /** A string is encrypted, and not for us or not opened. */
  content: AnyContent | string
  /** Left out where the content is not what was signed (retracted). */
  signature?: string
  /** Of a private message that was opened. */
  meta?: { private: true, originalContent?: string }
}

export interface Message {
  key: MessageId
  value: MessageValue
  /** When it came here. */
  timestamp: number
}

export interface Reaction {
  /** An emoji or a word; '' is a plain like. */
  expression: string
  count: number
  mine?: true
}

/** A post with all that a page shows of it. */
export interface Summary extends Message {
  author: Ref
  replies: number
  shares: number
  votes: { up: number, down: number, mine: -1 | 0 | 1, reactions: Reaction[] }
  /** Of a post on another's wall. */
  wall?: { owner: Ref, state: 'friend' | 'accepted' | 'waiting' | 'removed' }
  edited?: { key: MessageId, text: string }
  retracted?: true
  audience?: Audience
  /** The same encrypted text came before, from another author. */
  replayed?: true
}

/** For whom something was written: everybody, these people, or a circle or group. */
export interface Audience {
  kind: 'public' | 'people' | Circle['kind']
  people?: Ref[]
  group?: string
  name?: string
  owner?: Ref
}

/** Something that others did and that concerns us. */
export interface Notice extends Summary {
  request?: FriendRequest
  why: 'mention' | 'reply' | 'vote' | 'share' | 'wall' | 'private' | 'follow' | 'request' | 'unfollow' | 'block' | 'circle' | (string & {})
}

export interface Vote { voter: FeedId, value: -1 | 0 | 1, expression: string }

/** Private messages among the same people. */
export interface Conversation {
  number: number
  people: Ref[]
  count: number
  last: Message
}

/** A group, a circle of somebody's, or somebody's friends circle. */
export interface Circle {
  id: string
  kind: 'friends' | 'circle' | 'group'
  name?: string
  image?: BlobId
  description?: string
  owner: Ref
  mine: boolean
  /** Every member may add others. */
  open: boolean
  role: 'owner' | 'founder' | 'keeper' | 'member' | 'invited' | 'left'
  canWrite: boolean
  /** How often its key was changed. */
  epoch: number
  /** What people read whom we add: of our own circles only. */
  history?: 'all' | 'now'
  /** Where they can be known: of our own circles, and of groups. */
  members?: CircleMember[]
  invited?: CircleMember[]
}
export interface CircleMember extends Ref { keeper?: boolean }
/** `hidden`: only the owner knows them all. `unknown`: we have not seen that their program can read it. */
export interface Readers { people: (Ref & { reads: 'yes' | 'unknown', left?: true })[], hidden: boolean, public?: boolean }

// ---- roads that store and forward ----

/** `roads` are ours for them, `theirs` what they say and can be used from here, `profile` all that they say of themselves. */
export interface Reached { id: FeedId, roads: string[], theirs: string[], profile?: { name?: Json, roads?: Json } & Record<string, Json> }
/** A packet without a receipt; `by` is who stores it, or what the trouble is. */
export interface Packet { state: 'queued' | 'trouble' | 'stored', road: string, by: string, made: number, bytes: number, first?: number, last?: number }
/** How things are with one person: `received` of our `of` messages. */
export interface Outgoing {
  id: FeedId
  state: 'live' | 'received' | 'queued' | 'waiting' | 'trouble' | 'expired' | 'asked' | 'refused' | 'given up' | 'no road'
  road?: string
  received: number
  of: number
  tries: number
  again_ms?: number
  heard?: number
  packets: Packet[]
}
/** How far one message of ours got with one person. */
export interface Step { id: FeedId, state: 'queued' | 'trouble' | 'stored' | 'received' | 'read', road?: string, by?: string, at?: number }

// ---- people ----

export interface Person extends Ref {
  description?: string
  image?: BlobId
  /** Steps from us; left out if beyond reach. */
  hops?: number
  /** We follow them. */
  following: boolean
  /** We block them. */
  blocking: boolean
  followsMe: boolean
  /** Both follow. */
  friend: boolean
  muted: boolean
  follows: number
  followers: number
  friends: number
  /** A packet brought it, and nobody has answered yet. */
  request?: FriendRequest
  /** In the list `refused`: they shall hear it. */
  told?: boolean
}

/** `signal`: it came to a door at a broker. */
export interface FriendRequest { text: string, at: number, referrer?: Person, name?: string, roads?: string[], signal?: boolean }

export type PeopleList = 'follows' | 'followers' | 'blocks' | 'blockedBy' | 'friends' | 'requests' | 'refused' | 'muted'

// ---- the node ----

export interface Status {
  id: FeedId
  messages: number
  /** How many of them are safe on the disk. */
  durable: number
  bytes: number
  feeds: number
  /** Of our newest message; 0 if none. */
  sequence: number
  replicating: number
  peers: number
  /** Messages whose signatures are being checked. */
  judging: number
  blobs: number
  blobBytes: number
  /** Bytes that may be kept; 0 if there is no limit. */
  quota: number
  /** How far copies are kept. */
  hops: number
  version: string
  /** After a restore, until the head of the own feed is known: how many peers told it, its highest claim, what is held. */
  quarantine: { heard: number, known: number, held: number } | null
  /** Where others reach us. */
  address: string | null
  /** Where packets for us may lie: looked at from time to time, waited at, or why that does not work. */
  roads: { road: string, state: 'looked' | 'waits' | 'trouble', why?: string }[]
  /** 'ok', or a sentence that says why nothing can be published now. */
  publish: string
}

/** A connected peer. */
export interface Link {
  id: FeedId
  state: 'connected'
  address: string
  dialled: 'us' | 'them'
  seconds: number
  received: number
  sent: number
}
/** An address that is tried from time to time. */
export interface Place {
  id: FeedId
  state: 'connecting' | 'waiting'
  address: string
  source: 'user' | 'lan'
  failures: number
  retry_ms: number
  why?: string
}
export type Peer = Link | Place

export interface Imported { messages: number, valid: number, invalid: number, stored: number }

/** What is new, at most four times a second. The first item says that nothing is missed from now on. */
export type Changes = Changed | { ready: true, all?: never } | { ready?: never, /** More than can be listed: look at everything again. */ all: true }
export interface Changed {
  ready?: never
  all?: never
  /** Whose summary has changed. */
  messages: MessageId[]
  /** Whose profile, relations or mute has changed. */
  people: FeedId[]
  /** How many are new. */
  posts: number
  inbox: number
  notices: number
  /** What was said about circles and groups. */
  circles?: number
}

/** Who is connected, and who types where; never stored. */
export type Presence = { id: FeedId, here: boolean, typing?: never } | { id: FeedId, here?: never, typing: { at: string } }

export interface Progress {
  have: number
  want: number
  /** At most 20, farthest behind first. */
  people: { id: FeedId, name?: string, have: number, want: number }[]
}

/** What a pasted text is. Of an address or an invite, `id` is whose it is. */
export type Resolved =
  | { kind: 'message' | 'feed' | 'blob', id: string, held: boolean }
  | { kind: 'address' | 'invite', id: FeedId, held: boolean, address: string }

/** What the app keeps on this machine: any JSON, at most 8 KiB. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

// ---- options ----

export interface PageOptions {
  limit?: number
  /** Only what is older. */
  before?: number
}
export interface ListOptions extends PageOptions {
  /** Only what is newer. */
  after?: number
  reverse?: boolean
  /** Goes on with what is stored later. */
  live?: boolean
  /** false: only what is stored later. */
  old?: boolean
}
export interface LogOptions {
  gt?: number
  gte?: number
  lt?: number
  lte?: number
  reverse?: boolean
  limit?: number
  live?: boolean
  old?: boolean
}
