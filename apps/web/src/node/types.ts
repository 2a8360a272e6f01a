// SPDX-License-Identifier: MIT
// What the node answers. Contents come from strangers: they are read through `content.ts` only.
import type { Ref, Summary } from '@kith/client'

export type {
  Audience,
  Circle,
  Conversation,
  FriendRequest,
  Json,
  Link,
  Notice,
  Outgoing,
  Packet,
  Peer,
  Person,
  Place,
  Progress,
  Reached,
  Readers,
  Ref,
  Resolved,
  Status,
  Step,
  Summary,
} from '@kith/client'
export type Named = Partial<Ref>

/** The time that orders lists: what its author claims, unless it came before that. */
export const timeOf = (m: Pick<Summary, 'value' | 'timestamp'>): number => Math.min(m.value.timestamp, m.timestamp)

/** What has changed since: `all` means that it is too much to be named. */
export interface Change {
  all?: true | undefined
  messages?: string[]
  people?: string[]
  posts?: number
  inbox?: number
  notices?: number
  circles?: number
}
