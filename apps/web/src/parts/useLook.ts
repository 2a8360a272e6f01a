// SPDX-License-Identifier: MIT
import { useCallback, useEffect, useState } from 'preact/hooks'
import { isReady } from '../node/client.ts'

/** What the node answers now, asked again every so often while it is looked at; and a way to ask at once. */
export function useLook<T>(what: () => Promise<T>, every = 0): [T | undefined, () => void] {
  const [value, setValue] = useState<T>()
  const [asked, setAsked] = useState(0)
  const ready = isReady.value
  useEffect(() => {
    if (!ready) return
    let here = true
    let timer: ReturnType<typeof setTimeout> | undefined
    const look = async (): Promise<void> => {
      if (document.visibilityState === 'visible') {
        const it = await what().catch(() => undefined)
        if (here && it !== undefined) setValue(it)
      }
      if (here && every) timer = setTimeout(look, every)
    }
    void look()
    return () => {
      here = false
      clearTimeout(timer)
    }
  }, [ready, asked])
  return [value, useCallback(() => setAsked(n => n + 1), [])]
}
