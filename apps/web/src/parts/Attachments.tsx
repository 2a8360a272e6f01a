// SPDX-License-Identifier: MIT
import { useId } from 'preact/hooks'
import { bytes, t } from '../i18n/index.ts'
import { useBlob } from '../media/useBlob.ts'
import type { Attached } from './drafts.ts'
import { File as FileIcon, X } from './icons.ts'
import type { Busy } from './useAdding.ts'

interface Props {
  files: Attached[]
  busy: Busy[]
  onStop: (b: Busy) => void
  onChange: (files: Attached[]) => void
}

export function Attachments({ files, busy, onStop, onChange }: Props) {
  if (!files.length && !busy.length) return null
  return (
    <ul class="attached">
      {files.map((f, i) => (
        <li key={f.link}>
          <Thumb file={f} />
          <Describe file={f} onAlt={alt => onChange(files.map((x, j) => (i === j ? { ...x, alt } : x)))} />
          <button
            type="button"
            class="ghost only"
            aria-label={t('composer.removeFile', { name: f.name })}
            onClick={() => onChange(files.filter((_, j) => i !== j))}
          >
            <X class="icon" aria-hidden="true" />
          </button>
        </li>
      ))}
      {busy.map(b => (
        <li key={b.id}>
          <span class="file">
            <FileIcon class="icon" aria-hidden="true" />
          </span>
          <span class="stack tight">
            <span class="quiet">
              {t('composer.adding', { name: b.name, done: bytes(b.done), size: bytes(b.size) })}
            </span>
            <progress value={b.done} max={Math.max(1, b.size)} aria-label={b.name} />
          </span>
          <button type="button" class="ghost only" aria-label={t('media.stop')} onClick={() => onStop(b)}>
            <X class="icon" aria-hidden="true" />
          </button>
        </li>
      ))}
    </ul>
  )
}

function Thumb({ file }: { file: Attached }) {
  const { opened } = useBlob(file.kind === 'image' ? file.link : undefined)
  if (opened?.kind === 'image') return <img src={opened.url} alt="" />
  return (
    <span class="file">
      <FileIcon class="icon" aria-hidden="true" />
    </span>
  )
}

function Describe({ file, onAlt }: { file: Attached; onAlt: (alt: string) => void }) {
  const id = useId()
  if (file.kind !== 'image') {
    return (
      <span>
        {file.name} <span class="quiet">{bytes(file.size)}</span>
      </span>
    )
  }
  return (
    <div class="field">
      <label for={id}>{t('composer.alt')}</label>
      <input id={id} class="input" maxLength={1000} value={file.alt} onInput={e => onAlt(e.currentTarget.value)} />
      {file.shrunk && <span class="hint">{t('composer.shrunk')}</span>}
    </div>
  )
}
