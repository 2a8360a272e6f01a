// SPDX-License-Identifier: MIT
// What a broker has certified of a friend; checked here when it came, and no longer shown when it has run out.
import { useEffect, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import type { Handle } from '../tab/messages.ts'
import { introduced } from '../tab/start.ts'

export function HandleOf({ id }: { id: string }) {
  const [found, setFound] = useState<Handle | null>(null)
  const ready = isReady.value
  useEffect(() => {
    if (ready) void introduced<Handle | null>({ is: 'handle', id }).then(setFound, () => {})
  }, [ready, id])
  if (!found || found.until < Date.now()) return null
  return (
    <p class="quiet">{t('account.handleAt', { handle: found.handle, host: found.host || t('account.aServer') })}</p>
  )
}
