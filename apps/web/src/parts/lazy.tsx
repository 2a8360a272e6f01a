// SPDX-License-Identifier: MIT
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { allWords, t } from '../i18n/index.ts'
import { screenReady } from './focus.ts'

/** Whatever kept its file away: it is asked for until it is here. */
const AGAIN_MS = 3000

/** Something that is loaded when it is first shown: a dialog, a player. Nothing is there until then. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, onLoad?: () => void): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Later(props: P) {
    const [Part, setPart] = useState<ComponentType<P> | undefined>(() => loaded)
    const [tries, setTries] = useState(0)
    useEffect(() => {
      if (loaded) return
      const ask = (): unknown =>
        Promise.all([load(), allWords()]).then(
          ([it]) => {
            loaded = it
            setPart(() => it)
            if (onLoad) requestAnimationFrame(onLoad)
          },
          () => setTries(tries + 1),
        )
      tries ? setTimeout(ask, AGAIN_MS) : ask()
    }, [tries])
    if (Part) return <Part {...props} />
    return tries ? <p class="notice danger">{t('shell.part')}</p> : null
  }
}

const screens: (() => Promise<unknown>)[] = [() => import('../node/seen.ts').then(m => m.watchSeen())]

/** The same for a whole screen: the focus goes to its heading once it is there. */
export function lazy(load: () => Promise<{ default: ComponentType }>): ComponentType {
  screens.push(load)
  return later(() => load().then(it => it.default), screenReady)
}

/** Fetches all screens when there is nothing else to do: then they are there when the node is not. */
export function fetchAhead(): void {
  const soon = globalThis.requestIdleCallback ?? ((f: () => void) => setTimeout(f, 2000))
  soon(() => {
    for (const load of screens) load().catch(() => {}) // Asked for again when it is needed.
  })
}
