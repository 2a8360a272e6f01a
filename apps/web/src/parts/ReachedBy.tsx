// SPDX-License-Identifier: MIT
// On somebody's profile: by which roads they are reached besides a live link.
import { names, t } from '../i18n/index.ts'
import { ask } from '../node/client.ts'
import { offered, roadWords } from '../node/roads.ts'
import { nameNow } from './PersonLink.tsx'
import { useLook } from './useLook.ts'
import { AddWay, WaysTo, waysTo } from './Ways.tsx'

const LOOK_MS = 5000

export function ReachedBy({ id, follows }: { id: string; follows: boolean }) {
  const [all, look] = useLook(() => ask('roads.list'), LOOK_MS)
  const p = all?.people.find(x => x.id === id)
  const ways = waysTo(p)
  const adds = follows && offered().length > 0
  if (!all || (!ways.length && !adds)) return null
  return (
    <details class="circle">
      <summary>
        {ways.length
          ? t('roads.reachedBy', { roads: names(ways.map(address => t(...roadWords(address)))) })
          : t('roads.reachedLive')}
      </summary>
      <div class="stack tight">
        {p && <WaysTo p={p} onDone={look} />}
        {adds && (
          <>
            <h2>{t('roads.addTo', { name: nameNow(id) })}</h2>
            <AddWay id={id} onDone={look} />
          </>
        )}
      </div>
    </details>
  )
}
