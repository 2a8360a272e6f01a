// SPDX-License-Identifier: MIT
import { useEffect, useRef, useState } from 'preact/hooks'
import { bytes, t } from '../i18n/index.ts'
import { isReady } from '../node/client.ts'
import { File as FileIcon } from '../parts/icons.ts'
import type { Opened } from './blobs.ts'
import { type FileList, readFile, readList } from './large.ts'
import { Player, SaveButton, save } from './Player.tsx'

interface Props {
  link: string
  name: string
  size: number
  mime?: string | undefined
}

/** A list of blobs: says what it is at once, fetches when asked, goes on where it stopped. */
export function LargeFile({ link, name, size, mime }: Props) {
  const [list, setList] = useState<FileList>()
  const [done, setDone] = useState(-1)
  const [opened, setOpened] = useState<Opened>()
  const [bad, setBad] = useState(false)
  const stop = useRef<AbortController>(null)
  const whole = list?.size ?? size
  const title = name || list?.name || t('media.unnamed')

  useEffect(() => () => stop.current?.abort(), [])
  useEffect(() => () => void (opened && URL.revokeObjectURL(opened.url)), [opened])

  const fetchAll = async (): Promise<void> => {
    stop.current = new AbortController()
    setDone(0)
    try {
      const known = list ?? (await readList(link))
      if (!known) return setBad(true)
      setList(known)
      const got = await readFile(known, setDone, stop.current.signal)
      setOpened(got)
      if (got.kind === 'file' || got.kind === 'image') save(got, name || known.name)
    } catch {
      setDone(-1)
    }
  }

  if (bad) return <p class="blank">{t('media.refused')}</p>
  if (opened && (opened.kind === 'video' || opened.kind === 'audio')) return <Player opened={opened} name={title} />
  const running = done >= 0 && !opened
  const playable =
    /^(video|audio)\//.test(list?.mime ?? mime ?? '') || /\.(mp4|webm|m4a|mp3|ogg|mov|wav|flac)$/i.test(title)
  return (
    <div class="fileline">
      <FileIcon class="icon" aria-hidden="true" />
      <span class="name">{title}</span>
      <span class="quiet">{running ? t('media.got', { done: bytes(done), size: bytes(whole) }) : bytes(whole)}</span>
      {running && (
        <>
          <progress
            value={done}
            max={whole}
            aria-label={t('media.getting', { name: title, done: bytes(done), size: bytes(whole) })}
          />
          <button type="button" class="button small" onClick={() => stop.current?.abort()}>
            {t('media.stop')}
          </button>
        </>
      )}
      {opened && <SaveButton name={title} onClick={() => save(opened, title)} />}
      {!running && !opened && (
        <button type="button" class="button small" disabled={!isReady.value} onClick={() => void fetchAll()}>
          {t(playable ? 'media.play' : 'media.download', { name: title })}
        </button>
      )}
    </div>
  )
}
