// SPDX-License-Identifier: MIT
// Chooses who reads what is being written: one of a few, each in words, with who that is.
import '../style/circles.css'
import type { ComponentChildren } from 'preact'
import { useId, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { audienceOf, FRIENDS, hasFriends, isCircle, PUBLIC, type To, writable } from '../node/circles.ts'
import { meId } from '../node/client.ts'
import { href } from '../route.ts'
import { AudienceMark } from './Audience.tsx'
import { ChoosePeople } from './ChoosePeople.tsx'
import { Dialog } from './Dialog.tsx'
import { Lock } from './icons.ts'
import { ReadersDialog } from './Readers.tsx'

interface Props {
  to: To | undefined
  wall: string | undefined
  onPick: (to: To) => void
  onClose: () => void
}

/** A private message has at most seven readers, its author among them (docs/protocol/content.md). */
const MOST = 6

export function AudiencePicker({ to, wall, onPick, onClose }: Props) {
  const [now, setNow] = useState(to)
  const [some, setSome] = useState<string[] | undefined>(() =>
    to?.length && !isCircle(to) ? to.filter(id => id !== meId.value) : undefined,
  )
  const [readers, setReaders] = useState(false)
  const name = useId()
  const choice = some ? (some.length ? [...some, meId.value] : undefined) : now
  const choose = (next: To): void => {
    setSome(undefined)
    setNow(next)
  }
  // A circle of ours is no audience for another's wall: its readers do not look for it there.
  const circles = wall ? [] : writable.value
  return (
    <>
      <Dialog title={t('audience.label')} onClose={onClose}>
        <AudienceChoices
          name={name}
          now={some ? undefined : now}
          wall={wall}
          circles={circles.map(c => [c.id])}
          onChoose={choose}
        >
          <label class="audience" data-kind="people">
            <input type="radio" name={name} checked={some !== undefined} onChange={() => setSome(some ?? [])} />
            <Lock class="icon small" aria-hidden="true" />
            <span class="grow">
              <b>{t('circles.somePeople')}</b>: {t('audience.peopleLong')}
            </span>
          </label>
        </AudienceChoices>
        {some && <ChoosePeople chosen={some} onChange={setSome} most={MOST} />}
        {wall && !hasFriends(wall) && <p class="notice">{t('circles.noFriendsKey')}</p>}
        <p class="row wrap">
          {choice && choice.length > 0 && (
            <button type="button" class="link" onClick={() => setReaders(true)}>
              {t('audience.label')} …
            </button>
          )}
          <a class="link" href={href.circles}>
            {t('circles.manage')}
          </a>
        </p>
        <div class="ends">
          <button type="button" class="button" onClick={onClose}>
            {t('common.cancel')}
          </button>
          <button type="button" class="button primary" disabled={!choice} onClick={() => choice && onPick(choice)}>
            {t('circles.choose')}
          </button>
        </div>
      </Dialog>
      {readers && choice && (
        <ReadersDialog of={choice} audience={audienceOf(choice, wall)} onClose={() => setReaders(false)} />
      )}
    </>
  )
}

interface ChoicesProps {
  /** Of the radio buttons. */
  name: string
  now: To | undefined
  wall?: string | undefined
  circles: To[]
  onChoose: (to: To) => void
  /** More than these. */
  children?: ComponentChildren
}

/** As radio buttons: friends first, then circles and groups; everybody comes last. */
export function AudienceChoices({ name, now, wall, circles, onChoose, children }: ChoicesProps) {
  const all = [...(hasFriends(wall) ? [FRIENDS] : []), ...circles]
  const line = (to: To) => {
    const of = audienceOf(to, wall)
    return (
      <label class="audience" data-kind={of.kind} key={to.join() || 'public'}>
        <input type="radio" name={name} checked={now?.join() === to.join()} onChange={() => onChoose(to)} />
        <AudienceMark of={of} long />
      </label>
    )
  }
  return (
    <fieldset class="stack tight audiences">
      <legend class="hidden">{t('audience.label')}</legend>
      {all.map(line)}
      {children}
      {line(PUBLIC)}
    </fieldset>
  )
}
