// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks'
import { bytes, type Key, t } from '../../i18n/index.ts'
import { ask, isReady } from '../../node/client.ts'
import type { Link, Place } from '../../node/types.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { Menu } from '../../parts/Menu.tsx'
import { nameNow, PersonLink } from '../../parts/PersonLink.tsx'
import { attempt, copy } from '../../parts/toast.ts'
import { span } from './span.ts'

export function Connected({ p, onDone }: { p: Link; onDone: () => void }) {
  const name = nameNow(p.id)
  const ours = p.dialled === 'us'
  return (
    <li class="peer" data-peer={p.id}>
      <Avatar id={p.id} />
      <div class="grow">
        <PersonLink id={p.id} />
        <p class="quiet">
          {t('settings.since', { time: span(p.seconds) })} · {t(ours ? 'settings.weDialled' : 'settings.theyDialled')}
        </p>
        <p class="quiet">{t('settings.traffic', { got: bytes(p.received), sent: bytes(p.sent) })}</p>
      </div>
      <Menu
        label={t('settings.peerMore', { name })}
        items={[
          {
            label: t('settings.disconnect'),
            act: () =>
              void attempt(() => ask('conn.disconnect', p.id), t('settings.disconnected', { name })).then(onDone),
          },
          ours && { label: t('settings.forget'), act: () => forget(p.address, onDone) },
          { label: t('settings.copyAddress'), act: () => void copy(p.address) },
        ]}
      />
    </li>
  )
}

const forget = (address: string, onDone: () => void): void =>
  void attempt(() => ask('conn.forget', address), t('settings.forgotten')).then(onDone)

export function Waiting({ p, onDone }: { p: Place; onDone: () => void }) {
  const left = useCountdown(p.retry_ms)
  const name = nameNow(p.id)
  const why = p.failures > 0 && t(reasonOf(p.why))
  const next =
    p.state === 'connecting'
      ? t('settings.connecting')
      : left > 90
        ? t('settings.againMinutes', { count: Math.round(left / 60) })
        : t('settings.again', { count: left })
  return (
    <li class="peer" data-peer={p.id}>
      <Avatar id={p.id} />
      <div class="grow">
        <PersonLink id={p.id} />
        <p class="quiet">{[next, p.source === 'lan' && t('settings.lan')].filter(Boolean).join(' · ')}</p>
        {why && (
          <p class="quiet">
            {why} {t('settings.failures', { count: p.failures })}
          </p>
        )}
        <code class="id">{p.address}</code>
      </div>
      <div class="row wrap">
        <button
          type="button"
          class="button small"
          disabled={!isReady.value || p.state === 'connecting'}
          aria-label={t('settings.tryNowLabel', { name })}
          onClick={() => void attempt(() => ask('conn.connect', p.address)).then(onDone)}
        >
          {t('shell.tryNow')}
        </button>
        <button
          type="button"
          class="button small"
          disabled={!isReady.value}
          aria-label={t('settings.forgetLabel', { name })}
          onClick={() => forget(p.address, onDone)}
        >
          {t('settings.forget')}
        </button>
      </div>
    </li>
  )
}

/** The node's word for why a try failed, in ours. */
function reasonOf(why = ''): Key {
  if (/no connection|network|refused|timed out/.test(why)) return 'settings.whyNoAnswer'
  if (/already connected|connected anew/.test(why)) return 'settings.whyTwice'
  if (/blocked/.test(why)) return 'settings.whyBlocked'
  if (/certificate|handshake|crypto|seal|protocol|key/.test(why)) return 'settings.whyNotThem'
  if (/stopping|closed|goodbye|hangup|ended/.test(why)) return 'settings.whyEnded'
  return 'settings.whyOther'
}

/** Seconds, counted down between two answers of the node. */
function useCountdown(ms: number): number {
  const [left, setLeft] = useState(ms)
  useEffect(() => {
    const end = Date.now() + ms
    setLeft(ms)
    const timer = setInterval(() => setLeft(Math.max(0, end - Date.now())), 1000)
    return () => clearInterval(timer)
  }, [ms])
  return Math.ceil(left / 1000)
}
