// SPDX-License-Identifier: MIT
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady, meId } from '../node/client.ts'
import { saveProfile } from '../node/publish.ts'
import { broker, inTab } from '../node/where.ts'
import { Avatar, hueOf } from '../parts/Avatar.tsx'
import { Courses } from '../parts/Courses.tsx'
import { useTitle } from '../parts/Title.tsx'
import { attempt } from '../parts/toast.ts'
import { href } from '../route.ts'

/** The first minute: a name, and nothing else. */
export function Welcome({ onLater }: { onLater: () => void }) {
  const id = useId()
  const [name, setName] = useState('')
  useTitle(t('welcome.title'))
  return (
    <section class="stone profile" style={{ '--hue': String(hueOf(meId.value)) }}>
      <Courses id={meId.value} />
      <div class="inner">
        <div class="face">
          <Avatar id={meId.value} size="big" />
        </div>
        <h1 tabIndex={-1}>{t('welcome.title')}</h1>
        <p>{t('welcome.text')}</p>
        <form
          class="stack"
          onSubmit={e => {
            e.preventDefault()
            if (name.trim()) void attempt(() => saveProfile({ name: name.trim() }))
          }}
        >
          <div class="field">
            <label for={id}>{t('welcome.name')}</label>
            <input
              id={id}
              class="input"
              required
              maxLength={80}
              autoComplete="name"
              value={name}
              onInput={e => setName(e.currentTarget.value)}
            />
            <span class="hint">{t('welcome.hint')}</span>
          </div>
          <div class="row wrap">
            <button type="submit" class="button primary" disabled={!isReady.value || !name.trim()}>
              {t('welcome.go')}
            </button>
            <button type="button" class="button" onClick={onLater}>
              {t('welcome.later')}
            </button>
          </div>
        </form>
        <p class="quiet">{t('welcome.none')}</p>
        {inTab.value && broker() && (
          <p>
            <a href={href.account}>{t('welcome.signIn')}</a> <span class="quiet">{t('welcome.signInHint')}</span>
          </p>
        )}
        <p>
          <a href={href.restore}>{t('welcome.restore')}</a> <span class="quiet">{t('welcome.restoreHint')}</span>
        </p>
      </div>
    </section>
  )
}
