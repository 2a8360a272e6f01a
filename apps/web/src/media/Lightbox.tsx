// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks'
import { t } from '../i18n/index.ts'
import { X } from '../parts/icons.ts'

/** One photo on the whole screen; a click shows it at its own size. */
export function Lightbox({ url, alt, onClose }: { url: string; alt: string; onClose: () => void }) {
  const ref = useRef<HTMLDialogElement>(null)
  const [whole, setWhole] = useState(false)
  useEffect(() => ref.current?.showModal(), [])
  return (
    <dialog class="lightbox" ref={ref} onClose={onClose} aria-label={alt || t('media.photoBy')}>
      <figure>
        {/* biome-ignore lint/a11y/useKeyWithClickEvents: zooming is the browser's for the keyboard */}
        <img class={whole ? 'whole' : ''} src={url} alt={alt || t('media.noAlt')} onClick={() => setWhole(!whole)} />
        {alt && <figcaption>{alt}</figcaption>}
      </figure>
      <button type="button" class="ghost only" aria-label={t('common.close')} onClick={() => ref.current?.close()}>
        <X class="icon" aria-hidden="true" />
      </button>
    </dialog>
  )
}
