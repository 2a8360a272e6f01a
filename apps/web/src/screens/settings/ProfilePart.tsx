// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { isReady, meId } from '../../node/client.ts'
import { me, nameOf } from '../../node/people.ts'
import { Avatar } from '../../parts/Avatar.tsx'
import { EditProfile } from '../../parts/EditProfile.tsx'
import { copy } from '../../parts/toast.ts'
import { href } from '../../route.ts'
import { Words } from '../../text/Words.tsx'

export function ProfilePart() {
  const [editing, setEditing] = useState(false)
  const p = me.value
  if (!p) return <p class="quiet">{t('common.loading')}</p>
  return (
    <>
      <section class="stone stack" aria-label={t('settings.profile')}>
        <div class="row">
          <Avatar id={p.id} size="big" />
          <div class="grow">
            <p class="name" dir="auto">
              {nameOf(p, p.id)}
            </p>
            <a href={href.wall(p.id)}>{t('shell.wall')}</a>
          </div>
        </div>
        {p.description ? (
          <Words text={p.description.slice(0, 4000)} fold />
        ) : (
          <p class="quiet">{t('settings.noDescription')}</p>
        )}
        <div class="row wrap">
          <button type="button" class="button primary" disabled={!isReady.value} onClick={() => setEditing(true)}>
            {t('wall.edit')}
          </button>
        </div>
      </section>
      <section class="stone stack tight" aria-labelledby="own-id">
        <h2 id="own-id">{t('settings.ownId')}</h2>
        <p class="quiet">{t('settings.ownIdText')}</p>
        <code class="id">{meId.value}</code>
        <p>
          <button type="button" class="button small" onClick={() => void copy(meId.value)}>
            {t('friends.copyId')}
          </button>
        </p>
      </section>
      {editing && <EditProfile p={p} onClose={() => setEditing(false)} />}
    </>
  )
}
