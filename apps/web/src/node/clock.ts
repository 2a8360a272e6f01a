// SPDX-License-Identifier: MIT
import { signal } from '@preact/signals'

/** The time as far as "5 minutes ago" cares. */
export const now = signal(Date.now())
setInterval(() => {
  now.value = Date.now()
}, 20_000)
