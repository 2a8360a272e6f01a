// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { bytes, type Key, t, tx } from '../../i18n/index.ts'
import { ask, isReady } from '../../node/client.ts'
import { handedWords, troubleWords } from '../../node/roads.ts'
import type { Outgoing, Packet, Reached } from '../../node/types.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { Confirm } from '../../parts/Dialog.tsx'
import { nameNow, PersonLink } from '../../parts/PersonLink.tsx'
import { Time } from '../../parts/Time.tsx'
import { attempt } from '../../parts/toast.ts'
import { WaysTo } from '../../parts/Ways.tsx'
import { span } from './span.ts'

const STATES: Record<Outgoing['state'], Key> = {
  live: 'roads.live',
  received: 'roads.received',
  queued: 'roads.queued',
  waiting: 'roads.waiting',
  trouble: 'roads.isTrouble',
  expired: 'roads.expired',
  asked: 'roads.asked',
  refused: 'roads.refused',
  'given up': 'roads.givenUp',
  'no road': 'roads.noRoad',
}

/** Nothing is to be done for them now. */
const IDLE = new Set<Outgoing['state']>(['live', 'received', 'refused', 'no road'])

interface Props {
  p: Reached
  out: Outgoing | undefined
  onDone: () => void
}

/** One person: by which roads, what waits for them, and what can be done about it. */
export function Waits({ p, out, onDone }: Props) {
  const [asking, setAsking] = useState(false)
  const name = nameNow(p.id)
  const state = out?.state ?? 'no road'
  const lacks = out ? Math.max(0, out.of - out.received) : 0
  const packets = out?.packets ?? []
  const carries = !IDLE.has(state)
  const troubles = [...new Set(packets.filter(x => x.state === 'trouble').map(x => t(...troubleWords(x.by))))]
  const giveUp = (): Promise<boolean> =>
    attempt(async () => {
      for (const address of p.roads) await ask('roads.remove', { id: p.id, address })
      await ask('outbox.drop', p.id)
    }, t('roads.gaveUp'))
  return (
    <li class="peer person-waits" data-person={p.id}>
      <Avatar id={p.id} />
      <div class="grow waits">
        <div>
          <PersonLink id={p.id} />
          {state !== 'trouble' && <p>{t(STATES[state])}</p>}
          {troubles.map(why => (
            <p class="notice danger" key={why}>
              {why}
            </p>
          ))}
          <p class="quiet">
            {carries && lacks > 0 && t('roads.lacks', { count: lacks })}{' '}
            {carries && packets.length > 0 && out?.again_ms
              ? t('roads.again', { time: span(out.again_ms / 1000) })
              : null}{' '}
            {out?.heard ? tx('roads.heard', { time: <Time ms={out.heard} /> }) : null}
          </p>
        </div>
        {packets.length > 0 && state !== 'live' && <Packets list={packets} />}
        <WaysTo p={p} onDone={onDone} />
        {carries && (
          <div class="row wrap">
            <button
              type="button"
              class="button small"
              disabled={!isReady.value}
              aria-label={t('roads.sendNowLabel', { name })}
              onClick={() => void attempt(() => ask('outbox.again', p.id), t('roads.sending')).then(onDone)}
            >
              {t('roads.sendNow')}
            </button>
            {state !== 'given up' && (
              <button
                type="button"
                class="button small danger"
                disabled={!isReady.value}
                aria-label={t('roads.giveUpLabel', { name })}
                onClick={() => setAsking(true)}
              >
                {t('roads.giveUp')}
              </button>
            )}
          </div>
        )}
      </div>
      {asking && (
        <Confirm
          title={t('roads.giveUpTitle', { name })}
          action={t('roads.giveUp')}
          danger
          onClose={() => setAsking(false)}
          onYes={() => void giveUp().then(onDone)}
        >
          {p.roads.length > 0 && <p>{t('roads.giveUpText', { name })}</p>}
          {p.theirs.length > 0 && <p>{t('roads.giveUpTheirs', { name })}</p>}
        </Confirm>
      )}
    </li>
  )
}

function Packets({ list }: { list: Packet[] }) {
  return (
    <details>
      <summary>{t('roads.packets', { count: list.length })}</summary>
      <ul class="quiet">
        {list.map((x, i) => (
          <li key={`${x.made} ${i}`}>
            {tx('roads.packet', { state: stateOf(x), size: bytes(x.bytes), time: <Time ms={x.made} /> })}
          </li>
        ))}
      </ul>
    </details>
  )
}

function stateOf(x: Packet): string {
  if (x.state === 'stored') return t(...handedWords(x.road, x.by))
  return t(x.state === 'trouble' ? 'roads.isTrouble' : 'roads.isQueued')
}
