// SPDX-License-Identifier: MIT
// Getting oneself back from a backup file (docs/protocol/backup.md): open it, become that person, give
// the node what is in it. Each step can be done twice, so whatever breaks in between is begun anew.
import { signal } from '@preact/signals'
import type { Brought } from '../account/wish.ts'
import { ask, codeOf, KithError, meId, node, pour } from './client.ts'
import { lookAtGuard } from './guard.ts'
import { dropStash, getStash, putStash, type Stash } from './stash.ts'
import type { Json } from './types.ts'
import { inTab } from './where.ts'

export type Progress =
  | { step: 'opening'; done: number; size: number }
  | { step: 'checking'; messages: number; blobs: number }
  | { step: 'becoming' }
  | { step: 'messages' | 'blobs'; done: number; all: number }
  | { step: 'done'; messages: number; blobs: number; refused: number }

/** Of the file that is being restored, if any. */
export const progress = signal<Progress | undefined>(undefined)

const VERSION = 1
const VAULT = 'kith-vault 1\n'

interface Head {
  id: string
  secret: Json
  sequence: number
  made: number
  addresses: string[]
}

/** The plain lines of an age file. What comes back is good: its end is sealed, too. */
async function unseal(file: Blob, passphrase: string): Promise<Blob> {
  const stream = node.duplex('identity.unseal', [{ passphrase }])
  const parts: Uint8Array<ArrayBuffer>[] = []
  progress.value = { step: 'opening', done: 0, size: file.size }
  const writing = (async () => {
    let done = 0
    for (let at = 0; at < file.size; at += 65536) {
      const piece = new Uint8Array(await file.slice(at, at + 65536).arrayBuffer())
      await stream.write(piece)
      done += piece.length
      progress.value = { step: 'opening', done, size: file.size }
    }
    await stream.write(null)
  })()
  // When the stream fails, the reader below says why.
  writing.catch(() => {})
  for await (const part of stream) parts.push(part as Uint8Array<ArrayBuffer>)
  return new Blob(parts)
}

async function* linesOf(blob: Blob): AsyncGenerator<string> {
  const decoder = new TextDecoder()
  const reader = blob.stream().getReader()
  let rest: string[] = []
  for (;;) {
    const { done, value } = await reader.read()
    const texts = (done ? decoder.decode() : decoder.decode(value, { stream: true })).split('\n')
    for (const text of texts.slice(0, -1)) {
      rest.push(text)
      yield rest.join('')
      rest = []
    }
    rest.push(texts.at(-1)!)
    if (done) break
  }
  const last = rest.join('')
  if (last) yield last
}

type Line = { key?: unknown; value?: unknown; loose?: unknown; blob?: unknown; data?: unknown }

const read = (line: string): Line => {
  const it: unknown = JSON.parse(line)
  return typeof it === 'object' && it !== null ? (it as Line) : {}
}
const isMessageLine = (it: Line): boolean => typeof it.value === 'object' && it.value !== null
const isBlobLine = (it: Line): it is { blob: string; data: string } =>
  typeof it.blob === 'string' && typeof it.data === 'string'

function headOf(line: string): Head {
  const it = JSON.parse(line) as Record<string, unknown> & { secret?: { id?: unknown } }
  if (it?.kith !== 'backup' || it.version !== VERSION || typeof it.secret?.id !== 'string')
    throw new KithError('syntax', 'no backup')
  return {
    id: it.secret.id,
    secret: it.secret as Json,
    sequence: Number.isSafeInteger(it.sequence) ? (it.sequence as number) : 0,
    made: typeof it.made === 'number' ? it.made : 0,
    addresses: Array.isArray(it.addresses) ? it.addresses.filter(x => typeof x === 'string') : [],
  }
}

/** Reads all of it once before anything is taken from it. */
async function check(plain: Blob): Promise<{ head: Head; stash: Stash }> {
  let head: Head | undefined
  let first = 0
  let messages = 0
  let blobs = 0
  try {
    for await (const line of linesOf(plain)) {
      if (!head) {
        head = headOf(line)
        first = new TextEncoder().encode(line).length + 1
        continue
      }
      const it = read(line)
      if (isMessageLine(it)) messages++
      else if (isBlobLine(it)) blobs++
      if ((messages + blobs) % 100 === 0) progress.value = { step: 'checking', messages, blobs }
    }
  } catch {
    head = undefined
  }
  if (!head) throw new KithError('syntax', 'the file opens, but is no backup that this kith knows')
  const { id, made, addresses } = head
  return { head, stash: { id, made, addresses, messages, blobs, lines: plain.slice(first) } }
}

