// SPDX-License-Identifier: MIT
import { t } from '../../i18n/index.ts'

/** "5 minutes": how long, in the largest step that makes sense. */
export function span(seconds: number): string {
  if (seconds < 60) return t('settings.seconds', { count: Math.ceil(seconds) })
  if (seconds < 3600) return t('settings.minutes', { count: Math.floor(seconds / 60) })
  if (seconds < 172800) return t('settings.hours', { count: Math.floor(seconds / 3600) })
  return t('settings.days', { count: Math.floor(seconds / 86400) })
}
