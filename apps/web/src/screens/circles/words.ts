// SPDX-License-Identifier: MIT
import { t } from '../../i18n/index.ts'
import type { Circle } from '../../node/types.ts'
import { audienceWords } from '../../parts/audience.ts'

/** What it is called where only its name is wanted. */
export function titleOf(c: Circle): string {
  return c.kind === 'friends' ? audienceWords({ kind: 'friends', owner: c.owner }) : (c.name ?? '')
}

/** What it is, and how many are in it, if that is known. */
export function factsOf(c: Circle): string {
  const kind = c.kind === 'friends' ? '' : t(c.kind === 'circle' ? 'circles.circleWord' : 'circles.groupWord')
  return [kind, c.members && t('circles.members', { count: countOf(c) })].filter(Boolean).join(' · ')
}

/** How many are in it; who has a circle does not count themselves. */
export const countOf = (c: Circle): number =>
  (c.members ?? []).filter(m => c.kind === 'group' || m.id !== c.owner.id).length
