// SPDX-License-Identifier: MIT
// What the node says has changed, told on to whoever shows it.
import { live, restarted } from './client.ts'
import { refresh, refreshAll } from './messages.ts'
import { refreshAllPeople, refreshPeople } from './people.ts'
import type { Change } from './types.ts'

type Listener = (change: Change) => void
const listeners = new Set<Listener>()

/** Calls `listener` at each change until the returned function is called. */
export function onChange(listener: Listener): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

export function tell(change: Change): void {
  if (change.all) {
    refreshAll()
    refreshAllPeople()
  }
  if (change.messages) refresh(change.messages)
  if (change.people) void refreshPeople(change.people)
  for (const listener of listeners) listener(change)
}

/** For as long as the page lives. */
export async function watchChanges(): Promise<void> {
  try {
    for await (const change of live('changes', [])) {
      if (change === restarted) tell({ all: true })
      else if (!('ready' in change && change.ready)) tell(change as Change)
    }
  } catch {
    // A node that does not know the method: what we do ourselves is told by hand all the same.
  }
}
