// SPDX-License-Identifier: MIT
// The sign of an audience: its icon, its words and a colour of its own, on what is written and on what was.
import type { ComponentChildren } from 'preact'
import { useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { audienceOfPost } from '../node/circles.ts'
import type { Audience, Summary } from '../node/types.ts'
import { audienceMeans, audienceWords, SIGNS } from './audience.ts'
import { later } from './lazy.tsx'

const ReadersDialog = later(() => import('./Readers.tsx').then(m => m.ReadersDialog))

interface Props {
  of: Audience
  /** Also what it means. */
  long?: boolean
  children?: ComponentChildren
}

export function AudienceMark({ of, long = false, children }: Props) {
  const Sign = SIGNS[of.kind]
  return (
    <>
      <Sign class="icon small" aria-hidden="true" />
      <span class="grow">
        <b>{audienceWords(of)}</b>
        {long && `: ${audienceMeans(of)}`}
      </span>
      {children}
    </>
  )
}

/** On a post: an icon that says its words when one comes near, and who that is when it is pressed. */
export function PostAudience({ m }: { m: Summary }) {
  const [open, setOpen] = useState(false)
  const of = audienceOfPost(m)
  return (
    <>
      <button
        type="button"
        class="audience-sign"
        data-kind={of.kind}
        aria-label={`${audienceWords(of)}. ${t('audience.label')}`}
        onClick={() => setOpen(true)}
      >
        <AudienceMark of={of} />
      </button>
      {open && <ReadersDialog of={m.key} audience={of} onClose={() => setOpen(false)} />}
    </>
  )
}
