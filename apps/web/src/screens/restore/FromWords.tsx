// SPDX-License-Identifier: MIT
import { useId, useRef, useState } from 'preact/hooks'
import { t } from '../../i18n/index.ts'
import { ask, codeOf, isReady, meId } from '../../node/client.ts'
import { held, lookAtGuard } from '../../node/guard.ts'
import { toast } from '../../parts/toast.ts'

const COUNT = 24
const UNKNOWN = /^word (\d+) is no recovery word: “(.*?)”(?:; did you mean “([a-z]+)”\?)?$/
const HOW_MANY = /^recovery words are 24, these are (?:(\d+)|more than 48)/
const WORD = /[^\s\d.,;:()|_-]+/gu

type Fault =
  | { kind: 'unknown'; n: number; word: string; nearest: string }
  | { kind: 'count'; count: number }
  | { kind: 'checksum' | 'many' }
  | { kind: 'other'; why: string }

/** What the node has found wrong with them. */
function faultOf(error: unknown): Fault {
  const why = (error as Error).message
  const unknown = UNKNOWN.exec(why)
  if (unknown) return { kind: 'unknown', n: Number(unknown[1]), word: unknown[2]!, nearest: unknown[3] ?? '' }
  const many = HOW_MANY.exec(why)
  if (many) return many[1] ? { kind: 'count', count: Number(many[1]) } : { kind: 'many' }
  if (/do not fit together/.test(why)) return { kind: 'checksum' }
  return { kind: 'other', why: codeOf(error) === 'denied' ? t('restore.taken') : why || t('common.noAnswer') }
}

function sayFault(fault: Fault): string {
  switch (fault.kind) {
    case 'unknown':
      return t('restore.unknownWord', { n: fault.n, word: fault.word })
    case 'count':
      return t('restore.notSoMany', { count: fault.count })
    case 'many':
      return t('restore.tooMany')
    case 'checksum':
      return t('restore.checksum')
    default:
      return fault.why
  }
}

/** Puts another word in the place of the nth. */
function replaceWord(text: string, n: number, by: string): string {
  let i = 0
  return text.replace(WORD, word => (++i === n ? by : word))
}

export function FromWords() {
  const id = useId()
  const area = useRef<HTMLTextAreaElement>(null)
  const [text, setText] = useState('')
  const [fault, setFault] = useState<Fault>()
  const [busy, setBusy] = useState(false)
  const count = text.match(WORD)?.length ?? 0

  const restore = async (): Promise<void> => {
    setBusy(true)
    setFault(undefined)
    try {
      const { id } = await ask('identity.restore', { words: text })
      setText('')
      // Somebody else: the page is loaded anew when the node is back.
      if (id === meId.peek()) {
        await lookAtGuard()
        if (!held.peek()) toast(t('restore.isYou'))
        setBusy(false)
      }
    } catch (error) {
      setFault(faultOf(error))
      setBusy(false)
      area.current?.focus()
    }
  }

  return (
    <section class="stone stack" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('restore.words')}</h2>
      <form
        class="stack"
        autoComplete="off"
        onSubmit={e => {
          e.preventDefault()
          void restore()
        }}
      >
        <div class="field">
          <label for={id}>{t('restore.wordsLabel')}</label>
          <textarea
            ref={area}
            id={id}
            class="input words"
            rows={4}
            autoCapitalize="none"
            autocorrect="off"
            spellcheck={false}
            translate={false}
            required
            aria-invalid={fault !== undefined}
            aria-describedby={fault ? `${id}-fault ${id}-hint` : `${id}-hint`}
            value={text}
            onInput={e => {
              setText(e.currentTarget.value)
              setFault(undefined)
            }}
          />
          <span class="hint" id={`${id}-hint`}>
            {t('restore.wordsHint')} {count > 0 && t('restore.count', { count, all: COUNT })}
          </span>
        </div>
        {fault && (
          <div class="notice danger" role="alert" id={`${id}-fault`}>
            <span class="grow">{sayFault(fault)}</span>
            {fault.kind === 'unknown' && fault.nearest && (
              <button
                type="button"
                class="button small"
                onClick={() => {
                  setText(replaceWord(text, fault.n, fault.nearest))
                  setFault(undefined)
                  area.current?.focus()
                }}
              >
                {t('restore.useWord', { word: fault.nearest })}
              </button>
            )}
          </div>
        )}
        <div class="row wrap">
          <button type="submit" class="button primary" disabled={!isReady.value || busy || !text.trim()}>
            {t(busy ? 'restore.busy' : 'restore.go')}
          </button>
        </div>
      </form>
      <p class="quiet">{t('restore.wordsOnly')}</p>
    </section>
  )
}
