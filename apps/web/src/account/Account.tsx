// SPDX-License-Identifier: MIT
// A handle and a password: to be found, and to be oneself in a second browser.
import '../style/care.css'
import { useEffect, useState } from 'preact/hooks'
import { type Key, t } from '../i18n/index.ts'
import { codeOf, isReady } from '../node/client.ts'
import { progress, restoreFile } from '../node/restoring.ts'
import { broker, inTab, role } from '../node/where.ts'
import { Title } from '../parts/Title.tsx'
import { go, href } from '../route.ts'
import { FileProgress } from '../screens/restore/Progress.tsx'
import { introduced } from '../tab/start.ts'
import { Enter } from './Enter.tsx'
import { FindPeople } from './FindPeople.tsx'
import { Mine } from './Mine.tsx'
import { Switch } from './Switch.tsx'
import type { AccountState, Brought, Wish } from './wish.ts'

const LOOK_MS = 2000
const WHY: Record<string, Key> = {
  broker: 'account.noBroker',
  exists: 'account.exists',
  denied: 'account.denied',
  budget: 'account.budget',
  short: 'account.short',
  empty: 'account.empty',
  old: 'account.old',
  size: 'account.size',
  store: 'account.storeFault',
  many: 'account.many',
  room: 'account.inboxNone',
  arg: 'account.noHandle',
}

export const wish = <T,>(what: Wish): Promise<T> => introduced<T>({ is: 'account', wish: what })

/** Words for what the desk or the restoring said. */
export function wordsFor(error: unknown): string {
  const code = codeOf(error)
  return WHY[code] ? t(WHY[code]) : t('account.else', { why: (error as Error).message })
}
export const troubleWords = (code: string): string => (WHY[code] ? t(WHY[code]) : t('account.else', { why: code }))

export default function Account() {
  const [state, setState] = useState<AccountState>()
  const ready = isReady.value
  const look = (): void => void wish<AccountState>({ do: 'look' }).then(setState, () => {})
  useEffect(() => {
    if (!ready || !inTab.value) return
    look()
    const timer = setInterval(look, LOOK_MS)
    return () => clearInterval(timer)
  }, [ready])

  if (!inTab.value || !broker() || role.value === 'follower') {
    return (
      <div class="stack">
        <Title text={t('account.title')} />
        <p class="stone">{t(role.value === 'follower' ? 'account.follower' : 'account.none')}</p>
      </div>
    )
  }
  const signIn = async (handle: string, password: string): Promise<void> => {
    const { file, passphrase } = await wish<Brought>({ do: 'signIn', handle, password })
    await restoreFile(new Blob([file]), passphrase)
    go(href.restore)
  }
  const register = async (handle: string, password: string, vault: boolean): Promise<void> =>
    setState(await wish<AccountState>({ do: 'register', handle, password, vault }))
  return (
    <div class="stack">
      <Title text={t('account.title')} />
      {progress.value && <FileProgress />}
      {state?.handle ? (
        <Mine state={state} onChange={setState} onSignIn={password => signIn(state.handle, password)} />
      ) : (
        state && <Enter state={state} onRegister={register} onSignIn={signIn} />
      )}
      {state && (state.can.inbox || state.inbox) && !state.moved && (
        <Switch
          what="inbox"
          state={state}
          onChange={setState}
          status={state.reach > 0 ? t('account.inboxReach', { count: state.reach }) : ''}
        />
      )}
      {state?.handle && (state.can.door || state.door) && !state.moved && (
        <Switch what="door" state={state} onChange={setState} />
      )}
      {state && <FindPeople />}
    </div>
  )
}
