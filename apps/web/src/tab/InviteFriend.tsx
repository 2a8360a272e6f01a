// SPDX-License-Identifier: MIT
// Links for one friend each: made, shown as a QR code, taken back; and those that friends have given us.
import { useEffect, useId, useState } from 'preact/hooks'
import { fullTime, t } from '../i18n/index.ts'
import { onChange } from '../node/changes.ts'
import { codeOf, isReady } from '../node/client.ts'
import { role } from '../node/where.ts'
import { PersonLink } from '../parts/PersonLink.tsx'
import { attempt, copy } from '../parts/toast.ts'
import { go, href } from '../route.ts'
import { readFriendLink, readLetter } from './friend_link.ts'
import type { Invite } from './messages.ts'
import Qr from './Qr.tsx'
import Scan from './Scan.tsx'
import { introduced } from './start.ts'

export default function InviteFriend() {
  const id = useId()
  const [made, setMade] = useState<Invite>()
  const link = made?.link
  const [invites, setInvites] = useState<Invite[]>([])
  const [wrong, setWrong] = useState('')
  const [busy, setBusy] = useState(false)
  const ready = isReady.value && role.value !== 'follower'
  const load = (): void => void introduced<Invite[]>({ is: 'invites' }).then(setInvites, () => {})
  useEffect(() => {
    if (ready) load()
    // Whoever takes a link becomes a friend.
    return onChange(change => ready && (change.people?.length || change.all) && load())
  }, [ready])
  const make = (): void => {
    setBusy(true)
    setWrong('')
    introduced<Invite>({ is: 'invite' })
      .then(
        invite => {
          setMade(invite)
          load()
        },
        error =>
          setWrong(codeOf(error) === 'broker' ? t('tab.invitedBroker') : t('tab.inviteFailed', { why: codeOf(error) })),
      )
      .finally(() => setBusy(false))
  }
  const revoke = (invite: Invite): void => {
    if (made?.secret === invite.secret) setMade(undefined)
    void attempt(() => introduced({ is: 'revoke', secret: invite.secret }), t('tab.inviteRevoked')).then(load)
  }
  const taken = invites.filter(it => it.used)
  const open = invites.filter(it => !it.used)
  return (
    <section class="stone stack tight" aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{t('tab.inviteTitle')}</h2>
      <p class="quiet">{t(role.value === 'follower' ? 'tab.follower' : 'tab.inviteText')}</p>
      {link && <textarea class="input" rows={3} readOnly aria-label={t('tab.inviteLink')} value={link} />}
      {made && <Waits waits={made.waits} />}
      {link && <Code text={link} />}
      <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
      <p class="row wrap">
        <button type="button" class="button" disabled={!ready || busy} onClick={make}>
          {t('tab.invite')}
        </button>
        {link && (
          <button type="button" class="button primary" onClick={() => void copy(link)}>
            {t('tab.inviteCopy')}
          </button>
        )}
      </p>
      <Given />
      {taken.map(invite => (
        <Taken key={invite.secret} invite={invite} />
      ))}
      {open.length > 0 && (
        <>
          <h3 id={`${id}-open`}>{t('tab.inviteOpen')}</h3>
          <ul class="stack tight" aria-labelledby={`${id}-open`}>
            {open.map(invite => (
              <li key={invite.secret} class="row wrap">
                <Open invite={invite} onRevoke={revoke} />
              </li>
            ))}
          </ul>
        </>
      )}
    </section>
  )
}

/** What becomes of it while this page is closed. */
function Waits({ waits }: { waits: boolean }) {
  if (waits) return <p class="quiet">{t('tab.inviteWaits')}</p>
  return (
    <p class="quiet">
      {t('tab.inviteAway')} <a href={href.account}>{t('account.inboxTitle')}</a>
    </p>
  )
}

function Open({ invite, onRevoke }: { invite: Invite; onRevoke: (invite: Invite) => void }) {
  return (
    <>
      <span>{t('tab.inviteUntil', { time: fullTime(invite.expires) })}</span>
      <button type="button" class="button small" onClick={() => void copy(invite.link)}>
        {t('tab.inviteCopy')}
      </button>
      <button type="button" class="button small" onClick={() => onRevoke(invite)}>
        {t('tab.inviteRevoke')}
      </button>
    </>
  )
}

/** What they said is theirs: text, and nothing that could be a word of the page. */
function Taken({ invite }: { invite: Invite }) {
  return (
    <p>
      <PersonLink id={invite.used!} /> {t('tab.inviteTaken')}
      {invite.text && <q dir="auto">{invite.text}</q>}
      {invite.by && (
        <span class="quiet">
          {' '}
          {t('tab.inviteBy')} <PersonLink id={invite.by} />
        </span>
      )}
    </p>
  )
}

/** A QR code that is shown when it is asked for. */
export function Code({ text }: { text: string }) {
  return (
    <details>
      <summary>{t('tab.inviteQr')}</summary>
      <Qr text={text} label={t('tab.qr')} />
    </details>
  )
}

/** A link that somebody has given us. */
function Given() {
  const id = useId()
  const [text, setText] = useState('')
  const [wrong, setWrong] = useState('')
  const open = (given: string): void => {
    const [, code = '', rest = ''] = /(?:^|#?\/i\/)([\w-]+)(\?\S*)?$/.exec(given.trim()) ?? []
    if (readFriendLink(code) || readLetter(code)) go(`#/i/${code}${rest}`)
    else setWrong(t('tab.inviteNone'))
  }
  return (
    <form
      class="stack tight"
      onSubmit={e => {
        e.preventDefault()
        open(text)
      }}
    >
      <div class="field">
        <label for={id}>{t('tab.inviteTheirs')}</label>
        <input
          id={id}
          class="input"
          autoComplete="off"
          spellcheck={false}
          aria-invalid={wrong ? 'true' : undefined}
          value={text}
          onInput={e => {
            setText(e.currentTarget.value)
            setWrong('')
          }}
        />
      </div>
      <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
      <p>
        <button type="submit" class="button small" disabled={!text.trim()}>
          {t('tab.inviteFollow')}
        </button>
      </p>
      <Scan onText={open} />
    </form>
  )
}
