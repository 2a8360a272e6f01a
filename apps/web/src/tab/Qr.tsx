// SPDX-License-Identifier: MIT
import { useMemo } from 'preact/hooks'
import { qr } from './qr.ts'

const QUIET = 4

/** Text for a camera: dark on white, whatever the colours of the page are. */
export default function Qr({ text, label }: { text: string; label: string }) {
  const rows = useMemo(() => qr(text), [text])
  if (!rows) return null
  const size = rows.length + 2 * QUIET
  const path = rows
    .flatMap((row, y) => row.map((dark, x) => (dark ? `M${x + QUIET} ${y + QUIET}h1v1h-1z` : '')))
    .join('')
  return (
    <svg class="qr" viewBox={`0 0 ${size} ${size}`} role="img" aria-label={label} shape-rendering="crispEdges">
      <path d={`M0 0h${size}v${size}H0z`} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}
