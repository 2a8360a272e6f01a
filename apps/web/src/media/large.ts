// SPDX-License-Identifier: MIT
// Files above the limit for one blob: a list of blobs that is itself a blob (docs/protocol/large-file.md).
// Both ways resume by themselves: a part that is there already is not moved again.
import { ask } from '../node/client.ts'
import { BLOB_LIMIT, isBlob } from '../node/content.ts'
import { addBlob, blobId, type Opened, readBlob } from './blobs.ts'
import { LIST_TYPE } from './list.ts'
import { sniff } from './sniff.ts'

export const PART = 4 * 1024 * 1024
const MOST_PARTS = 4096

export interface FileList {
  size: number
  mime: string
  name: string
  parts: { link: string; size: number }[]
}

export type Progress = (done: number) => void

/** A sealed blob is that much longer than what is in it. */
const SEAL = 16

/** A part that is there already is not moved again. A sealed one is never there: each has a new key. */
async function addPart(part: Blob, sealed: boolean): Promise<string> {
  if (sealed) return addBlob(part, true)
  const link = await blobId(part)
  return (await ask('blobs.has', link)) ? link : addBlob(part)
}

/** Adds any file and gives the link that stands for it; `list` says whether that is a list. */
export async function addFile(
  file: File,
  progress: Progress,
  signal: AbortSignal,
  sealed = false,
): Promise<{ link: string; list: boolean }> {
  if (file.size + SEAL <= BLOB_LIMIT) return { link: await addBlob(file, sealed), list: false }
  const parts: FileList['parts'] = []
  for (let at = 0; at < file.size; at += PART) {
    signal.throwIfAborted()
    const part = file.slice(at, at + PART)
    parts.push({ link: await addPart(part, sealed), size: part.size })
    progress(at + part.size)
  }
  const said = {
    type: LIST_TYPE,
    version: 1,
    size: file.size,
    mime: file.type || 'application/octet-stream',
    name: file.name,
    parts,
  }
  return { link: await addBlob(new Blob([JSON.stringify(said)]), sealed), list: true }
}

/** What a list says, or undefined if it is none: nothing in it is believed before it adds up. */
export function parseList(text: string): FileList | undefined {
  let said: Partial<FileList> & { type?: unknown; version?: unknown }
  try {
    said = JSON.parse(text)
  } catch {
    return undefined
  }
  if (said?.type !== LIST_TYPE || said.version !== 1 || !Array.isArray(said.parts) || said.parts.length > MOST_PARTS)
    return undefined
  const parts = said.parts.map(p => ({ link: p?.link, size: p?.size }))
  const good = parts.every(p => isBlob(p.link) && Number.isSafeInteger(p.size) && p.size > 0 && p.size <= BLOB_LIMIT)
  if (!good || parts.reduce((sum, p) => sum + p.size, 0) !== said.size) return undefined
  return { size: said.size, mime: String(said.mime ?? ''), name: String(said.name ?? ''), parts }
}

export async function readList(link: string): Promise<FileList | undefined> {
  return parseList(await new Blob(await readBlob(link)).text())
}

/** Fetches all parts, one after the other. */
export async function readFile(list: FileList, progress: Progress, signal: AbortSignal): Promise<Opened> {
  const blobs: Blob[] = []
  let done = 0
  for (const part of list.parts) {
    signal.throwIfAborted()
    const blob = new Blob(await readBlob(part.link))
    if (blob.size !== part.size) throw new Error('a part has another size than its list says')
    blobs.push(blob)
    done += blob.size
    progress(done)
  }
  const head = new Uint8Array(await blobs[0]!.slice(0, 64).arrayBuffer())
  const { mime, kind } = sniff(head)
  const blob = new Blob(blobs, { type: mime })
  return { url: URL.createObjectURL(blob), blob, kind }
}
