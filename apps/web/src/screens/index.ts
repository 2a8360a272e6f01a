// SPDX-License-Identifier: MIT
// Which screen an address shows. Home is there at once, the others come when they are needed.
import type { ComponentType } from 'preact'
import { lazy } from '../parts/lazy.tsx'
import Home from './Home.tsx'
import NotFound from './NotFound.tsx'

const screens: Record<string, ComponentType> = {
  home: Home,
  account: lazy(() => import('../account/Account.tsx')),
  wall: lazy(() => import('./Wall.tsx')),
  i: lazy(() => import('../tab/Invited.tsx')),
  m: lazy(() => import('./Thread.tsx')),
  circles: lazy(() => import('./Circles.tsx')),
  circle: lazy(() => import('./Circle.tsx')),
  friends: lazy(() => import('./Friends.tsx')),
  messages: lazy(() => import('./Messages.tsx')),
  notices: lazy(() => import('./Notifications.tsx')),
  search: lazy(() => import('./Search.tsx')),
  restore: lazy(() => import('./Restore.tsx')),
  tag: lazy(() => import('./Tag.tsx')),
  settings: lazy(() => import('./Settings.tsx')),
}

export const screenOf = (name: string): ComponentType => (Object.hasOwn(screens, name) ? screens[name]! : NotFound)
