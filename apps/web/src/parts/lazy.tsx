// SPDX-License-Identifier: MIT
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { allWords, t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { screenReady } from './focus.ts'

/** Something that is loaded when it is first shown: a dialog, a player. Nothing is there until then. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, onLoad?: () => void): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Later(props: P) {
    const [Part, setPart] = useState<ComponentType<P> | undefined>(() => loaded)
    const [failed, setFailed] = useState(false)
    const again = failed && isReady.value
    useEffect(() => {
      if (loaded) return
      Promise.all([load(), allWords()]).then(
        ([it]) => {
          loaded = it
          setPart(() => it)
          setFailed(false)
          if (onLoad) requestAnimationFrame(onLoad)
        },
        () => setFailed(true),
      )
    }, [again])
    if (Part) return <Part {...props} />
    return failed ? <p class="notice danger">{t('shell.awayShort')}</p> : null
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
