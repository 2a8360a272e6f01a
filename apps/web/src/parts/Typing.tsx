// SPDX-License-Identifier: MIT
import { names, t } from '../i18n/index.ts'
import { nameOf, person } from '../node/people.ts'
import { typing } from '../node/presence.ts'

/** "Anna is typing …"; an empty line of the same height otherwise, so that nothing jumps. */
export function Typing({ at }: { at: string }) {
  const people = [...(typing.value.get(at) ?? [])].slice(0, 3)
  return (
    <p class="typing" role="status">
      {people.length > 0 &&
        t('people.typing', { count: people.length, names: names(people.map(id => nameOf(person(id).value, id))) })}
    </p>
  )
}
