// SPDX-License-Identifier: MIT
import { useBlob } from '../../media/useBlob.ts'
import { isBlob } from '../../node/content.ts'
import type { Circle } from '../../node/types.ts'
import { hueOf } from '../../parts/Avatar.tsx'
import { SIGNS } from '../../parts/audience.ts'

/** The picture of a circle or group, or the sign of what it is in a colour of its own. */
export function Face({ of, big = false }: { of: Circle; big?: boolean }) {
  const { opened } = useBlob(isBlob(of.image) ? of.image : undefined)
  const photo = opened?.kind === 'image' ? opened.url : ''
  const Sign = SIGNS[of.kind]
  return (
    <span class={big ? 'group-face big' : 'group-face'} style={{ '--hue': String(hueOf(of.id)) }}>
      {photo ? <img src={photo} alt="" decoding="async" /> : <Sign class="icon" aria-hidden="true" />}
    </span>
  )
}
