// SPDX-License-Identifier: MIT
// Sets going what listens for as long as the page lives.
import { watchChanges } from './changes.ts'
import { link, node } from './client.ts'
import { lookAtGuard } from './guard.ts'
import { refreshAll } from './messages.ts'
import { refreshAllPeople } from './people.ts'
import { watchPresence } from './presence.ts'
import { watchProgress } from './progress.ts'
import { watchUnread } from './state.ts'

export function start(): void {
  void watchChanges()
  void watchPresence()
  watchProgress()
  let was = ''
  link.subscribe(state => {
    if (state !== 'ready' || !node.id) return
    // Another identity was restored: nothing on the page is right any more.
    if (was && was !== node.id) return location.reload()
    // The other signals follow the same event: first all of them, then what asks.
    queueMicrotask(() => void lookAtGuard())
    const mine = node.id
    const marked = watchUnread(mine)
    if (!was) void Promise.all([import('./unseen.ts'), marked]).then(([it]) => it.watchUnseen(mine))
    if (was) {
      refreshAll()
      refreshAllPeople()
    }
    was = node.id
  })
}
