// SPDX-License-Identifier: MIT
// On somebody's profile: by which roads they are reached besides a live link.
import { names, t } from '../i18n/index.ts'
import { ask } from '../node/client.ts'
import { roadWords } from '../node/roads.ts'
import type { Person } from '../node/types.ts'
import { inTab } from '../node/where.ts'
import { nameNow } from './PersonLink.tsx'
import { useLook } from './useLook.ts'
import { AddWay, offered, WaysTo, waysTo } from './Ways.tsx'

const LOOK_MS = 5000

export function ReachedBy({ p: { id, following, blocking } }: { p: Person }) {
  const [all, look] = useLook(() => ask('roads.list'), LOOK_MS)
  const p = all?.people.find(x => x.id === id)
  const ways = waysTo(p)
  const name = nameNow(id)
  const adds = !blocking && offered(id).length > 0
  if (!all || (!ways.length && !adds)) return null
  return (
    <details class="circle">
      <summary>
        {ways.length
          ? t('roads.reachedBy', { roads: names(ways.map(address => t(...roadWords(address)))) })
          : t(following ? 'roads.reachedLive' : inTab.value ? 'roads.askByInbox' : 'roads.askBy')}
      </summary>
      <div class="stack tight">
        {p && <WaysTo p={p} onDone={look} />}
        {adds && (
          <>
            {following && <h2>{t('roads.addTo', { name })}</h2>}
            {!following && <p>{t('roads.askText', { name })}</p>}
            <AddWay key={String(following)} id={id} asks={!following} onDone={look} />
          </>
        )}
      </div>
    </details>
  )
}
