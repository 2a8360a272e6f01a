// SPDX-License-Identifier: MIT
import { clip, isShared, nameOf, person, shortId } from '../node/people.ts'
import { href } from '../route.ts'

interface Props {
  id: string
  /** What to show until the node has answered. */
  name?: string | undefined
}

/** Somebody's name. Until they have said one, letters of the id stand for it. */
export function PersonLink({ id, name }: Props) {
  const known = person(id).value
  const said = clip(known?.name ?? name)
  return (
    <a class="person" href={href.wall(id)} dir="auto">
      {said}
      {(!said || isShared(said)) && <span class="tag"> ·{shortId(id)}</span>}
    </a>
  )
}

export function PersonName({ id, name }: Props) {
  return <bdi>{nameOf(person(id).value ?? { id, ...(name && { name }) }, id)}</bdi>
}

/** The name as plain text, for labels. Read it inside a component, so that it follows changes. */
export const nameNow = (id: string): string => nameOf(person(id).value, id)
