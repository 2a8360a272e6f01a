// SPDX-License-Identifier: MIT
// For whom something is, in words and as a sign: the same everywhere.
import type { ComponentType } from 'preact'
import { names, t } from '../i18n/index.ts'
import { meId } from '../node/client.ts'
import type { Audience } from '../node/types.ts'
import { Circle, Globe, Lock, Users, Waypoints } from './icons.ts'
import { nameNow } from './PersonLink.tsx'

type Icon = ComponentType<{ class?: string; 'aria-hidden'?: 'true' }>
export const SIGNS: Record<Audience['kind'], Icon> = {
  public: Globe,
  friends: Users,
  circle: Circle,
  group: Waypoints,
  people: Lock,
}

/** Whose friends or circle, if not ours. */
const ownerOf = (a: Audience): string => (a.owner && a.owner.id !== meId.value ? nameNow(a.owner.id) : '')

/** A few words. Follows names when read while rendering. */
export function audienceWords(a: Audience): string {
  const owner = ownerOf(a)
  const name = a.name ?? ''
  switch (a.kind) {
    case 'public':
      return t('audience.public')
    case 'friends':
      return owner ? t('audience.friendsOf', { name: owner }) : t('audience.yourFriends')
    case 'circle':
      return owner ? t('audience.circleOf', { owner, name }) : t('audience.circle', { name })
    case 'group':
      return t('audience.group', { name })
    default: {
      const others = (a.people ?? []).filter(p => p.id !== meId.value).map(p => nameNow(p.id))
      return others.length
        ? t('audience.people', { names: names([...others, t('composer.you')]) })
        : t('audience.private')
    }
  }
}

/** What that means, as the end of a sentence. */
export function audienceMeans(a: Audience): string {
  const owner = ownerOf(a)
  return a.kind === 'friends' && owner ? t('audience.friendsOfLong', { name: owner }) : t(`audience.${a.kind}Long`)
}
