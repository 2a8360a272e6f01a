// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'
import { t } from '../i18n/index.ts'

interface Props {
  title: string
  onClose: () => void
  children: ComponentChildren
}

/** Open as long as it is there. The browser keeps the focus inside and gives it back afterwards. */
export function Dialog({ title, onClose, children }: Props) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement as HTMLElement | null
    ref.current?.showModal()
    return () => before?.isConnected && before.focus()
  }, [])
  return (
    <dialog class="box" ref={ref} aria-labelledby={id} onClose={onClose}>
      <div class="stack">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
    </dialog>
  )
}

interface ConfirmProps extends Props {
  action: string
  danger?: boolean
  onYes: () => void
}

/** A question with two answers. */
export function Confirm({ title, action, danger = false, onYes, onClose, children }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      {children}
      <form
        method="dialog"
        class="ends"
        onSubmit={event => {
          event.preventDefault()
          onClose()
          onYes()
        }}
      >
        <button type="button" class="button" onClick={onClose}>
          {t('common.cancel')}
        </button>
        <button type="submit" class={danger ? 'button danger' : 'button primary'}>
          {action}
        </button>
      </form>
    </Dialog>
  )
}
