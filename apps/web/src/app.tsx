// SPDX-License-Identifier: MIT
// The frame around every screen: places to go, how the node is, what the page has to say.
import { useEffect, useState } from 'preact/hooks'
import { t } from './i18n/index.ts'
import { isReady, link, meId, node } from './node/client.ts'
import { held } from './node/guard.ts'
import { me } from './node/people.ts'
import { moved, trouble } from './node/where.ts'
import { screenReady } from './parts/focus.ts'
import { fetchAhead, later } from './parts/lazy.tsx'
import { Bottom, Brand, Side, Top } from './parts/Places.tsx'
import { Here, State } from './parts/State.tsx'
import { Toasts } from './parts/Toasts.tsx'
import { href, route } from './route.ts'
import { screenOf } from './screens/index.ts'

// Seen once in a life.
const Welcome = later(() => import('./screens/Welcome.tsx').then(m => m.Welcome), screenReady)
const Shortcuts = later(() => import('./parts/Shortcuts.tsx').then(m => m.Shortcuts))

export function App() {
  const [later, setLater] = useState(false)
  const ready = isReady.value
  useEffect(() => {
    if (ready) fetchAhead()
  }, [ready])
  if (link.value === 'refused') return <Refused />
  if (!meId.value) return <Waiting />
  const Screen = screenOf(route.value.name)
  const { name } = route.value
  // Who is being restored has a name, which is not here yet; a new one must not be signed.
  const unnamed = me.value && !me.value.name && !later && name !== 'settings' && held.value === null
  if (unnamed) {
    return (
      <main class="main stack">
        <Brand />
        {name === 'restore' || name === 'account' ? <Screen /> : <Welcome onLater={() => setLater(true)} />}
        <Toasts />
      </main>
    )
  }
  const skip = (): void => {
    document.querySelector<HTMLElement>('main h1')?.focus()
  }
  return (
    <>
      <button type="button" class="skip button primary" onClick={skip}>
        {t('shell.skip')}
      </button>
      <div class="shell">
        <Top />
        <Side />
        <Offline />
        <Holding />
        <main class="main">
          <Screen />
        </main>
        <aside class="aside" aria-label={t('shell.who')}>
          <Here />
        </aside>
        <Bottom />
      </div>
      <Toasts />
      <Shortcuts />
    </>
  )
}

function Offline() {
  if (trouble.value ? link.value === 'connecting' : isReady.value || link.value === 'connecting') return null
  return (
    <div class="offline" role="alert">
      <span>{trouble.value ? t(`tab.${trouble.value.key}`, { why: trouble.value.why }) : t('shell.away')}</span>
      <button type="button" class="button small" onClick={() => node.retry()}>
        {t('shell.tryNow')}
      </button>
    </div>
  )
}

/** On every screen but the one that says all about it. */
function Holding() {
  if (!held.value || !isReady.value || route.value.name === 'restore') return null
  return (
    <div class="offline" role="status">
      <span>{t(moved.value ? 'guard.moved' : 'guard.why')}</span>
      <a class="button small" href={moved.value ? href.account : href.restore}>
        {t('guard.go')}
      </a>
    </div>
  )
}

/** Before the node has answered for the first time. */
function Waiting() {
  return (
    <main class="main stack">
      <Brand />
      <div class="stone empty">
        <h1 tabIndex={-1}>{t(link.value === 'connecting' ? 'shell.connecting' : 'shell.awayShort')}</h1>
        <State />
        {trouble.value && <p role="alert">{t(`tab.${trouble.value.key}`, { why: trouble.value.why })}</p>}
        {link.value === 'away' && (
          <button type="button" class="button" onClick={() => node.retry()}>
            {t('shell.tryNow')}
          </button>
        )}
      </div>
    </main>
  )
}

function Refused() {
  return (
    <main class="main stack">
      <Brand />
      <div class="stone stack">
        <h1 tabIndex={-1}>{t('shell.refusedTitle')}</h1>
        <p>{t('shell.refusedText')}</p>
        <pre>kith ui</pre>
      </div>
    </main>
  )
}
