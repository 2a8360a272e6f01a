// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks'
import { isReady } from '../node/client.ts'
import { borrow, type Opened, release } from './blobs.ts'

export interface Seen {
  state: 'loading' | 'late' | 'ready'
  opened?: Opened
}

const LATE_MS = 1500

/** A blob for as long as the component lives. `late`: nobody who is connected has it yet. */
export function useBlob(link: string | undefined): Seen {
  const [seen, setSeen] = useState<Seen & { link?: string }>({ state: 'loading' })
  const ready = isReady.value
  useEffect(() => {
    if (!link || !ready) return
    let lives = true
    const late = setTimeout(() => lives && setSeen({ state: 'late', link }), LATE_MS)
    borrow(link)
      .then(
        opened => lives && setSeen({ state: 'ready', opened, link }),
        () => lives && setSeen({ state: 'late', link }),
      )
      .finally(() => clearTimeout(late))
    return () => {
      lives = false
      clearTimeout(late)
      release(link)
    }
  }, [link, ready])
  return seen.link === link ? seen : { state: 'loading' }
}
