// SPDX-License-Identifier: MIT
import { useId, useState } from 'preact/hooks'
import { number, t, tx } from '../../i18n/index.ts'
import { care, rememberCare } from '../../node/care.ts'
import { ask, isReady } from '../../node/client.ts'
import { Confirm } from '../../parts/Dialog.tsx'
import { TriangleAlert } from '../../parts/icons.ts'
import { Time } from '../../parts/Time.tsx'
import { attempt, copy } from '../../parts/toast.ts'

type Step = 'closed' | 'shown' | 'practice'

const ASKED = 3

/** Some places out of so many, in their order. */
function someOf(count: number): number[] {
  const places = new Set<number>()
  while (places.size < ASKED) places.add(crypto.getRandomValues(new Uint32Array(1))[0]! % count)
  return [...places].sort((a, b) => a - b)
}

export function RecoveryWords() {
  const id = useId()
  const [step, setStep] = useState<Step>('closed')
  const [words, setWords] = useState<string[]>([])
  const practised = care.value?.words

  const open = (next: Step): void =>
    void attempt(async () => {
      setWords((await ask('identity.words')).words.split(' '))
      setStep(next)
    })
  const close = (): void => {
    setWords([])
    setStep('closed')
  }

  return (
    <section class="stone stack" aria-labelledby={id}>
      <h2 id={id}>{t('backup.words')}</h2>
      <p>
        <strong>{t('backup.wordsAreYou')}</strong> {t('backup.wordsText')}
      </p>
      <p class="quiet">{t('backup.wordsNotPosts')}</p>
      {step === 'closed' && (
        <>
          <div class="row wrap">
            <button type="button" class="button" disabled={!isReady.value} onClick={() => open('shown')}>
              {t('backup.show')}
            </button>
            <button type="button" class="button" disabled={!isReady.value} onClick={() => open('practice')}>
              {t('backup.practise')}
            </button>
          </div>
          <p class="quiet">
            {practised ? tx('backup.practised', { time: <Time ms={practised} /> }) : t('backup.neverPractised')}
          </p>
        </>
      )}
      {step === 'shown' && <Shown words={words} onHide={close} onPractise={() => setStep('practice')} />}
      {step === 'practice' && <Practice words={words} onBack={() => setStep('shown')} onEnd={close} />}
    </section>
  )
}

interface ShownProps {
  words: string[]
  onHide: () => void
  onPractise: () => void
}

function Shown({ words, onHide, onPractise }: ShownProps) {
  const [copying, setCopying] = useState(false)
  return (
    <>
      <p class="notice danger">
        <TriangleAlert class="icon" aria-hidden="true" />
        {t('backup.lookAround')}
      </p>
      <ol class="wordgrid" aria-label={t('backup.words')} translate={false} ref={focusOn}>
        {words.map((word, i) => (
          // A word can be there twice: its place is what it is.
          <li key={i}>
            <span class="nth">{number(i + 1)}</span> <span class="word">{word}</span>
          </li>
        ))}
      </ol>
      <div class="row wrap">
        <button type="button" class="button primary" onClick={onPractise}>
          {t('backup.written')}
        </button>
        <button type="button" class="button" onClick={() => setCopying(true)}>
          {t('backup.copy')}
        </button>
        <button type="button" class="button" onClick={onHide}>
          {t('backup.hide')}
        </button>
      </div>
      {copying && (
        <Confirm
          title={t('backup.copyTitle')}
          action={t('backup.copyYes')}
          danger
          onClose={() => setCopying(false)}
          onYes={() => void copy(words.join(' '))}
        >
          <p>{t('backup.copyText')}</p>
        </Confirm>
      )}
    </>
  )
}

/** What has just appeared is where one goes on, also for who cannot see it. */
function focusOn(element: HTMLElement | null): void {
  if (!element) return
  element.tabIndex = -1
  element.focus()
}

function Practice({ words, onBack, onEnd }: { words: string[]; onBack: () => void; onEnd: () => void }) {
  const id = useId()
  const [places] = useState(() => someOf(words.length))
  const [said, setSaid] = useState<string[]>(() => places.map(() => ''))
  const [wrong, setWrong] = useState<boolean[]>([])
  const isWrong = (i: number): boolean => said[i]!.trim().toLowerCase() !== words[places[i]!]
  const look = async (): Promise<void> => {
    const faults = places.map((_, i) => isWrong(i))
    setWrong(faults)
    const first = faults.indexOf(true)
    if (first >= 0) document.getElementById(`${id}-${first}`)?.focus()
    else if (await attempt(() => rememberCare({ words: Date.now() }), t('backup.right'))) onEnd()
  }
  return (
    <form
      class="stack"
      autoComplete="off"
      onSubmit={e => {
        e.preventDefault()
        void look()
      }}
    >
      <p>{t('backup.practiceText')}</p>
      <div class="thirds">
        {places.map((place, i) => (
          <div class="field" key={place}>
            <label for={`${id}-${i}`}>{t('backup.nth', { n: place + 1 })}</label>
            <input
              ref={i ? undefined : focusFirst}
              id={`${id}-${i}`}
              class="input"
              autoCapitalize="none"
              spellcheck={false}
              translate={false}
              required
              aria-invalid={wrong[i] === true}
              aria-describedby={wrong[i] ? `${id}-${i}-wrong` : undefined}
              value={said[i]}
              onInput={e => {
                const text = e.currentTarget.value
                setSaid(list => list.map((x, j) => (j === i ? text : x)))
                setWrong(list => list.map((x, j) => x && j !== i))
              }}
            />
            {wrong[i] && (
              <span class="fault" id={`${id}-${i}-wrong`} role="alert">
                {t('backup.wrong', { n: place + 1 })}
              </span>
            )}
          </div>
        ))}
      </div>
      <div class="row wrap">
        <button type="submit" class="button primary">
          {t('backup.check')}
        </button>
        <button type="button" class="button" onClick={onBack}>
          {t('backup.lookAgain')}
        </button>
        <button type="button" class="button" onClick={onEnd}>
          {t('common.cancel')}
        </button>
      </div>
    </form>
  )
}

function focusFirst(input: HTMLInputElement | null): void {
  input?.focus()
}
