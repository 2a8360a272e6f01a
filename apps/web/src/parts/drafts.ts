// SPDX-License-Identifier: MIT
// What is being written, kept in this browser for each place where one can write.
import { signal } from '@preact/signals'
import type { To } from '../node/circles.ts'
import { BLOB_LIMIT, type Draft, type FileRef } from '../node/content.ts'
import type { Waiting } from '../node/outbox.ts'
import { read, write } from '../node/storage.ts'

export interface Attached extends FileRef {
  kind: 'image' | 'audio' | 'video' | 'file'
  alt: string
  /** It was drawn anew. */
  shrunk?: boolean
}

export interface Kept {
  text: string
  warning: string | null
  files: Attached[]
  /** Who was chosen to read it; undefined: whoever reads what is written there. */
  to?: To | undefined
}

export const EMPTY: Kept = { text: '', warning: null, files: [], to: undefined }
/** Grows when a draft was put back from outside its composer. */
export const version = signal(0)

const key = (place: string): string => `draft.${place}`

export const readDraft = (place: string): Kept => ({ ...EMPTY, ...read<Kept>(key(place)) })
export const isBlank = (k: Kept): boolean => !k.text.trim() && !k.files.length && !k.warning
export const writeDraft = (place: string, kept: Kept): boolean => write(key(place), isBlank(kept) ? undefined : kept)

/** What was taken back before it was signed goes where it came from, before what stands there now. */
export function putBack(it: Waiting): void {
  const old = it.kept as Kept | undefined
  if (!old) return
  const now = readDraft(it.place)
  writeDraft(it.place, {
    text: [old.text, now.text].filter(Boolean).join('\n\n'),
    warning: old.warning ?? now.warning,
    files: [...old.files, ...now.files],
    // Two that become one are for the fewer.
    to: isBlank(now) ? old.to : now.to?.length ? now.to : old.to?.length ? old.to : old.to && now.to,
  })
  version.value++
}

const label = (text: string): string => text.replace(/[[\]\\\n]/g, ' ').trim()

/** Photos and files follow the words, written so that other Scuttlebutt apps show them too. */
function marks(f: Attached): string {
  if (f.kind === 'image') return `![${label(f.alt || f.name)}](${f.link})`
  if (f.kind !== 'file' && f.size <= BLOB_LIMIT) return `![${f.kind}:${label(f.name)}](${f.link})`
  return `[${label(f.name)}](${f.link})`
}

export function compose(kept: Kept, about: Omit<Draft, 'text'>): Draft {
  const text = [kept.text.trim(), kept.files.map(marks).join('\n')].filter(Boolean).join('\n\n')
  const files = kept.files.map(({ link, name, type, size, mime }) => ({
    link,
    name,
    type,
    size,
    ...(mime && { mime }),
  }))
  return { text, files, ...(kept.warning && { warning: kept.warning.trim() }), ...about }
}