/** What is in a vault that somebody has kept (docs/protocol/vault.md); any other file as it is. */
async function outOfVault(file: Blob, passphrase: string): Promise<{ file: Blob; passphrase: string }> {
  if ((await file.slice(0, VAULT.length).text()) !== VAULT) return { file, passphrase }
  if (!inTab.peek()) throw new KithError('vault', 'a vault')
  progress.value = { step: 'opening', done: 0, size: file.size }
  const { introduced } = await import('../tab/start.ts')
  const bytes = new Uint8Array(await file.arrayBuffer())
  const inner = await introduced<Brought>({ is: 'account', wish: { do: 'open', file: bytes, password: passphrase } })
  return { file: new Blob([inner.file]), passphrase: inner.passphrase }
}

/** A file that is kept at an HTTP store. */
export const fetchFile = async (from: string): Promise<Blob> => (await import('../account/store.ts')).getCopy(from)

/** Opens the file, becomes its person and goes on; the page may be loaded anew in between. */
export async function restoreFile(file: Blob, passphrase: string): Promise<void> {
  try {
    const inner = await outOfVault(file, passphrase)
    const { head, stash } = await check(await unseal(inner.file, inner.passphrase))
    progress.value = { step: 'becoming' }
    await putStash(stash)
    try {
      await ask('identity.restore', { secret: head.secret, ...(head.sequence && { sequence: head.sequence }) })
    } catch (error) {
      if (codeOf(error) !== 'away') await dropStash()
      throw error
    }
    // Somebody else: start.ts loads the page anew as soon as the node is back. The same: on at once.
    if (meId.peek() === head.id) await goOn(stash)
  } catch (error) {
    progress.value = undefined
    throw error
  }
}

/** Goes on with what a reload has interrupted; false if there is nothing. */
export async function resume(): Promise<boolean> {
  if (progress.peek()) return true
  const stash = await getStash().catch(() => undefined)
  if (!stash) return false
  if (stash.id !== meId.peek()) {
    await dropStash() // of a restore that did not come about
    return false
  }
  await goOn(stash)
  return true
}

async function goOn(stash: Stash): Promise<void> {
  for (;;) {
    await node.ready()
    if (node.id !== stash.id) return
    try {
      await deliver(stash)
      await dropStash()
      return
    } catch (error) {
      if (codeOf(error) !== 'away' && codeOf(error) !== 'busy') {
        progress.value = undefined
        throw error
      }
    }
  }
}

/** Messages first; then the photos, and the addresses of people who may know more. */
async function deliver(stash: Stash): Promise<void> {
  const refused = await giveMessages(stash)
  await giveLoose(stash)
  await lookAtGuard()
  for (const address of stash.addresses) await ask('conn.connect', address).catch(passAway)
  await giveBlobs(stash)
  progress.value = { step: 'done', messages: stash.messages, blobs: stash.blobs, refused }
}

/** A bad address is passed over; a node that is away is not. */
function passAway(error: unknown): void {
  if (codeOf(error) === 'away') throw error
}

async function giveMessages(stash: Stash): Promise<number> {
  const stream = node.duplex('import', [])
  let done = 0
  progress.value = { step: 'messages', done, all: stash.messages }
  const outcome = (async () => {
    for await (const item of stream) return item.invalid
    throw new KithError('away', 'the import had no end')
  })()
  outcome.catch(() => {})
  try {
    for await (const line of linesOf(stash.lines)) {
      const it = read(line)
      if (!isMessageLine(it)) continue
      await stream.write(it as never)
      done++
      if (done === stash.messages) break
      if (done % 50 === 0) progress.value = { step: 'messages', done, all: stash.messages }
    }
    await stream.write(null)
    progress.value = { step: 'messages', done, all: stash.messages }
    return await outcome
  } finally {
    stream.close()
  }
}

/** Posts of friends, to be seen until their feeds have come (docs/protocol/vault.md). */
async function giveLoose(stash: Stash): Promise<void> {
  let stream: ReturnType<typeof looseStream> | undefined
  for await (const line of linesOf(stash.lines)) {
    const { loose } = read(line)
    if (typeof loose !== 'object' || loose === null) continue
    stream ??= looseStream()
    await stream.write({ value: loose } as never)
  }
  if (!stream) return
  await stream.write(null)
  for await (const _ of stream) break
  stream.close()
}
const looseStream = () => node.duplex('import', [{ loose: true }])

async function giveBlobs(stash: Stash): Promise<void> {
  let done = 0
  progress.value = { step: 'blobs', done, all: stash.blobs }
  for await (const line of linesOf(stash.lines)) {
    const it = read(line)
    if (!isBlobLine(it)) continue
    if (!(await ask('blobs.has', it.blob))) await pour('blobs.add', bytesOf(it.data))
    done++
    progress.value = { step: 'blobs', done, all: stash.blobs }
  }
}

async function* bytesOf(base64: string): AsyncGenerator<Uint8Array> {
  // A multiple of four, so that every piece is base64 of its own.
  for (let at = 0; at < base64.length; at += 65536)
    yield Uint8Array.from(atob(base64.slice(at, at + 65536)), c => c.charCodeAt(0))
}
