// SPDX-License-Identifier: MIT
// Whom we do not see, and how to see them again.
import { useEffect, useId } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { onChange } from '../../node/changes.ts'
import { ask, isReady } from '../../node/client.ts'
import { keepPeople } from '../../node/people.ts'
import { mute, refuse, unblock } from '../../node/publish.ts'
import { tellRead, tellsRead } from '../../node/seen.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { nameNow, PersonLink } from '../../parts/PersonLink.tsx'
import { attempt } from '../../parts/toast.ts'
import { useLook } from '../../parts/useLook.ts'

async function load(): Promise<Record<'blocked' | 'muted' | 'refused', string[]>> {
  const of = async (list: 'blocks' | 'muted' | 'refused'): Promise<string[]> =>
    keepPeople(await ask('friends.list', { list })).map(p => p.id)
  const [blocked, muted, refused] = await Promise.all([of('blocks'), of('muted'), of('refused')])
  return { blocked, muted, refused }
}

export function Privacy() {
  const [lists, look] = useLook(load)
  useEffect(() => onChange(change => (change.people?.length || change.all) && look()), [])
  if (!lists) return <p class="quiet">{t('common.loading')}</p>
  return (
    <>
      <People
        title={t('settings.blocked')}
        says={t('settings.blockedText')}
        none={t('settings.nobodyBlocked')}
        ids={lists.blocked}
        action={t('people.unblock')}
        undo={unblock}
      />
      <People
        title={t('settings.muted')}
        says={t('settings.mutedText')}
        none={t('settings.nobodyMuted')}
        ids={lists.muted}
        action={t('people.unmute')}
        undo={id => mute(id, false)}
      />
      {lists.refused.length > 0 && (
        <People
          title={t('settings.refused')}
          says={t('settings.refusedText')}
          none=""
          ids={lists.refused}
          action={t('settings.unrefuse')}
          undo={id => refuse(id, false)}
        />
      )}
      <TellsRead />
      <section class="stone stack tight" aria-labelledby="who-sees">
        <h2 id="who-sees">{t('settings.whoSees')}</h2>
        <p>{t('settings.whoSeesText')}</p>
      </section>
    </>
  )
}

/** Nobody hears what one has read, unless one says so. */
function TellsRead() {
  return (
    <section class="stone stack tight" aria-labelledby="tells-read">
      <h2 id="tells-read">{t('settings.reads')}</h2>
      <label class="check">
        <input
          type="checkbox"
          checked={tellsRead.value === true}
          disabled={!isReady.value || tellsRead.value === undefined}
          onChange={e => void attempt(() => tellRead(e.currentTarget.checked))}
        />
        {t('settings.readsTell')}
      </label>
      <p class="quiet">{t('settings.readsText')}</p>
    </section>
  )
}

interface Props {
  title: string
  says: string
  none: string
  ids: string[]
  action: string
  undo: (id: string) => Promise<unknown>
}

function People({ title, says, none, ids, action, undo }: Props) {
  const id = useId()
  return (
    <section class="stone stack tight" aria-labelledby={id}>
      <h2 id={id}>{title}</h2>
      <p class="quiet">{ids.length ? says : none}</p>
      <ul class="peers">
        {ids.map(x => (
          <li key={x} class="peer">
            <Avatar id={x} />
            <div class="grow">
              <PersonLink id={x} />
            </div>
            <button
              type="button"
              class="button small"
              disabled={!isReady.value}
              aria-label={`${action}: ${nameNow(x)}`}
              onClick={() => void attempt(() => undo(x))}
            >
              {action}
            </button>
          </li>
        ))}
      </ul>
    </section>
  )
}
