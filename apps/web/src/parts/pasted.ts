// SPDX-License-Identifier: MIT
// An address or an invite on its way from where it was pasted to where it is used. Not in the page's
// address: an invite is a secret, and browsers keep a history.
import { signal } from '@preact/signals'

export const pasted = signal('')
