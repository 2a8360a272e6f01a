// SPDX-License-Identifier: MIT
import type { Signal } from '@preact/signals'
import type { ComponentType } from 'preact'
import { t } from '../i18n/index.ts'
import { meId } from '../node/client.ts'
import { unread } from '../node/state.ts'
import { href, route } from '../route.ts'
import { Bell, Circle, House, MessagesSquare, PenLine, Search, Settings, User, Users } from './icons.ts'
import { State } from './State.tsx'

type Icon = ComponentType<{ class?: string; 'aria-hidden'?: 'true' }>

interface PlaceProps {
  to: string
  label: string
  icon: Icon
  names: string[]
  count?: Signal<number>
}

function Place({ to, label, icon: Icon, names, count }: PlaceProps) {
  const { name, id } = route.value
  const here = names.includes(name) && (name !== 'wall' || !id || id === meId.value)
  return (
    <a class="place" href={to} aria-current={here ? 'page' : undefined}>
      <Icon class="icon" aria-hidden="true" />
      <span>{label}</span>
      {count && count.value > 0 && (
        <span class="badge">
          {count.value > 98 ? '99+' : count.value}
          <span class="hidden"> {t('shell.unread', { count: count.value })}</span>
        </span>
      )}
    </a>
  )
}

const Home = () => <Place to={href.home} label={t('shell.home')} icon={House} names={['home']} count={unread.home} />
const Friends = () => <Place to={href.friends} label={t('shell.friends')} icon={Users} names={['friends']} />
const Messages = () => (
  <Place
    to={href.messages}
    label={t('shell.messages')}
    icon={MessagesSquare}
    names={['messages']}
    count={unread.inbox}
  />
)
const Notices = () => (
  <Place to={href.notices} label={t('shell.notices')} icon={Bell} names={['notices']} count={unread.notices} />
)
const MyWall = () => <Place to={href.wall(meId.value)} label={t('shell.wall')} icon={User} names={['wall']} />

/** Stones of a wall, one of them yours. */
export function Brand() {
  return (
    <a class="brand" href={href.home}>
      <svg viewBox="0 0 28 22" fill="currentColor" aria-hidden="true">
        <rect x="0" y="0" width="11" height="6" rx="2" />
        <rect x="13" y="0" width="15" height="6" rx="2" />
        <rect class="mine" x="0" y="8" width="17" height="6" rx="2" />
        <rect x="19" y="8" width="9" height="6" rx="2" />
        <rect x="0" y="16" width="8" height="6" rx="2" />
        <rect x="10" y="16" width="18" height="6" rx="2" />
      </svg>
      {t('common.app')}
    </a>
  )
}

export function Top() {
  return (
    <header class="top">
      <Brand />
      <State />
      <nav aria-label={t('shell.settings')}>
        <a
          class="ghost only"
          href={href.search()}
          aria-label={t('shell.search')}
          aria-current={route.value.name === 'search' ? 'page' : undefined}
        >
          <Search class="icon" aria-hidden="true" />
        </a>
        <a
          class="ghost only"
          href={href.settings}
          aria-label={t('shell.settings')}
          aria-current={route.value.name === 'settings' ? 'page' : undefined}
        >
          <Settings class="icon" aria-hidden="true" />
        </a>
      </nav>
    </header>
  )
}

/** Goes to where one writes; at home if there is nothing to write on here. */
export function write(): void {
  const box = document.querySelector<HTMLTextAreaElement>('[data-composer]')
  if (box) {
    box.focus()
    return
  }
  location.hash = href.home
  setTimeout(() => document.querySelector<HTMLTextAreaElement>('[data-composer]')?.focus(), 150)
}

export function Side() {
  return (
    <header class="side">
      <Brand />
      <nav class="stack tight" aria-label={t('shell.navigation')}>
        <Home />
        <MyWall />
        <Friends />
        <Place to={href.circles} label={t('shell.circles')} icon={Circle} names={['circles', 'circle']} />
        <Messages />
        <Notices />
        <Place to={href.search()} label={t('shell.search')} icon={Search} names={['search']} />
        <Place to={href.settings} label={t('shell.settings')} icon={Settings} names={['settings']} />
      </nav>
      <button type="button" class="button primary" onClick={write}>
        <PenLine class="icon" aria-hidden="true" />
        {t('shell.write')}
      </button>
      <div class="foot">
        <State />
      </div>
    </header>
  )
}

export function Bottom() {
  return (
    <nav class="bottom" aria-label={t('shell.navigation')}>
      <Home />
      <Friends />
      <Messages />
      <Notices />
      <MyWall />
    </nav>
  )
}
