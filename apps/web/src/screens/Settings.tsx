// SPDX-License-Identifier: MIT
// A list of what can be set, and one screen for each part of it.
import '../style/settings.css'
import type { ComponentType } from 'preact'
import { type Key, t } from '../i18n/index.ts'
import { broker, inTab } from '../node/where.ts'
import {
  AtSign,
  Bell,
  CircleQuestionMark,
  HardDrive,
  KeyRound,
  Package,
  Palette,
  ShieldBan,
  User,
  Waypoints,
} from '../parts/icons.ts'
import { lazy } from '../parts/lazy.tsx'
import { Title } from '../parts/Title.tsx'
import { href, route } from '../route.ts'
import { Help } from './settings/Help.tsx'
import { Looks } from './settings/Looks.tsx'
import { Notifications } from './settings/Notifications.tsx'
import { Privacy } from './settings/Privacy.tsx'
import { ProfilePart } from './settings/ProfilePart.tsx'
import { Roads } from './settings/Roads.tsx'
import { Storage } from './settings/Storage.tsx'

interface Part {
  title: Key
  says: Key
  icon: ComponentType<{ class?: string; 'aria-hidden'?: 'true' }>
  Screen: ComponentType
}

const PARTS: Record<string, Part> = {
  profile: { title: 'settings.profile', says: 'settings.profileSays', icon: User, Screen: ProfilePart },
  roads: { title: 'settings.roads', says: 'settings.roadsSays', icon: Waypoints, Screen: Roads },
  packets: {
    title: 'roads.title',
    says: 'roads.says',
    icon: Package,
    Screen: lazy(() => import('./settings/Packets.tsx')),
  },
  backup: {
    title: 'settings.backup',
    says: 'settings.backupSays',
    icon: KeyRound,
    Screen: lazy(() => import('./settings/Backup.tsx')),
  },
  storage: { title: 'settings.storage', says: 'settings.storageSays', icon: HardDrive, Screen: Storage },
  looks: { title: 'settings.looks', says: 'settings.looksSays', icon: Palette, Screen: Looks },
  notifications: {
    title: 'settings.notifications',
    says: 'settings.notificationsSays',
    icon: Bell,
    Screen: Notifications,
  },
  privacy: { title: 'settings.privacy', says: 'settings.privacySays', icon: ShieldBan, Screen: Privacy },
  help: { title: 'settings.help', says: 'settings.helpSays', icon: CircleQuestionMark, Screen: Help },
}

export default function Settings() {
  const { id } = route.value
  const part = Object.hasOwn(PARTS, id) ? PARTS[id] : undefined
  if (!part) return <Index />
  return (
    <div class="stack settings" key={id}>
      <div>
        <a class="back" href={href.settings}>
          <span aria-hidden="true">‹ </span>
          {t('settings.title')}
        </a>
        <Title text={t(part.title)} />
      </div>
      <part.Screen />
    </div>
  )
}

function Index() {
  return (
    <div class="stack">
      <Title text={t('settings.title')} />
      <ul class="masonry">
        {inTab.value && broker() && (
          <li>
            <a class="stone setting" href={href.account}>
              <AtSign class="icon" aria-hidden="true" />
              <span>
                <span class="name">{t('settings.account')}</span> <span class="quiet">{t('settings.accountSays')}</span>
              </span>
            </a>
          </li>
        )}
        {Object.entries(PARTS).map(([id, { title, says, icon: Icon }]) => (
          <li key={id}>
            <a class="stone setting" href={href.setting(id)}>
              <Icon class="icon" aria-hidden="true" />
              <span>
                <span class="name">{t(title)}</span> <span class="quiet">{t(says)}</span>
              </span>
            </a>
          </li>
        ))}
      </ul>
    </div>
  )
}
