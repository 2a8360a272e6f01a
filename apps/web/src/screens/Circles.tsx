// SPDX-License-Identifier: MIT
import '../style/circles.css'
import type { ComponentChildren } from 'preact'
import { useEffect, useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { circles, watchCircles } from '../node/circles.ts'
import { isReady } from '../node/client.ts'
import type { Circle } from '../node/types.ts'
import { EmptyState } from '../parts/EmptyState.tsx'
import { Title } from '../parts/Title.tsx'
import { href } from '../route.ts'
import { Face } from './circles/Face.tsx'
import { Invitation } from './circles/Invitation.tsx'
import { NewCircle } from './circles/NewCircle.tsx'
import { factsOf, titleOf } from './circles/words.ts'

export default function Circles() {
  useEffect(watchCircles, [])
  const [making, setMaking] = useState<'' | 'circle' | 'group'>('')
  const all = circles.value
  const groups = (all ?? []).filter(c => c.kind === 'group' && c.role !== 'invited')
  const mine = (all ?? []).filter(c => c.kind !== 'group' && c.mine)
  const others = (all ?? []).filter(c => c.kind === 'circle' && !c.mine)
  const invited = (all ?? []).filter(c => c.role === 'invited')
  const button = (kind: 'circle' | 'group') => (
    <button type="button" class="button small" disabled={!isReady.value} onClick={() => setMaking(kind)}>
      {t(kind === 'group' ? 'circles.newGroup' : 'circles.newCircle')}
    </button>
  )
  return (
    <div class="stack" aria-busy={!all && isReady.value}>
      <Title text={t('circles.title')} />
      <p class="quiet lead">{t('circles.intro')}</p>
      {invited.length > 0 && (
        <Part title={t('circles.invitations')}>
          <ul class="people">
            {invited.map(c => (
              <li key={c.id} class="stone stack tight">
                <Row of={c} />
                <Invitation of={c} />
              </li>
            ))}
          </ul>
        </Part>
      )}
      <Part title={t('circles.groups')} button={button('group')}>
        {all && !groups.length && <EmptyState title={t('circles.noGroups')} text={t('circles.noGroupsText')} />}
        <List of={groups} />
      </Part>
      <Part title={t('circles.yours')} button={button('circle')}>
        <List of={mine} />
        {all && mine.every(c => c.kind === 'friends') && <p class="stone quiet">{t('circles.noCircles')}</p>}
      </Part>
      {others.length > 0 && (
        <Part title={t('circles.others')}>
          <p class="quiet lead">{t('circles.othersHint')}</p>
          <List of={others} />
        </Part>
      )}
      {making && <NewCircle kind={making} onClose={() => setMaking('')} />}
    </div>
  )
}

interface PartProps {
  title: string
  button?: ComponentChildren
  children: ComponentChildren
}

function Part({ title, button, children }: PartProps) {
  const id = useId()
  return (
    <section aria-labelledby={id}>
      <div class="head">
        <h2 id={id}>{title}</h2>
        {button}
      </div>
      {children}
    </section>
  )
}

function List({ of }: { of: Circle[] }) {
  if (!of.length) return null
  return (
    <ul class="people masonry">
      {of.map(c => (
        <li key={c.id} class="stone">
          <Row of={c} />
        </li>
      ))}
    </ul>
  )
}

function Row({ of }: { of: Circle }) {
  const facts = of.kind !== 'group' && !of.mine ? t('circles.kindOf', { name: of.owner.name ?? '' }) : factsOf(of)
  return (
    <a class="group-row" href={href.circle(of.id)}>
      <Face of={of} />
      <span class="grow">
        <b dir="auto">{titleOf(of)}</b>
        <span class="quiet">{facts}</span>
      </span>
    </a>
  )
}
