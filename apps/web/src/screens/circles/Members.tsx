// SPDX-License-Identifier: MIT
// Who is in a circle or group, and what can be done about it.
import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { loadCircles } from '../../node/circles.ts'
import { ask, meId } from '../../node/client.ts'
import type { Circle, Readers } from '../../node/types.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { Confirm } from '../../parts/Dialog.tsx'
import { Menu } from '../../parts/Menu.tsx'
import { nameNow, PersonLink } from '../../parts/PersonLink.tsx'
import { Unsure } from '../../parts/Readers.tsx'
import { attempt } from '../../parts/toast.ts'

/** Keepers and the founder take people out, the owner of a circle too. */
export const mayKeep = (of: Circle): boolean => of.kind !== 'friends' && (of.mine || of.role === 'keeper')
export const mayAdd = (of: Circle): boolean => mayKeep(of) || (of.kind === 'group' && of.open && of.role === 'member')

/** Whose program may not be able to read it. */
function useUnsure(of: Circle): ReadonlySet<string> {
  const [found, setFound] = useState<Readers>()
  const people = of.members?.map(m => m.id).join()
  useEffect(() => {
    ask('circles.readers', of.id).then(setFound, () => {})
  }, [of.id, people])
  return new Set(found?.people.filter(p => p.reads === 'unknown').map(p => p.id))
}

export function Members({ of }: { of: Circle }) {
  const unsure = useUnsure(of)
  const [out, setOut] = useState('')
  // Who has a circle does not count themselves.
  const members = (of.members ?? []).filter(m => of.kind === 'group' || m.id !== of.owner.id)
  const exclude = async (who: string): Promise<void> => {
    await ask('circles.exclude', of.id, [who])
    await loadCircles()
  }
  const name = out && nameNow(out)
  return (
    <>
      <ul class="stack tight readers" aria-label={t('circles.people')}>
        {members.map(m => (
          <Member key={m.id} of={of} who={m.id} name={m.name} keeper={m.keeper === true} onOut={setOut}>
            {unsure.has(m.id) && m.id !== meId.value && <Unsure />}
          </Member>
        ))}
        {(of.invited ?? []).map(m => (
          <Member key={m.id} of={of} who={m.id} name={m.name} keeper={false} onOut={setOut}>
            <span class="quiet">{t('circles.invited')}</span>
          </Member>
        ))}
      </ul>
      {members.some(m => unsure.has(m.id)) && (
        <p class="quiet">{t('circles.unsureWhy', { count: members.filter(m => unsure.has(m.id)).length })}</p>
      )}
      {out && (
        <Confirm
          title={t('circles.excludeTitle', { name })}
          action={t('circles.exclude')}
          danger
          onClose={() => setOut('')}
          onYes={() => void attempt(() => exclude(out), t('circles.excluded', { name }))}
        >
          <p>{t('circles.excludeText', { name })}</p>
        </Confirm>
      )}
    </>
  )
}

interface MemberProps {
  of: Circle
  who: string
  name: string | undefined
  keeper: boolean
  onOut: (who: string) => void
  children?: ComponentChildren
}

function Member({ of, who, name, keeper, onOut, children }: MemberProps) {
  const group = of.kind === 'group'
  const isOwner = who === of.owner.id
  const mayOut = mayKeep(of) && !isOwner && who !== meId.value && (of.mine || !keeper)
  const appoint = async (on: boolean): Promise<void> => {
    await ask('circles.keeper', of.id, who, on)
    await loadCircles()
  }
  const items = [
    group &&
      of.mine &&
      !isOwner && {
        label: t(keeper ? 'circles.unmakeKeeper' : 'circles.makeKeeper'),
        act: () => void attempt(() => appoint(!keeper), t('circles.saved')),
      },
    mayOut && { label: t('circles.exclude'), act: () => onOut(who), danger: true },
  ]
  return (
    <li class="row">
      <Avatar id={who} size="tiny" />
      <span class="grow row wrap tight">
        <PersonLink id={who} name={name} />
        {group && (isOwner || keeper) && <span class="quiet">{t(isOwner ? 'circles.founder' : 'circles.keeper')}</span>}
        {children}
      </span>
      {items.some(Boolean) && <Menu label={t('circles.more', { name: nameNow(who) })} items={items} />}
    </li>
  )
}
