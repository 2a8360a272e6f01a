// SPDX-License-Identifier: MIT
// Who reads what is being written, and what follows from it: seals on files, names that cannot read it.
import { useEffect } from 'preact/hooks'
import { names, t } from '../i18n/index.ts'
import { audienceOf, canRead, circleOf, FRIENDS, hasFriends, isCircle, type To, watchCircles } from '../node/circles.ts'
import { mentionsOf } from '../node/content.ts'
import { person } from '../node/people.ts'
import { nameNow } from './PersonLink.tsx'

/** undefined: it has to be chosen first. */
export function useAudience(given: To | undefined, chosen: To | undefined, wall: string | undefined): To | undefined {
  useEffect(watchCircles, [])
  return given ?? chosen ?? (hasFriends(wall) ? FRIENDS : undefined)
}

/** Whether we read there, but do not write there any more. */
export function isShut(to: To): boolean {
  if (!isCircle(to) || to[0] === 'friends') return false
  const it = circleOf(to[0])
  return it !== undefined && !it.canWrite
}

/** Those who are named in it and cannot read it, in a sentence. */
export function unreadBy(text: string, to: To, wall: string | undefined): string {
  const named = mentionsOf(text).flatMap(m => (typeof m.link === 'string' && m.link.startsWith('@') ? [m.link] : []))
  const reads = named.map(id => canRead(id, to, wall, person(id).value?.friend === true))
  const those = (what: boolean | undefined): string => names(named.filter((_, i) => reads[i] === what).map(nameNow))
  const owner = audienceOf(to, wall).owner
  if (those(false)) return t('audience.cannotRead', { names: those(false) })
  return those(undefined) && owner
    ? t('audience.mayNotRead', { names: those(undefined), owner: nameNow(owner.id) })
    : ''
}
