// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { unread } from '../node/state.ts'

interface Props {
  text: string
  /** Beside it: what the whole screen can be told to do. */
  children?: ComponentChildren
  hidden?: boolean
}

/** The heading of a screen. The focus goes to it when one comes here, and the window is called so. */
export function Title({ text, children, hidden = false }: Props) {
  useTitle(text)
  return (
    <div class={hidden ? 'hidden' : 'head'}>
      <h1 tabIndex={-1}>{text}</h1>
      {children}
    </div>
  )
}

export function useTitle(text: string): void {
  const count = unread.home.value + unread.notices.value + unread.inbox.value
  useEffect(() => {
    document.title = `${count ? `(${count}) ` : ''}${text} · ${t('common.app')}`
  }, [text, count])
}
