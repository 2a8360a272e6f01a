// SPDX-License-Identifier: MIT
import { ago, fullTime } from '../i18n/index.ts'
import { now } from '../node/clock.ts'

interface Props {
  ms: number
  to?: string
}

export function Time({ ms, to }: Props) {
  const words = ago(ms, now.value)
  const whole = fullTime(ms)
  return (
    <time dateTime={new Date(ms).toISOString()} title={whole}>
      {to ? (
        <a href={to}>
          {words}
          <span class="hidden">, {whole}</span>
        </a>
      ) : (
        words
      )}
    </time>
  )
}
