// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { ask, isReady } from '../../node/client.ts'
import { attempt, copy } from '../../parts/toast.ts'
import { useLook } from '../../parts/useLook.ts'

/** How others reach us: the address, and invites for those who are strangers to the node. */
export function OwnAddress() {
  const [status] = useLook(() => ask('status'))
  const [invite, setInvite] = useState('')
  if (!status) return null
  const { address } = status
  return (
    <section class="stone stack tight" aria-labelledby="own-address">
      <h2 id="own-address">{t('settings.ownAddress')}</h2>
      {!address && <p class="quiet">{t('settings.noAddress')}</p>}
      {address && (
        <>
          <p class="quiet">{t(isLocal(address) ? 'settings.addressLocal' : 'settings.addressText')}</p>
          <code class="id">{address}</code>
          <p class="row wrap">
            <button type="button" class="button small" onClick={() => void copy(address)}>
              {t('settings.copyOwnAddress')}
            </button>
            <button
              type="button"
              class="button small"
              disabled={!isReady.value}
              onClick={() => void attempt(async () => setInvite(await ask('invite.create', { uses: 1 })))}
            >
              {t('settings.invite')}
            </button>
          </p>
        </>
      )}
      {invite && (
        <div class="stack tight" role="status">
          <p class="quiet">{t('settings.inviteText')}</p>
          <code class="id">{invite}</code>
          <p>
            <button type="button" class="button small primary" onClick={() => void copy(invite)}>
              {t('settings.copyInvite')}
            </button>
          </p>
        </div>
      )}
    </section>
  )
}

/** An address that means something on this machine only. */
const isLocal = (address: string): boolean => /^net:(127\.|localhost|\[?::1)/.test(address)
