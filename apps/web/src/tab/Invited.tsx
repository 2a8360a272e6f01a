// SPDX-License-Identifier: MIT
// What somebody sees who has opened a friend's link, or one to an invite that needs nobody online.
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { type Key, t } from '../i18n/index.ts'
import { ask, codeOf, isReady } from '../node/client.ts'
import { inTab } from '../node/where.ts'
import { Title } from '../parts/Title.tsx'
import { go, href, route } from '../route.ts'
import { readLetter } from './friend_link.ts'
import { TEXT_MAX } from './messages.ts'
import { introduced } from './start.ts'

const WHY: Record<string, Key> = {
  absent: 'tab.invitedAbsent',
  silent: 'tab.invitedAbsent',
  used: 'tab.invitedUsed',
  expired: 'tab.invitedExpired',
  revoked: 'tab.invitedExpired',
  own: 'tab.invitedOwn',
  arg: 'tab.invitedBad',
  broker: 'tab.invitedBroker',
  room: 'account.inboxNone',
  way: 'tab.invitedNoWay',
  road: 'tab.invitedNoRoad',
}
const NAME_MAX = 80
const AGAIN_MS = 5000
const isInbox = (address: string): boolean => /^https?:\/\//.test(address)

/** Where the answer may lie: our inbox, which is asked for if there is none. Throws a word for why not. */
async function haveRoad(): Promise<void> {
  const { own } = await ask('roads.list')
  if (inTab.value && !own.some(isInbox)) await introduced({ is: 'account', wish: { do: 'inbox', on: true } })
  else if (!own.length) throw new Error('road')
}

export default function Invited() {
  const { id, query } = route.value
  const field = useId()
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const [wrong, setWrong] = useState('')
  const [canLeave, setCanLeave] = useState(false)
  const [leaving, setLeaving] = useState(false)
  const [left, setLeft] = useState('')
  const again = useRef<ReturnType<typeof setTimeout>>(undefined)
  /** Of what was asked last: an earlier answer, or one for another link, says nothing any more. */
  const turn = useRef(0)
  useEffect(() => {
    setLeft('')
    setCanLeave(false)
    setWrong('')
    return () => {
      turn.current++
      clearTimeout(again.current)
      setBusy(false)
    }
  }, [id])
  const said = new URLSearchParams(query)
  const letter = readLetter(id)
  const name = (letter?.name ?? said.get('n') ?? '').slice(0, NAME_MAX)
  const road = said.get('r') ?? ''

  const failed = (error: unknown): void => {
    const code = WHY[codeOf(error)] ? codeOf(error) : (error as Error).message
    setWrong(WHY[code] ? t(WHY[code]) : t('tab.invitedElse', { why: code }))
  }
  const accept = (): void => {
    clearTimeout(again.current)
    const mine = ++turn.current
    setBusy(true)
    introduced<string>({ is: 'request', code: id, text: text.trim() })
      .then(
        friend => {
          if (turn.current === mine) go(href.wall(friend))
        },
        error => {
          if (turn.current !== mine) return
          // They may open their page any moment.
          if (codeOf(error) === 'absent') again.current = setTimeout(accept, AGAIN_MS)
          if (['absent', 'silent'].includes(codeOf(error))) setCanLeave(isInbox(road))
          failed(error)
        },
      )
      .finally(() => {
        if (turn.current === mine) setBusy(false)
      })
  }
  /** By a packet, which waits for them. */
  const leave = async (): Promise<void> => {
    clearTimeout(again.current)
    const mine = ++turn.current
    setBusy(true)
    setLeaving(true)
    setWrong('')
    try {
      if (letter && inTab.value && !letter.roads.some(isInbox)) throw new Error('way')
      await haveRoad()
      const friend = letter
        ? (await ask('friends.join', id, { text: text.trim() })).id
        : await introduced<string>({ is: 'leave', code: id, name, road, text: text.trim() })
      if (turn.current === mine) setLeft(friend)
    } catch (error) {
      if (turn.current === mine) failed(error)
    }
    setLeaving(false)
    if (turn.current === mine) setBusy(false)
  }

  if (left)
    return (
      <div class="stack">
        <Title text={name ? t('tab.invitedTitle', { name }) : t('tab.invitedTitleNoName')} />
        <section class="stone stack tight">
          <p role="status">{t('tab.invitedLeft')}</p>
          <p>
            <a class="button" href={href.wall(left)}>
              {t('tab.invitedWall')}
            </a>
          </p>
        </section>
      </div>
    )
  const can = inTab.value || letter !== undefined
  return (
    <div class="stack">
      <Title text={name ? t('tab.invitedTitle', { name }) : t('tab.invitedTitleNoName')} />
      <section class="stone stack tight">
        <p>{t(letter ? 'tab.invitedLetter' : can ? 'tab.invitedText' : 'tab.invitedHere')}</p>
        <p role="alert">{wrong && <span class="notice danger">{wrong}</span>}</p>
        {can && (
          <div class="field">
            <label for={field}>{t('tab.invitedSay')}</label>
            <input
              id={field}
              class="input"
              maxLength={TEXT_MAX}
              disabled={busy}
              value={text}
              onInput={e => setText(e.currentTarget.value)}
            />
          </div>
        )}
        {can && (
          <p class="row">
            <button
              type="button"
              class="button primary"
              disabled={!isReady.value || busy}
              onClick={letter ? () => void leave() : accept}
            >
              {t('tab.invitedGo')}
            </button>
            {busy && (
              <span class="quiet" role="status">
                {t('tab.invitedWaiting')}
              </span>
            )}
          </p>
        )}
      </section>
      {canLeave && (
        <section class="stone stack tight" aria-labelledby={`${field}-leave`}>
          <h2 id={`${field}-leave`}>{t('tab.invitedLeaveTitle')}</h2>
          <p>{t('tab.invitedLeaveText')}</p>
          <p>
            <button type="button" class="button" disabled={!isReady.value || leaving} onClick={() => void leave()}>
              {t('tab.invitedLeave')}
            </button>
          </p>
        </section>
      )}
    </div>
  )
}
