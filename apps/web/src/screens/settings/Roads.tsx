// SPDX-License-Identifier: MIT
// Who is connected and by what road, in words; and how to be connected with more.
import { t } from '../../i18n/index.ts'
import { ask } from '../../node/client.ts'
import { nameOf } from '../../node/people.ts'
import { here } from '../../node/presence.ts'
import { progress } from '../../node/progress.ts'
import type { Link, Place } from '../../node/types.ts'
import { inTab } from '../../node/where.ts'
import { later } from '../../parts/lazy.tsx'
import { arriving } from '../../parts/State.tsx'
import { useLook } from '../../parts/useLook.ts'
import { Connect } from './Connect.tsx'
import { OwnAddress } from './OwnAddress.tsx'
import { Connected, Waiting } from './Peers.tsx'

const LOOK_MS = 2000

const ByHand = later(() => import('../../tab/ByHand.tsx').then(m => m.default))

const connected = (p: Link | Place): p is Link => p.state === 'connected'

export function Roads() {
  const [peers, look] = useLook(() => ask('conn.peers'), LOOK_MS)
  const links = peers?.filter(connected) ?? []
  const places = peers?.filter((p): p is Place => !connected(p)) ?? []
  return (
    <>
      <Connect onDone={look} />
      <section class="stone stack tight" aria-labelledby="peers-now">
        <h2 id="peers-now">{t('settings.connectedNow', { count: links.length })}</h2>
        {peers && !links.length && <p class="quiet">{t('settings.nobody')}</p>}
        <ul class="peers">
          {links.map(p => (
            <Connected key={p.id} p={p} onDone={look} />
          ))}
        </ul>
        <Arriving />
      </section>
      {places.length > 0 && (
        <section class="stone stack tight" aria-labelledby="peers-later">
          <h2 id="peers-later">{t('settings.triedAgain')}</h2>
          <ul class="peers">
            {places.map(p => (
              <Waiting key={p.address} p={p} onDone={look} />
            ))}
          </ul>
        </section>
      )}
      {inTab.value && <ByHand />}
      <OwnAddress />
      <Reach />
    </>
  )
}

function Arriving() {
  const p = progress.value
  if (!p || !here.value.size) return null
  const words = arriving()
  if (!words) return <p class="quiet">{t('shell.upToDate')}</p>
  return (
    <div class="stack tight">
      <p>{words}</p>
      <progress max={p.want} value={p.have} aria-label={words} />
      {p.people.length > 1 && (
        <ul class="quiet">
          {p.people.slice(0, 8).map(x => (
            <li key={x.id}>{t('shell.getting', { name: nameOf(x, x.id), have: x.have, want: x.want })}</li>
          ))}
        </ul>
      )}
    </div>
  )
}

/** Whose posts are kept here: not a switch, since the node's owner says it when the node is started. */
function Reach() {
  const [seen] = useLook(async () => {
    const [hops, status] = await Promise.all([ask('friends.hops'), ask('status')])
    const far = Object.values(hops)
    return { limit: status.hops, near: far.filter(n => n === 1).length, more: far.filter(n => n > 1).length }
  })
  if (!seen) return null
  return (
    <section class="stone stack tight" aria-labelledby="reach">
      <h2 id="reach">{t('settings.reach')}</h2>
      <p>
        {t('settings.reachNear', { count: seen.near })} {t('settings.reachMore', { count: seen.more })}
      </p>
      <p class="quiet">{t('settings.reachHow', { limit: seen.limit })}</p>
    </section>
  )
}
