// SPDX-License-Identifier: MIT
// What a browser allows a page to keep, and whether it may take it away.
import { useEffect, useState } from 'preact/hooks'
import { bytes, t } from '../i18n/index.ts'
import { href } from '../route.ts'
import { keep } from './keep.ts'
import { sha256 } from './start.ts'

const LOOK_MS = 5000
/** Of what is allowed: from here on it is said. */
const LITTLE = 0.9

export default function Kept() {
  const [room, setRoom] = useState<{ used: number; size: number }>()
  const [safe, setSafe] = useState<boolean>()
  const [refused, setRefused] = useState(false)
  useEffect(() => {
    const look = async (): Promise<void> => {
      const { usage = 0, quota = 0 } = await navigator.storage.estimate()
      setRoom({ used: usage, size: quota })
      setSafe(await navigator.storage.persisted())
    }
    void look()
    const timer = setInterval(() => void look(), LOOK_MS)
    return () => clearInterval(timer)
  }, [])
  if (!room) return null
  return (
    <section class="stone stack tight" aria-labelledby="kept">
      <h2 id="kept">{t('tab.keptTitle')}</h2>
      <p>{t('tab.keptText')}</p>
      <p>
        <a href={href.backup}>{t('tab.keptWords')}</a>
      </p>
      {room.size > 0 && (
        <>
          <progress max={room.size} value={Math.min(room.size, room.used)} aria-labelledby="kept-use" />
          <p class="quiet" id="kept-use">
            {t('tab.keptUse', { used: bytes(room.used), size: bytes(room.size) })}
          </p>
          {room.used > room.size * LITTLE && <p class="notice danger">{t('tab.keptFull')}</p>}
        </>
      )}
      <p class="quiet" role="status">
        {t(safe ? 'tab.keptSafe' : refused ? 'tab.keptRefused' : 'tab.keptUnsafe')}
      </p>
      {!safe && (
        <p>
          <button
            type="button"
            class="button small"
            onClick={() =>
              void keep().then(it => {
                setSafe(it)
                setRefused(!it)
              })
            }
          >
            {t('tab.keptAsk')}
          </button>
        </p>
      )}
      <p class="quiet id">{t('tab.module', { sha: sha256 })}</p>
    </section>
  )
}
