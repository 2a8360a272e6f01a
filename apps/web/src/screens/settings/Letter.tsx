// SPDX-License-Identifier: MIT
import { useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { ask, isReady } from '../../node/client.ts'
import { me, nameOf } from '../../node/people.ts'
import { attempt, copy } from '../../parts/toast.ts'

/** An invite that needs nobody online: it names our roads, works once, and can go in any mail or message. */
export function Letter() {
  const [code, setCode] = useState('')
  const letter = code && t('roads.letter', { name: nameOf(me.value), code })
  return (
    <section class="stone stack tight" aria-labelledby="packets-invite">
      <h2 id="packets-invite">{t('roads.invite')}</h2>
      <p class="quiet">{t('roads.inviteText')}</p>
      <p>
        <button
          type="button"
          class="button small"
          disabled={!isReady.value}
          onClick={() => void attempt(async () => setCode((await ask('friends.invite')).code))}
        >
          {t('roads.inviteMake')}
        </button>
      </p>
      {code && (
        <div class="stack tight" role="status">
          <code class="id">{code}</code>
          <p class="row wrap">
            <button type="button" class="button small primary" onClick={() => void copy(code)}>
              {t('settings.copyInvite')}
            </button>
            <a
              class="button small"
              href={`mailto:?subject=${encodeURIComponent(t('roads.letterTitle'))}&body=${encodeURIComponent(letter)}`}
            >
              {t('roads.inviteMail')}
            </a>
          </p>
        </div>
      )}
    </section>
  )
}
