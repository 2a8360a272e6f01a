// SPDX-License-Identifier: MIT
// What a broker has certified of a friend; checked here when it came, and no longer shown when it has run out. With it,
// what the broker's own feed says against it.
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { person } from '../node/people.ts'
import type { Handle, Says } from '../tab/messages.ts'
import { introduced } from '../tab/start.ts'

const WORDS = {
  other: 'account.saysOther',
  nobody: 'account.saysNobody',
  unsaid: 'account.saysUnsaid',
  forked: 'account.saysForked',
  broken: 'account.saysBroken',
} as const satisfies Record<Exclude<Says, ''>, string>

const LOOK_MS = 3000
const FIRST_MS = 1000
const LONGEST_MS = 60_000

/** What is known, and then what looks into the feed have shown: the way to the broker may come later than this. */
function useHandle(id: string): Handle | null {
  const [found, setFound] = useState<Handle | null>(null)
  const ready = isReady.value
  useEffect(() => {
    if (!ready) return
    let lives = true
    let timer: ReturnType<typeof setTimeout>
    let wait = FIRST_MS / 2
    const look = async (fresh?: true): Promise<void> => {
      const it = await introduced<Handle | null>({ is: 'handle', id, ...(fresh && { fresh }) }).catch(() => undefined)
      if (!lives) return
      if (it !== undefined) setFound(it)
      wait = Math.min(LONGEST_MS, 2 * wait)
      timer = setTimeout(() => void look(true), fresh ? wait : 0)
    }
    void look()
    return () => {
      lives = false
      clearTimeout(timer)
    }
  }, [ready, id])
  return found && found.until > Date.now() ? found : null
}

/** What they have said to our request. */
function Answer({ id }: { id: string }) {
  const [isNo, setIsNo] = useState(false)
  const [turn, setTurn] = useState(0)
  const ready = isReady.value
  useEffect(() => {
    if (!ready) return
    introduced<boolean>({ is: 'refused', id }).then(setIsNo, () => {})
    const timer = setTimeout(() => setTurn(turn + 1), LOOK_MS)
    return () => clearTimeout(timer)
  }, [ready, id, turn])
  return <p role="status">{isNo && t('roads.refused')}</p>
}

export function HandleOf({ id }: { id: string }) {
  const found = useHandle(id)
  const words = found && { handle: found.handle, host: found.host || t('account.aServer') }
  return (
    <>
      {words && <p class="quiet">{t('account.handleAt', words)}</p>}
      {words && <p role="alert">{found.says && <span class="notice danger">{t(WORDS[found.says], words)}</span>}</p>}
      {!person(id).value?.friend && <Answer id={id} />}
    </>
  )
}

/** The same for our own, of which the account's screen has told already. */
export function HandleOfMine({ id }: { id: string }) {
  const found = useHandle(id)
  if (!found?.says) return null
  const { says, handle, host } = found
  const key = { ...WORDS, other: 'account.saysMineOther', nobody: 'account.saysMineNobody' } as const
  return (
    <p role="alert">
      <span class="notice danger">{t(key[says], { handle, host: host || t('account.aServer') })}</span>
    </p>
  )
}
