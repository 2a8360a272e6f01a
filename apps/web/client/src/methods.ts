// SPDX-License-Identifier: MIT
// Arguments and results of every method that the node's owner may call. That names and kinds are those of
// the node is checked at the end of this file, when it is compiled.
import type { methods } from './methods.gen.ts'
import type {
  AnyContent, BlobId, Changes, Circle, Content, Conversation, FeedId, Imported, Json, ListOptions, LogOptions, Message, MessageId,
  MessageValue, Notice, Outgoing, PageOptions, Peer, PeopleList, Person, Presence, Progress, Reached, Readers, Resolved, Status, Step,
  Summary, Vote
} from './types.ts'

interface Async<A extends unknown[], R> { kind: 'async', args: A, result: R }
interface Source<A extends unknown[], I> { kind: 'source', args: A, item: I }
interface Sink<A extends unknown[], W, R> { kind: 'sink', args: A, written: W, result: R }
interface Duplex<A extends unknown[], W, I> { kind: 'duplex', args: A, written: W, item: I }

/** Bytes of a stream, in chunks of any size. */
type Bytes = Uint8Array

export interface Methods {
  // Messages
  whoami: Async<[], { id: FeedId }>
  publish: Async<[content: Content | AnyContent, options?: { widen?: boolean }], Message>
  'private.publish': Async<[content: Content | AnyContent, readers: FeedId[]], Message>
  get: Async<[id: MessageId | { id: MessageId, private?: boolean, meta?: false }], MessageValue>
  getLatest: Async<[feed: FeedId], Message>
  latestSequence: Async<[feed: FeedId], number>
  getVectorClock: Async<[], Record<FeedId, number>>
  createHistoryStream: Source<[{ id: FeedId, seq?: number, limit?: number, live?: boolean, old?: boolean }], Message>
  createUserStream: Source<[LogOptions & { id: FeedId }], Message>
  createLogStream: Source<[(LogOptions & { private?: boolean })?], Message>
  messagesByType: Source<[type: string | { type: string, limit?: number, live?: boolean, reverse?: boolean, private?: boolean }], Message>
  query: Source<[fields: Record<string, Json>, options?: { limit?: number }], Message>

  // People and walls
  'friends.isFollowing': Async<[{ source: FeedId, dest: FeedId }], boolean>
  'friends.isBlocking': Async<[{ source: FeedId, dest: FeedId }], boolean>
  'friends.hops': Async<[], Record<FeedId, number>>
  'friends.list': Async<[{ list?: PeopleList, person?: FeedId }?], Person[]>
  'friends.ask': Async<[{ id: FeedId, text?: string, referrer?: FeedId }], true>
  /** Answered when it is safe. */
  'friends.asked': Async<[{ id: FeedId, name?: string, text?: string, referrer?: FeedId, messages?: string[] }], true>
  'friends.invite': Async<[options?: { until?: number }], { code: string, token: string, profile: Json }>
  'friends.invites': Async<[], { token: string, at: number, until: number, used?: FeedId, text?: string }[]>
  'friends.uninvite': Async<[token: string], boolean>
  'friends.join': Async<[code: string, options?: { text?: string, referrer?: FeedId }], { id: FeedId, profile: Json }>
  'friends.refuse': Async<[id: FeedId, on: boolean, options?: { tell?: boolean }], boolean>
  'people.get': Async<[id?: FeedId], Person>
  'people.find': Async<[name: string], Person[]>
  'people.mute': Async<[id: FeedId, on: boolean], boolean>
  wall: Source<[(ListOptions & { person?: FeedId, waiting?: boolean, removed?: boolean })?], Summary>
  feed: Source<[(ListOptions & { hops?: number })?], Summary>
  thread: Source<[ListOptions & { root: MessageId }], Summary>
  inbox: Source<[ListOptions?], Summary>
  conversation: Source<[ListOptions & { people: FeedId[] }], Summary>
  conversations: Async<[{ limit?: number }?], Conversation[]>
  notices: Source<[ListOptions?], Notice>
  tag: Source<[ListOptions & { tag: string }], Summary>
  summary: Async<[id: MessageId], Summary>
  votes: Async<[id: MessageId], Vote[]>

  // Circles and groups; `friends` stands for the id of our own friends circle
  'circles.list': Async<[{ people?: boolean, left?: boolean }?], Circle[]>
  'circles.create': Async<[{ kind: Circle['kind'], name?: string, open?: boolean }], Circle>
  'circles.add': Async<[id: string, people: FeedId | FeedId[]], Circle>
  'circles.exclude': Async<[id: string, people: FeedId | FeedId[]], Circle>
  'circles.leave': Async<[id: string], Circle>
  'circles.accept': Async<[id: string], Circle>
  'circles.refuse': Async<[id: string], Circle>
  'circles.about': Async<[id: string, said: { name?: string, image?: BlobId, description?: string }], Circle>
  'circles.keeper': Async<[id: string, person: FeedId, on: boolean], Circle>
  'circles.history': Async<[id: string, what: 'all' | 'now'], Circle>
  'circles.readers': Async<[idOrMessage: string], Readers>
  circle: Source<[ListOptions & { id: string }], Summary>

