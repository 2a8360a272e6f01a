// SPDX-License-Identifier: MIT
// A link for one friend.
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { codeOf, isReady } from '../node/client.ts'
import { role } from '../node/where.ts'
import { copy } from '../parts/toast.ts'
import type { Invite } from './messages.ts'
import { introduced } from './start.ts'

export default function InviteFriend() {
  const id = useId()
  const [link, setLink] = useState('')
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const make = (): void => {
    setBusy(true)
    setWrong('')
    introduced<Invite>({ is: 'invite' })
      .then(
        invite => setLink(invite.link),
        error =>
          setWrong(codeOf(error) === 'broker' ? t('tab.invitedBroker') : t('tab.inviteFailed', { why: codeOf(error) })),
      )
      .finally(() => setBusy(false))
  }
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('tab.inviteTitle')}</h2>
      <p class="quiet">{t(role.value === 'follower' ? 'tab.follower' : 'tab.inviteText')}</p>
      {link && <textarea class="input" rows={3} readOnly aria-label={t('tab.inviteLink')} value={link} />}
      <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
      <p class="row wrap">
        <button
          type="button"
          class="button"
          disabled={!isReady.value || busy || role.value === 'follower'}
          onClick={make}
        >
          {t('tab.invite')}
        </button>
        {link && (
          <button type="button" class="button primary" onClick={() => void copy(link)}>
            {t('tab.inviteCopy')}
          </button>
        )}
      </p>
    </section>
  )
}
