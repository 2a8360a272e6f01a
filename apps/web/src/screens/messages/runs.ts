// SPDX-License-Identifier: MIT
// A conversation as one reads it: by day, and in it by whoever goes on speaking.
import { message } from '../../node/messages.ts'
import { type Summary, timeOf } from '../../node/types.ts'

const PAUSE_MS = 5 * 60_000

export interface Run {
  author: string
  messages: Summary[]
}
export interface Day {
  /** Its first moment, in ms. */
  start: number
  runs: Run[]
}

function startOfDay(ms: number): number {
  const day = new Date(ms)
  day.setHours(0, 0, 0, 0)
  return day.getTime()
}

/** Oldest first, by what their authors' clocks say; edits and the like are no messages of their own. */
export function inOrder(ids: string[]): Summary[] {
  return ids
    .map(id => message(id).value)
    .filter(
      (m): m is Summary =>
        !!m && (typeof m.value.content === 'string' || !/^(edit|retract)$/.test(m.value.content.type)),
    )
    .sort((a, b) => timeOf(a) - timeOf(b))
}

/** `cut` begins a new run: a line is drawn before it. */
export function byDay(messages: Summary[], cut: string | undefined): Day[] {
  const days: Day[] = []
  let last = 0
  for (const m of messages) {
    const time = timeOf(m)
    const start = startOfDay(time)
    const before = days.at(-1)
    const day = before?.start === start ? before : { start, runs: [] }
    if (day !== before) days.push(day)
    const run = day.runs.at(-1)
    if (run && run.author === m.value.author && time - last < PAUSE_MS && m.key !== cut) run.messages.push(m)
    else day.runs.push({ author: m.value.author, messages: [m] })
    last = time
  }
  return days
}
