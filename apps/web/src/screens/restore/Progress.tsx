// SPDX-License-Identifier: MIT
import { bytes, t } from '../../i18n/index.ts'
import { isReady } from '../../node/client.ts'
import { type Progress, progress } from '../../node/restoring.ts'

function say(p: Progress): string {
  switch (p.step) {
    case 'opening':
      return p.done < p.size
        ? t('restore.opening', { done: bytes(p.done), size: bytes(p.size) })
        : t('restore.unsealing', { size: bytes(p.size) })
    case 'checking':
      return t('restore.checking', { messages: p.messages, blobs: p.blobs })
    case 'becoming':
      return t('restore.becoming')
    case 'messages':
      return t('restore.givingMessages', { done: p.done, all: p.all })
    case 'blobs':
      return t('restore.givingBlobs', { done: p.done, all: p.all })
    default:
      return [
        t('restore.given', { messages: p.messages, blobs: p.blobs }),
        p.refused ? t('restore.refused', { count: p.refused }) : '',
      ].join(' ')
  }
}

/** How far the file has got into the node. */
export function FileProgress() {
  const p = progress.value
  if (!p) return null
  const [done, all] = p.step === 'opening' ? [p.done, p.size] : 'all' in p ? [p.done, p.all] : [undefined, undefined]
  return (
    <div class="stone stack tight">
      <p role="status">{say(p)}</p>
      {p.step !== 'done' && all !== 0 && <progress value={done} max={all} aria-label={t('restore.fileProgress')} />}
      {p.step !== 'done' && !isReady.value && <p class="quiet">{t('restore.nodeAway')}</p>}
    </div>
  )
}
