// SPDX-License-Identifier: MIT
// On whose devices a message is, as far as those who have been met tell; and for those whom roads that store
// and forward lead to, how far along them it got.
import '../style/roads.css'
import { useEffect } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { ask, meId } from '../node/client.ts'
import { contentOf, isFeed } from '../node/content.ts'
import { holders, refreshHolders } from '../node/holders.ts'
import { handedWords, troubleWords } from '../node/roads.ts'
import type { Step, Summary } from '../node/types.ts'
import { href } from '../route.ts'
import { Dialog } from './Dialog.tsx'
import { Check, Clock, Package, TriangleAlert } from './icons.ts'
import { nameNow, PersonLink } from './PersonLink.tsx'
import { Time } from './Time.tsx'
import { useLook } from './useLook.ts'

const LOOK_MS = 1000
const HOLDERS_MS = 3000

/** The furthest first. */
const ORDER = ['read', 'received', 'stored', 'trouble', 'queued']

/** One for each person of whom something is known, and for each whom it is written to. */
function stepsOf(m: Summary, held: Record<string, number>, told: Step[]): Step[] {
  const steps = new Map(told.map(step => [step.id, step]))
  for (const [id, sequence] of Object.entries(held)) {
    const has = sequence >= m.value.sequence
    const known = steps.get(id)
    if (has ? !known || ORDER.indexOf(known.state) > 1 : !known)
      steps.set(id, { id, state: has ? 'received' : 'queued' })
  }
  for (const id of contentOf(m).recps) if (isFeed(id) && !steps.has(id)) steps.set(id, { id, state: 'queued' })
  steps.delete(meId.value)
  if (m.value.author !== meId.value) steps.delete(m.value.author)
  return [...steps.values()].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))
}

export function WhereDialog({ m, onClose }: { m: Summary; onClose: () => void }) {
  const { author } = m.value
  const mine = author === meId.value
  const held = holders(author).value
  const [told = []] = useLook(() => (mine ? ask('outbox.where', m.key) : Promise.resolve([])), LOOK_MS)
  useEffect(() => {
    void refreshHolders(author)
    const timer = setInterval(() => void refreshHolders(author), HOLDERS_MS)
    return () => clearInterval(timer)
  }, [author])
  const steps = stepsOf(m, held, told)
  const onRoads = new Set(told.map(step => step.id))
  const out = steps.some(step => step.state === 'stored')
  return (
    <Dialog title={t('post.whereTitle')} onClose={onClose}>
      <ul class="stack tight steps">
        <li>
          <Check class="icon" aria-hidden="true" />
          <span>{t('post.whereHere')}</span>
        </li>
        {steps.map(step => (
          <Line key={step.id} step={step} byRoad={onRoads.has(step.id)} />
        ))}
      </ul>
      {!steps.some(step => step.state !== 'queued') && !told.length && <p class="quiet">{t('post.whereNobody')}</p>}
      {out && <p class="quiet">{t('roads.storedText')}</p>}
      <div class="ends">
        {told.some(step => step.state !== 'read') && (
          <a class="button" href={href.setting('packets')} onClick={onClose}>
            {t('roads.toRoads')}
          </a>
        )}
        <button type="button" class="button" onClick={onClose}>
          {t('common.close')}
        </button>
      </div>
    </Dialog>
  )
}

function Line({ step, byRoad }: { step: Step; byRoad: boolean }) {
  const name = nameNow(step.id)
  if (step.state === 'received' || step.state === 'read') {
    return (
      <li>
        <Check class="icon" aria-hidden="true" />
        <span>
          <PersonLink id={step.id} />
          <span class="hidden"> ({t('post.whereHas', { name })})</span>
          <span class="quiet"> {t(step.state === 'read' ? 'roads.isRead' : 'roads.isReceived')}</span>
          <At step={step} />
        </span>
      </li>
    )
  }
  if (!byRoad) {
    return (
      <li>
        <Clock class="icon" aria-hidden="true" />
        <span class="quiet">{t('post.whereLacks', { name })}</span>
      </li>
    )
  }
  const trouble = step.state === 'trouble'
  const Icon = trouble ? TriangleAlert : step.state === 'stored' ? Package : Clock
  return (
    <li class={trouble ? 'trouble' : undefined}>
      <Icon class="icon" aria-hidden="true" />
      <span>
        <PersonLink id={step.id} />
        <span class="quiet">
          {' '}
          {step.state === 'stored' ? t(...handedWords(step.road, step.by)) : t('roads.isQueued')}
        </span>
        {step.state === 'stored' && <At step={step} />}
        {trouble && <span class="why">{t(...troubleWords(step.by))}</span>}
      </span>
    </li>
  )
}

const At = ({ step }: { step: Step }) =>
  step.at ? (
    <span class="quiet">
      {' · '}
      <Time ms={step.at} />
    </span>
  ) : null
