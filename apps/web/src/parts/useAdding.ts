// SPDX-License-Identifier: MIT
import { useRef, useState } from 'preact/hooks'
import { allWords, type Key, t } from '../i18n/index.ts'
import { addBlob } from '../media/blobs.ts'
import { LIST_TYPE } from '../media/list.ts'
import { BLOB_LIMIT } from '../node/content.ts'
import type { Attached } from './drafts.ts'
import { toast } from './toast.ts'

export interface Busy {
  id: number
  name: string
  size: number
  done: number
  stop: AbortController
}

const DRAWN = /^image\/(jpeg|png|webp|gif|avif|bmp)$/
let count = 0

async function addPhoto(file: File, sealed: boolean): Promise<Attached | undefined> {
  const { shrink } = await import('../media/shrink.ts')
  const { blob, changed } = await shrink(file)
  if (blob.size > BLOB_LIMIT - 16) return undefined // Room for a seal.
  return {
    kind: 'image',
    link: await addBlob(blob, sealed),
    name: file.name,
    type: blob.type,
    size: blob.size,
    alt: '',
    shrunk: changed,
  }
}

async function addOther(file: File, busy: Busy, progress: (done: number) => void, sealed: boolean): Promise<Attached> {
  const { addFile } = await import('../media/large.ts')
  const { link, list } = await addFile(file, progress, busy.stop.signal, sealed)
  const kind = file.type.startsWith('video/') ? 'video' : file.type.startsWith('audio/') ? 'audio' : 'file'
  return {
    kind,
    link,
    name: file.name,
    type: list ? LIST_TYPE : file.type || 'application/octet-stream',
    size: file.size,
    ...(list && { mime: file.type || 'application/octet-stream' }),
    alt: '',
  }
}

/** Files on their way into the node, and a way to add more. `sealed`: encrypted, for a private message. */
export function useAdding(onAdded: (file: Attached) => void, sealed = false) {
  const [busy, setBusy] = useState<Busy[]>([])
  const added = useRef(onAdded)
  added.current = onAdded

  const addOne = async (it: Busy, file: File): Promise<void> => {
    try {
      it.stop.signal.throwIfAborted()
      const progress = (done: number): void => setBusy(list => list.map(b => (b.id === it.id ? { ...b, done } : b)))
      const photo = DRAWN.test(file.type) ? await addPhoto(file, sealed) : undefined
      added.current(photo ?? (await addOther(file, it, progress, sealed)))
    } catch (error) {
      await allWords().catch(() => {})
      if (!it.stop.signal.aborted)
        toast(t('composer.addFailed', { name: file.name, why: t((error as Error).message as Key) }))
    } finally {
      setBusy(list => list.filter(b => b.id !== it.id))
    }
  }
  /** One after the other, so that they stand in the order in which they were chosen. */
  const add = async (files: Iterable<File>): Promise<void> => {
    const all = [...files].map(file => {
      const it: Busy = { id: ++count, name: file.name, size: file.size, done: 0, stop: new AbortController() }
      return { it, file }
    })
    setBusy(list => [...list, ...all.map(a => a.it)])
    for (const { it, file } of all) await addOne(it, file)
  }
  return { busy, add, stop: (b: Busy): void => b.stop.abort() }
}
