// SPDX-License-Identifier: MIT
import { useEffect, useState } from 'preact/hooks'
import { bytes, t } from '../i18n/index.ts'
import type { FileRef } from '../node/content.ts'
import { File as FileIcon, ImageIcon } from '../parts/icons.ts'
import { later } from '../parts/lazy.tsx'
import type { Opened } from './blobs.ts'
import { LIST_TYPE } from './list.ts'
import { Player, SaveButton, save } from './Player.tsx'
import { useBlob } from './useBlob.ts'

const LargeFile = later(() => import('./LargeFile.tsx').then(m => m.LargeFile))
const Lightbox = later(() => import('./Lightbox.tsx').then(m => m.Lightbox))

interface Props {
  link: string
  alt: string
  known?: FileRef | undefined
  /** Written as a picture: shown in place if it is one. */
  inline: boolean
}

const LABEL = /^(audio|video):/

/** A blob of a post, as what its bytes are. */
export function Media({ link, alt, known, inline }: Props) {
  const name = alt.replace(LABEL, '') || known?.name || t('media.unnamed')
  if (known?.type === LIST_TYPE)
    return <LargeFile link={link} name={known.name || name} size={known.size} mime={known.mime} />
  if (!inline && !playable(known?.type)) return <FileLine link={link} name={name} size={known?.size ?? 0} />
  return <Shown link={link} alt={alt} name={name} />
}

const playable = (type = ''): boolean => /^(audio|video|image)\//.test(type)

function Shown({ link, alt, name }: { link: string; alt: string; name: string }) {
  const { state, opened } = useBlob(link)
  if (opened?.kind === 'image') return <Photo opened={opened} alt={alt} />
  if (opened && opened.kind !== 'file') return <Player opened={opened} name={name} />
  if (opened) return <p class="blank">{t(opened.vast ? 'media.vast' : 'media.refused')}</p>
  return (
    <p class="blank">
      <ImageIcon class="icon" aria-hidden="true" />
      {state === 'late' ? t('media.onItsWay', { name: t('media.photo') }) : t('common.loading')}
    </p>
  )
}

function Photo({ opened, alt }: { opened: Opened; alt: string }) {
  const [large, setLarge] = useState(false)
  const words = alt || t('media.noAlt')
  return (
    <>
      <button
        type="button"
        class="photo"
        aria-label={t('media.enlarge', { alt: words })}
        onClick={() => setLarge(true)}
      >
        <img src={opened.url} alt={words} decoding="async" />
      </button>
      {large && <Lightbox url={opened.url} alt={alt} onClose={() => setLarge(false)} />}
    </>
  )
}

/** Any other file: fetched when asked for, and only ever saved. */
function FileLine({ link, name, size }: { link: string; name: string; size: number }) {
  const [wanted, setWanted] = useState(false)
  const { state, opened } = useBlob(wanted ? link : undefined)
  useEffect(() => {
    if (opened) save(opened, name)
  }, [opened])
  return (
    <span class="fileline">
      <FileIcon class="icon" aria-hidden="true" />
      <span class="name">{name}</span>
      {size > 0 && <span class="quiet">{bytes(size)}</span>}
      {wanted && !opened ? (
        <span class="quiet">
          {state === 'late' ? t('media.onItsWay', { name: t('media.file') }) : t('common.loading')}
        </span>
      ) : (
        <SaveButton name={name} onClick={() => (opened ? save(opened, name) : setWanted(true))} />
      )}
    </span>
  )
}
