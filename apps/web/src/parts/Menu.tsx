// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact'
import { useId, useRef } from 'preact/hooks'
import { Ellipsis } from './icons.ts'

export interface MenuItem {
  label: string
  act: () => void
  danger?: boolean
}

interface Props {
  label: string
  items: (MenuItem | false | undefined | '')[]
  icon?: ComponentChildren
  class?: string
}

/** A button with a list of more buttons; arrows move in it, Escape and a click elsewhere close it. */
export function Menu({ label, items, icon, class: more = '' }: Props) {
  const id = useId()
  const ref = useRef<HTMLDivElement>(null)
  const shown = items.filter((x): x is MenuItem => Boolean(x))

  const move = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step) return
    event.preventDefault()
    const buttons = [...(ref.current?.querySelectorAll('button') ?? [])]
    const at = buttons.indexOf(document.activeElement as HTMLButtonElement)
    buttons[(at + step + buttons.length) % buttons.length]?.focus()
  }

  return (
    <>
      <button type="button" class={`ghost only ${more}`} popovertarget={id} aria-label={label}>
        {icon ?? <Ellipsis class="icon" aria-hidden="true" />}
      </button>
      <div
        ref={ref}
        id={id}
        class="menu list"
        popover="auto"
        role="group"
        aria-label={label}
        onKeyDown={move}
        onToggle={event => event.newState === 'open' && ref.current?.querySelector('button')?.focus()}
      >
        {shown.map(item => (
          <button
            key={item.label}
            type="button"
            class={item.danger ? 'ghost danger' : 'ghost'}
            onClick={() => {
              ref.current?.hidePopover()
              item.act()
            }}
          >
            {item.label}
          </button>
        ))}
      </div>
    </>
  )
}
