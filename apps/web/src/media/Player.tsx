// SPDX-License-Identifier: MIT
import { t } from '../i18n/index.ts'
import type { Opened } from './blobs.ts'

export function Player({ opened, name }: { opened: Opened; name: string }) {
  return (
    <figure class="player">
      {opened.kind === 'video' ? (
        // biome-ignore lint/a11y/useMediaCaption: what people record has no captions
        <video src={opened.url} controls playsInline preload="metadata" aria-label={name} />
      ) : (
        // biome-ignore lint/a11y/useMediaCaption: what people record has no captions
        <audio src={opened.url} controls preload="metadata" aria-label={name} />
      )}
      <figcaption class="quiet">{name}</figcaption>
    </figure>
  )
}

/** The type is taken away, so that the browser has nothing to open. */
export function save(opened: Opened, name: string): void {
  const url = URL.createObjectURL(new Blob([opened.blob], { type: 'application/octet-stream' }))
  const a = document.createElement('a')
  a.href = url
  a.download = name.replace(/[\\/:*?"<>|\p{Cc}\p{Cf}]/gu, '_')
  a.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}

export function SaveButton({ name, onClick }: { name: string; onClick: () => void }) {
  return (
    <button type="button" class="button small" onClick={onClick}>
      {t('media.download', { name })}
    </button>
  )
}
