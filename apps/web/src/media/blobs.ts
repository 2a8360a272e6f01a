// SPDX-License-Identifier: MIT
// Blobs from the node as `blob:` URLs. The newest are kept; the browser's memory is given back for the
// others as soon as nobody shows them.
import { ask, each, pour, seal } from '../node/client.ts'
import { BLOB_LIMIT } from '../node/content.ts'
import { type Kind, sniff } from './sniff.ts'

export interface Opened {
  url: string
  blob: Blob
  kind: Kind
  /** A picture of more pixels than anybody should draw. */
  vast?: boolean
}

interface Cached {
  opened: Promise<Opened>
  url?: string
  users: number
}

const KEPT = 80
const cache = new Map<string, Cached>()

export async function readBlob(id: string): Promise<Uint8Array<ArrayBuffer>[]> {
  if (!(await ask('blobs.has', id))) await ask('blobs.want', id)
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const part of each('blobs.get', [{ key: id, max: BLOB_LIMIT + 1 }]))
    parts.push(part as Uint8Array<ArrayBuffer>)
  return parts
}

async function open(id: string): Promise<Opened> {
  const parts = await readBlob(id)
  const head = await new Blob(parts).slice(0, 64).arrayBuffer()
  const { mime, kind } = sniff(new Uint8Array(head))
  const blob = new Blob(parts, { type: mime })
  // A picture that claims more pixels than there is memory is a file like any other.
  if (kind === 'image' && !(await mayDraw(blob))) return { url: '', blob: new Blob(parts), kind: 'file', vast: true }
  return { url: URL.createObjectURL(blob), blob, kind }
}

async function mayDraw(blob: Blob): Promise<boolean> {
  const { isDrawable } = await import('./extent.ts')
  return isDrawable(new Uint8Array(await blob.arrayBuffer()), blob.type)
}

function tidy(): void {
  for (const [id, it] of cache) {
    if (cache.size <= KEPT) return
    if (it.users > 0) continue
    if (it.url) URL.revokeObjectURL(it.url)
    cache.delete(id)
  }
}

/** Borrows it until `release`; waits for as long as nobody has it. */
export function borrow(id: string, make: (id: string) => Promise<Opened> = open): Promise<Opened> {
  let it = cache.get(id)
  if (it) cache.delete(id)
  else {
    const fresh: Cached = { users: 0, opened: make(id) }
    fresh.opened.then(
      o => {
        fresh.url = o.url
      },
      () => cache.delete(id),
    )
    it = fresh
  }
  cache.set(id, it)
  it.users++
  return it.opened
}

export function release(id: string): void {
  const it = cache.get(id)
  if (it) it.users--
  tidy()
}

/** Sealed: the node encrypts it, and the link has the key. */
export function addBlob(bytes: Blob, sealed = false): Promise<string> {
  return sealed ? seal(chunks(bytes)) : pour('blobs.add', chunks(bytes))
}

async function* chunks(bytes: Blob): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.size; at += 65536) yield new Uint8Array(await bytes.slice(at, at + 65536).arrayBuffer())
}

/** The id that these bytes will have. */
export async function blobId(bytes: Blob): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', await bytes.arrayBuffer()))
  return `&${btoa(String.fromCharCode(...hash))}.sha256`
}
