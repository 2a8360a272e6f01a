// SPDX-License-Identifier: MIT
// A list of roads in words, and a form to add one.
import '../style/roads.css'
import { useId, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { ask, isReady } from '../node/client.ts'
import { follow } from '../node/publish.ts'
import { addressOf, type Kind, kindOf, roadWords, type Wrong } from '../node/roads.ts'
import type { Reached } from '../node/types.ts'
import { inTab } from '../node/where.ts'
import { Folder, Inbox, Mail, MessageCircle, Package, Waypoints } from './icons.ts'
import { nameNow } from './PersonLink.tsx'
import { attempt } from './toast.ts'

const ICONS = { dir: Folder, mailto: Mail, inbox: Inbox, xmpp: MessageCircle, exec: Package, other: Waypoints }

/**
 * Which of them this node goes by: a tab has no folders, no mail server talks to it, and its own inbox is opened
 * where the account is.
 */
export const offered = (id?: string): Kind[] => (!inTab.value ? ['dir', 'mailto', 'inbox'] : id ? ['inbox'] : [])

/** Whose road it is: one's own, or one to somebody, in `id`. */
type Whose = { id?: string | undefined }

interface WayProps extends Whose {
  address: string
  says?: string
  /** What is wrong with it, and what can be done. */
  why?: string
  /** It can be taken away. */
  onRemoved?: () => void
}

export function Way({ address, id, says, why, onRemoved }: WayProps) {
  const Icon = ICONS[kindOf(address)]
  const words = t(...roadWords(address))
  return (
    <li>
      <Icon class="icon small" aria-hidden="true" />
      <span class="where">
        <bdi>{words}</bdi> {says && <span class="quiet">({says})</span>}
        {why && <span class="why">{why}</span>}
      </span>
      {onRemoved && (
        <button
          type="button"
          class="button small"
          disabled={!isReady.value}
          aria-label={t('roads.removeLabel', { road: words })}
          onClick={() =>
            void attempt(() => ask('roads.remove', { address, ...(id && { id }) }), t('roads.removed')).then(onRemoved)
          }
        >
          {t('roads.remove')}
        </button>
      )}
    </li>
  )
}

const SHOWN = 16

/** What they say of themselves is a stranger's JSON. */
const saidOf = (p: Reached): string[] =>
  Array.isArray(p.profile?.roads) ? p.profile.roads.filter((x): x is string => typeof x === 'string' && x !== '') : []

/** All that lead to somebody, those that are used first. */
export const waysTo = (p: Reached | undefined): string[] =>
  p ? [...new Set([...p.roads, ...p.theirs, ...saidOf(p).slice(0, SHOWN)])] : []

export function WaysTo({ p, onDone }: { p: Reached; onDone: () => void }) {
  const name = nameNow(p.id)
  const says = (address: string): string =>
    t(p.roads.includes(address) ? 'roads.byYou' : p.theirs.includes(address) ? 'roads.byThem' : 'roads.notUsed', {
      name,
    })
  return (
    <ul class="ways" aria-label={t('roads.ways', { name })}>
      {waysTo(p).map(address => (
        <Way
          key={address}
          id={p.id}
          address={address}
          says={says(address)}
          {...(p.roads.includes(address) && { onRemoved: onDone })}
        />
      ))}
    </ul>
  )
}

interface AddProps extends Whose {
  /** Somebody whom we never met: the road brings them the question whether they want to be friends, and these words. */
  asks?: boolean
  onDone: () => void
}

/** One kind of road, and where it leads. */
export function AddWay({ id, asks = false, onDone }: AddProps) {
  const field = useId()
  const kinds = offered(id)
  const [kind, setKind] = useState<Kind>(kinds[0] ?? 'dir')
  const [text, setText] = useState('')
  const [question, setQuestion] = useState('')
  const [wrong, setWrong] = useState<Wrong | ''>('')
  const input = useRef<HTMLInputElement>(null)
  if (!kinds.length || kind === 'xmpp' || kind === 'exec' || kind === 'other') return null
  const submit = (): void => {
    const it = addressOf(kind, text)
    if ('wrong' in it) {
      setWrong(it.wrong)
      input.current?.focus()
      return
    }
    const add = async (): Promise<void> => {
      // The question comes first, or they would be sent more than that.
      if (asks && id) {
        await ask('friends.ask', { id, text: question.trim() })
        await follow(id)
      }
      await ask('roads.add', { address: it.address, ...(id && { id }) })
    }
    void attempt(add, t('roads.added')).then(done => {
      if (!done) return
      setText('')
      onDone()
    })
  }
  const hints = { dir: 'roads.dirHint', mailto: 'roads.mailtoHint', inbox: 'roads.inboxHint' } as const
  const hintsTo = { dir: 'roads.dirHint', mailto: 'roads.mailtoHintTo', inbox: 'roads.inboxHintTo' } as const
  return (
    <form
      class="stack tight"
      noValidate
      onSubmit={e => {
        e.preventDefault()
        submit()
      }}
    >
      {kinds.length > 1 && (
        <fieldset class="choice">
          <legend class="hidden">{t('roads.kind')}</legend>
          {kinds.map(k => (
            <label key={k}>
              <input
                type="radio"
                name={`${field}-kind`}
                checked={k === kind}
                onChange={() => {
                  setKind(k)
                  setWrong('')
                }}
              />
              {t(`roads.${k as 'dir' | 'mailto' | 'inbox'}Name`)}
            </label>
          ))}
        </fieldset>
      )}
      <div class="field">
        <label for={field}>{t(`roads.${kind}Label`)}</label>
        <input
          ref={input}
          id={field}
          class="input"
          type={(kind === 'mailto' ? 'email' : 'text') as 'text'}
          autoComplete="off"
          autoCapitalize="none"
          spellcheck={false}
          required
          aria-invalid={wrong ? 'true' : undefined}
          aria-describedby={`${field}-hint ${field}-wrong`}
          value={text}
          onInput={e => {
            setText(e.currentTarget.value)
            setWrong('')
          }}
        />
        <span class="hint" id={`${field}-hint`}>
          {t((id ? hintsTo : hints)[kind])} {kind === 'mailto' && t('roads.mailtoSettings')}
        </span>
      </div>
      <p role="alert" id={`${field}-wrong`}>
        {wrong && <span class="notice danger">{t(wrong)}</span>}
      </p>
      {asks && (
        <div class="field">
          <label for={`${field}-question`}>{t('roads.question')}</label>
          <input
            id={`${field}-question`}
            class="input"
            maxLength={500}
            autoComplete="off"
            value={question}
            onInput={e => setQuestion(e.currentTarget.value)}
          />
        </div>
      )}
      <p>
        <button type="submit" class="button" disabled={!isReady.value}>
          {t(asks ? 'people.ask' : 'roads.addIt')}
        </button>
      </p>
    </form>
  )
}
