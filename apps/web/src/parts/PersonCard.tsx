// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact'
import { t } from '../i18n/index.ts'
import { person } from '../node/people.ts'
import { here } from '../node/presence.ts'
import { Avatar } from './Avatar.tsx'
import type { MenuItem } from './Menu.tsx'
import { PersonLink } from './PersonLink.tsx'
import { Relation, relationWords } from './Relation.tsx'

interface Props {
  id: string
  onRefused?: () => void
  also?: MenuItem | undefined
  children?: ComponentChildren
}

/** Somebody in a list of people. */
export function PersonCard({ id, onRefused, also, children }: Props) {
  const p = person(id).value
  const words = p ? [relationWords(p), p.muted && t('people.muted'), here.value.has(id) && t('people.here')] : []
  return (
    <div class="stone who">
      <Avatar id={id} />
      <div class="text">
        <PersonLink id={id} />
        <p>{words.filter(Boolean).join(' · ')}</p>
        {children}
      </div>
      <Relation id={id} also={also} {...(onRefused && { onRefused })} />
    </div>
  )
}
