// SPDX-License-Identifier: MIT
import type { ComponentChildren } from 'preact'

interface Props {
  title?: string
  text: string
  /** What to do next. */
  children?: ComponentChildren
}

export function EmptyState({ title, text, children }: Props) {
  return (
    <div class="stone empty">
      <svg
        class="bricks"
        viewBox="0 0 112 56"
        fill="none"
        stroke="currentColor"
        stroke-width="2"
        stroke-dasharray="5 4"
        aria-hidden="true"
      >
        <rect x="2" y="30" width="34" height="22" rx="4" />
        <rect x="40" y="30" width="34" height="22" rx="4" stroke-dasharray="none" />
        <rect x="78" y="30" width="32" height="22" rx="4" />
        <rect x="22" y="4" width="34" height="22" rx="4" />
        <rect x="60" y="4" width="34" height="22" rx="4" />
      </svg>
      {title && <h2>{title}</h2>}
      <p>{text}</p>
      {children}
    </div>
  )
}
