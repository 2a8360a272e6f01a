// SPDX-License-Identifier: MIT
import type { ComponentType } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { allWords, t } from '../i18n/index.ts'
import { screenReady } from './focus.ts'

/** Something that is loaded when it is first shown: a dialog, a player. Nothing is there until then. */
export function later<P extends object>(load: () => Promise<ComponentType<P>>, onLoad?: () => void): ComponentType<P> {
  let loaded: ComponentType<P> | undefined
  return function Later(props: P) {
    const [Part, setPart] = useState<ComponentType<P> | undefined>(() => loaded)
    const [failed, setFailed] = useState(false)
    useEffect(() => {
      if (loaded) return
      Promise.all([load(), allWords()]).then(
        ([it]) => {
          loaded = it
          setPart(() => it)
          if (onLoad) requestAnimationFrame(onLoad)
        },
        () => setFailed(true),
      )
    }, [])
    if (Part) return <Part {...props} />
    return failed ? <p class="notice danger">{t('shell.awayShort')}</p> : null
  }
}

/** The same for a whole screen: the focus goes to its heading once it is there. */
export const lazy = (load: () => Promise<{ default: ComponentType }>): ComponentType =>
  later(() => load().then(it => it.default), screenReady)
