// SPDX-License-Identifier: MIT
import { minidenticon } from 'minidenticons'
import { useMemo } from 'preact/hooks'
import { useBlob } from '../media/useBlob.ts'
import { isBlob } from '../node/content.ts'
import { person } from '../node/people.ts'
import { here } from '../node/presence.ts'

/** A colour of one's own, from the key. */
export function hueOf(id: string): number {
  let sum = 7
  for (const c of id) sum = (sum * 31 + c.charCodeAt(0)) % 36000
  return sum / 100
}

interface Props {
  id: string
  size?: 'tiny' | 'big' | ''
}

/** Beside a name that says who it is; for readers of the screen it is not there. */
export function Avatar({ id, size = '' }: Props) {
  const image = person(id).value?.image
  const { opened } = useBlob(isBlob(image) ? image : undefined)
  const shape = useMemo(() => `url("data:image/svg+xml,${encodeURIComponent(minidenticon(id))}")`, [id])
  const photo = opened?.kind === 'image' ? opened.url : ''
  const classes = ['avatar', size, photo ? '' : 'drawn', here.value.has(id) ? 'here' : ''].filter(Boolean).join(' ')
  return (
    <span class={classes} style={{ '--hue': String(hueOf(id)) }}>
      {photo ? <img src={photo} alt="" decoding="async" /> : <span style={{ '--shape': shape }} />}
    </span>
  )
}
