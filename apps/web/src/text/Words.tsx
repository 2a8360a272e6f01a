// SPDX-License-Identifier: MIT
import { render as mount } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { language, t } from '../i18n/index.ts'
import { Media } from '../media/Media.tsx'
import type { FileRef } from '../node/content.ts'
import { render } from './markdown.ts'

const LONG = 3000

interface Props {
  text: string
  files?: FileRef[]
  /** Long ones are folded until asked for. */
  fold?: boolean
}

/** What somebody wrote, with their photos and files in place. */
export function Words({ text, files = [], fold = false }: Props) {
  const ref = useRef<HTMLDivElement>(null)
  const [open, setOpen] = useState(!fold || text.length < LONG)
  const html = useMemo(() => render(text), [text, language.value])
  const key = files.map(f => f.link).join()

  useEffect(() => {
    const places = ref.current?.querySelectorAll<HTMLElement>('[data-blob],[data-file]') ?? []
    const used = new Set<string>()
    for (const place of places) {
      const { blob, file, alt, name } = place.dataset
      const link = blob ?? file ?? ''
      used.add(link)
      mount(
        <Media
          link={link}
          alt={alt ?? name ?? ''}
          known={files.find(f => f.link === link)}
          inline={blob !== undefined}
        />,
        place,
      )
    }
    return () => {
      for (const place of places) mount(null, place)
    }
  }, [html, key])

  if (!text.trim()) return null
  return (
    <>
      {/* A TrustedHTML made by DOMPurify; anything else is refused by the browser. */}
      <div
        class={open ? 'words' : 'words folded'}
        dir="auto"
        ref={ref}
        dangerouslySetInnerHTML={{ __html: html as unknown as string }}
      />
      {!open && (
        <button type="button" class="link" onClick={() => setOpen(true)}>
          {t('post.long')}
        </button>
      )}
    </>
  )
}
