// SPDX-License-Identifier: MIT
// How this browser shows the page.
import type { Signal } from '@preact/signals'
import { useId } from 'preact/hooks'
import { type Key, LANGUAGES, type Language, language, setLanguage, t } from '../../i18n/index.ts'
import { attempt } from '../../parts/toast.ts'
import { lessMotion, remindAlt, textSize, theme, useShortcuts } from '../../settings.ts'

export function Looks() {
  return (
    <section class="stone stack" aria-label={t('settings.looks')}>
      <Choice
        label={t('settings.theme')}
        of={theme}
        among={[
          ['system', 'settings.system'],
          ['light', 'settings.light'],
          ['dark', 'settings.dark'],
        ]}
      />
      <Choice
        label={t('settings.text')}
        of={textSize}
        among={[
          ['normal', 'settings.normal'],
          ['large', 'settings.large'],
          ['larger', 'settings.larger'],
        ]}
      />
      <ChooseLanguage />
      <div class="stack tight">
        <Switch of={lessMotion} label={t('settings.lessMotion')} />
        <Switch of={useShortcuts} label={t('keys.use')} />
        <Switch of={remindAlt} label={t('settings.remindAlt')} />
      </div>
      <p class="quiet">{t('settings.thisBrowser')}</p>
    </section>
  )
}

interface ChoiceProps<T extends string> {
  label: string
  of: Signal<T>
  among: [T, Key][]
}

function Choice<T extends string>({ label, of, among }: ChoiceProps<T>) {
  const name = useId()
  return (
    <div class="field" role="radiogroup" aria-labelledby={name}>
      <span class="label" id={name}>
        {label}
      </span>
      <fieldset class="choice">
        {among.map(([value, words]) => (
          <label key={value}>
            <input
              type="radio"
              name={name}
              checked={of.value === value}
              onChange={() => {
                of.value = value
              }}
            />
            {t(words)}
          </label>
        ))}
      </fieldset>
    </div>
  )
}

function ChooseLanguage() {
  const id = useId()
  return (
    <div class="field">
      <label for={id}>{t('settings.language')}</label>
      <select
        id={id}
        class="input narrow"
        value={language.value}
        onChange={e => void attempt(() => setLanguage(e.currentTarget.value as Language))}
      >
        {Object.entries(LANGUAGES).map(([code, name]) => (
          <option key={code} value={code} lang={code}>
            {name}
          </option>
        ))}
      </select>
    </div>
  )
}

export function Switch({ of, label }: { of: Signal<boolean>; label: string }) {
  return (
    <label class="check">
      <input
        type="checkbox"
        checked={of.value}
        onChange={e => {
          of.value = e.currentTarget.checked
        }}
      />
      {label}
    </label>
  )
}
