// SPDX-License-Identifier: MIT
// A conversation is the set of its people: whoever wrote, whoever it is for, and ourselves.
import { meId } from './client.ts'
import { contentOf } from './content.ts'
import type { Summary } from './types.ts'

function mix(text: string, seed: number): string {
  let h = seed
  for (let i = 0; i < text.length; i++) {
    h = Math.imul(h ^ text.charCodeAt(i), 0x01000193)
    h ^= h >>> 15
  }
  return (h >>> 0).toString(16).padStart(8, '0')
}

export const withMe = (people: string[]): string[] => [...new Set([...people, meId.peek()])].sort()
export const withoutMe = (people: string[]): string[] => [...new Set(people)].filter(id => id !== meId.peek()).sort()

/** Names a conversation, the same at everybody who takes part. It is no secret and protects nothing. */
export function talkId(people: string[]): string {
  const all = withMe(people).join()
  return `talk:${mix(all, 0x811c9dc5)}${mix(all, 0x2545f491)}${mix(all, 0x9e3779b1)}`
}

export const peopleOf = (m: Pick<Summary, 'value'>): string[] =>
  withMe([m.value.author, ...contentOf(m as Summary).recps])