  // Blobs
  'blobs.createWants': Source<[], Record<BlobId, number>>
  'blobs.get': Source<[id: BlobId | { key: BlobId, size?: number, max?: number }], Bytes>
  'blobs.getSlice': Source<[{ key: BlobId, start?: number, end?: number }], Bytes>
  'blobs.has': Async<[id: BlobId], boolean>
  'blobs.size': Async<[id: BlobId], number | null>
  /** Answers when it is here, which may be never; with `nowait` at once, whether it is here. */
  'blobs.want': Async<[id: BlobId, options?: { nowait?: boolean }], boolean>
  'blobs.add': Sink<[], Bytes, BlobId>
  /** Keeps the bytes encrypted and gives one id with the key (`?unbox=`), by which `blobs.get` opens it. */
  'blobs.seal': Duplex<[], Bytes, BlobId>

  // Network
  manifest: Async<[], Json>
  newest: Source<[{ limit?: number }?], MessageValue>
  'gossip.ping': Duplex<[{ timeout?: number }], number, number>
  'conn.peers': Async<[], Peer[]>
  'conn.connect': Async<[address: string], true>
  'conn.forget': Async<[address: string], true>
  'conn.disconnect': Async<[id: FeedId], true>
  /** {peer: sequence} of all whose clock for this feed we know. */
  'conn.holders': Async<[feed?: FeedId], Record<FeedId, number>>
  'invite.create': Async<[{ uses?: number, address?: string }?], string>
  'invite.accept': Async<[text: string], { pub: FeedId, address: string }>
  'control.insist': Async<[], true>
  'control.stop': Async<[], true>

  // Store
  status: Async<[], Status>
  /** Messages, then null; the one item is the outcome. */
  import: Duplex<[{ loose?: boolean }?], Message | MessageValue | string | null, Imported>
  forget: Async<[id: MessageId | FeedId | BlobId], true>
  compact: Async<[], true>
  rebuild: Async<[], true>

  // Apps
  changes: Source<[], Changes>
  presence: Source<[], Presence>
  typing: Async<[{ at: string, to?: FeedId[] }], true>
  'roads.list': Async<[], { own: string[], people: Reached[] }>
  'roads.add': Async<[{ id?: FeedId, address: string }], true>
  'roads.remove': Async<[{ id?: FeedId, address: string }], true>
  'outbox.list': Async<[], Outgoing[]>
  'outbox.where': Async<[message: MessageId], Step[]>
  'outbox.again': Async<[id: FeedId], true>
  'outbox.drop': Async<[id: FeedId], true>
  'read.say': Async<[messages: MessageId[]], number>
  'read.allow': Async<[on?: boolean], boolean>
  signals: Source<[], { signal: string, via: FeedId }>
  signal: Async<[{ to: FeedId, signal: string, via?: FeedId }], { via: FeedId }>
  progress: Async<[], Progress>
  'state.get': Async<[key: string], Json>
  /** null forgets it. */
  'state.set': Async<[key: string, value: Json], true>
  'state.list': Async<[prefix: string], Record<string, Json>>

  // Search
  search: Source<[PageOptions & { text: string, by?: FeedId }], Summary>
  searchable: Async<[], { posts: number, people: number, ready: boolean }>
  resolve: Async<[text: string], Resolved | null>

  // Identity
  'identity.words': Async<[], { words: string }>
  /** The link closes after the answer. `sequence`: of the newest own message that a backup has. */
  'identity.restore': Async<[({ words: string } | { secret: Json }) & { sequence?: number }], { id: FeedId }>
  /** An age file. */
  'identity.backup': Source<
    [{ passphrase: string; work?: number; photos?: boolean; friends?: number }],
    Bytes
  >
  /** Its bytes, then null. Read while you write: the node takes 64 MiB more than it has given back, no more. */
  'identity.unseal': Duplex<[{ passphrase: string }], Bytes | null, Bytes>
}

export type Kind = 'async' | 'source' | 'sink' | 'duplex'
export type NameOf<K extends Kind> = { [N in keyof Methods]: Methods[N]['kind'] extends K ? N : never }[keyof Methods]
export type Args<N extends keyof Methods> = Methods[N]['args']
export type Result<N extends NameOf<'async' | 'sink'>> = Methods[N]['result']
export type Item<N extends NameOf<'source' | 'duplex'>> = Methods[N]['item']
export type Written<N extends NameOf<'sink' | 'duplex'>> = Methods[N]['written']

// ---- the check ----

type Table = typeof methods
/** Empty, or what differs: the compiler's message names it. */
type Differences = {
  [N in Exclude<keyof Methods, keyof Table>]: 'not in the node\'s tables'
} & {
  [N in Exclude<keyof Table, keyof Methods>]: 'has no types here'
} & {
  [N in keyof Table & keyof Methods as Table[N] extends Methods[N]['kind'] ? never : N]: 'is of another kind'
}
type None<T extends Record<never, never>> = [keyof T] extends [never] ? true : T
const same: None<Differences> = true
void same
