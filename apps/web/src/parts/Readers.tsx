// SPDX-License-Identifier: MIT
// Who can read something, as far as that can be known, and who may not be able to.
import '../style/circles.css'
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isCircle, type To } from '../node/circles.ts'
import { ask, codeOf, meId } from '../node/client.ts'
import type { Audience, Readers } from '../node/types.ts'
import { AudienceMark } from './Audience.tsx'
import { Avatar } from './Avatar.tsx'
import { Dialog } from './Dialog.tsx'
import { TriangleAlert } from './icons.ts'
import { nameNow, PersonLink } from './PersonLink.tsx'

interface Props {
  /** A message, or who is to be its audience. */
  of: string | To
  audience: Audience
  onClose: () => void
}

async function look(of: string | To, audience: Audience): Promise<Readers> {
  if (typeof of === 'string') return ask('circles.readers', of)
  if (!of.length) return { people: [], hidden: false, public: true }
  if (!isCircle(of)) return { people: of.map(id => ({ id, reads: 'yes' })), hidden: false }
  // The friends of somebody else: only they know whom their key went to.
  const owner = audience.owner?.id ?? meId.peek()
  if (of[0] === 'friends' && owner !== meId.peek()) return { people: [{ id: owner, reads: 'yes' }], hidden: true }
  try {
    return await ask('circles.readers', of[0]!)
  } catch (error) {
    if (codeOf(error) !== 'not_found') throw error
    // Our friends circle is made with the first thing that we say to it.
    const friends = await ask('friends.list', { list: 'friends' })
    return { people: friends.map(p => ({ ...p, reads: 'unknown' })), hidden: false }
  }
}

export function ReadersDialog({ of, audience, onClose }: Props) {
  const [found, setFound] = useState<Readers>()
  const [why, setWhy] = useState('')
  useEffect(() => {
    look(of, audience).then(setFound, (error: Error) => setWhy(error.message))
  }, [of])
  const people = (found?.people ?? []).filter(p => p.id !== meId.value)
  const unsure = people.filter(p => p.reads === 'unknown')
  const owner = audience.owner?.id
  return (
    <Dialog title={t('audience.label')} onClose={onClose}>
      <p class="audience" data-kind={audience.kind}>
        <AudienceMark of={audience} long />
      </p>
      {why && <p class="notice danger">{why}</p>}
      {!found && !why && <p class="quiet">{t('common.loading')}</p>}
      {found?.public && <p>{t('circles.readersPublic')}</p>}
      {found && !found.public && (
        <>
          <ul class="stack tight readers" aria-label={t('audience.label')}>
            <li class="row">
              <Avatar id={meId.value} size="tiny" />
              {t('people.isYou')}
            </li>
            {people.map(p => (
              <li class="row" key={p.id}>
                <Avatar id={p.id} size="tiny" />
                <PersonLink id={p.id} name={p.name} />
                {p.left && <span class="quiet">{t('circles.readsStill')}</span>}
                {p.reads === 'unknown' && <Unsure />}
              </li>
            ))}
          </ul>
          {found.hidden && owner && <p>{t('circles.readersHidden', { name: nameNow(owner) })}</p>}
          {unsure.length > 0 && <p class="quiet">{t('circles.unsureWhy', { count: unsure.length })}</p>}
          <p class="quiet">{t('circles.before')}</p>
        </>
      )}
      <div class="ends">
        <button type="button" class="button" onClick={onClose}>
          {t('common.close')}
        </button>
      </div>
    </Dialog>
  )
}

/** Beside a name: we have not seen that their program opens what is encrypted so. */
export function Unsure() {
  return (
    <span class="unsure">
      <TriangleAlert class="icon small" aria-hidden="true" />
      {t('circles.unsure')}
    </span>
  )
}
