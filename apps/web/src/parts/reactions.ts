// SPDX-License-Identifier: MIT

import type { Reaction, Summary } from '@kith/client'
import type { Key } from '../i18n/index.ts'

/** Besides the plain like. */
export const PRESETS: [emoji: string, name: Key][] = [
  ['❤️', 'reaction.heart'],
  ['😂', 'reaction.laugh'],
  ['😮', 'reaction.wow'],
  ['😢', 'reaction.sad'],
  ['🎉', 'reaction.party'],
  ['🙏', 'reaction.thanks'],
]

/** Other apps write a like in several ways. */
const LIKES = new Set(['', 'like', 'yup', '+1', '👍', 'dig'])
export const isLike = (expression: string): boolean => LIKES.has(expression.toLowerCase())

export const likesOf = (m: Summary): number =>
  m.votes.reactions.reduce((n, r) => n + (isLike(r.expression) ? r.count : 0), 0)
export const likedByMe = (m: Summary): boolean => m.votes.reactions.some(r => r.mine && isLike(r.expression))
/** What is shown as it is; a word that somebody made up is cut. */
export const others = (m: Summary): Reaction[] => m.votes.reactions.filter(r => !isLike(r.expression))
export const mineOf = (m: Summary): string | undefined => m.votes.reactions.find(r => r.mine)?.expression
