// SPDX-License-Identifier: MIT
// What a tab keeps, in the browser's private file system (OPFS), below the folder `kith`:
//
//   secret            the key, as ssb-keys writes it
//   secret.unused-…   a key that another one took the place of
//   guard             there while this store is known to be the original, and not a part of one
//   store/            slots of the log and its snapshots
//   outpackets/       packets that wait for their road, by their ticket; the address is the first line
//   inpackets/        packets that a later version may understand
//   inpackets-read    the version that has read those last, and how far
//   blobs/            photos and files: 64 hexadecimal digits of the hash, a dash, the size
import { ERR, type Files } from './core.ts'

/** TypeScript's own list of the browser's interfaces has these for a Worker only. */
interface SyncAccessHandle {
  read(out: Uint8Array, options: { at: number }): number
  write(bytes: Uint8Array, options: { at: number }): number
  truncate(size: number): undefined
  getSize(): number
  flush(): undefined
  close(): void
}
interface FileHandle extends FileSystemFileHandle {
  createSyncAccessHandle(): Promise<SyncAccessHandle>
  move?(name: string): Promise<void>
}
type Folder = FileSystemDirectoryHandle & AsyncIterable<[string, FileSystemHandle]>

/** As is_slot_name in drivers/slots_posix.c: all else in the folder is left alone. */
const SLOT = /^(?:log|snapshot)-[a-z0-9.-]{1,26}$/
const BLOB = /^([0-9a-f]{64})-(\d+)$/
/** Another tab's Worker that has just ended may hold its files a moment longer. */
const PATIENCE_MS = 10_000

const isName = (error: unknown, name: string): boolean => error instanceof DOMException && error.name === name

/** What the node is told of a disk that refuses. */
export const errorOf = (error: unknown): number =>
  isName(error, 'QuotaExceededError') ? ERR.FULL : isName(error, 'NotFoundError') ? ERR.NOT_FOUND : ERR.IO

async function openFile(handle: FileHandle): Promise<SyncAccessHandle> {
  const until = performance.now() + PATIENCE_MS
  for (;;) {
    try {
      return await handle.createSyncAccessHandle()
    } catch (error) {
      if (!isName(error, 'NoModificationAllowedError') || performance.now() > until) throw error
    }
    await new Promise(resolve => setTimeout(resolve, 50))
  }
}

export class Disk implements Files {
  #home!: Folder
  #store!: Folder
  #blobs!: Folder
  #open: (SyncAccessHandle | undefined)[] = []
  /** Numbers of open slots. */
  slots = new Map<string, number>()
  /** Blobs and the names of their files. */
  #files = new Map<string, string>()
  #changes: Promise<void> = Promise.resolve()
  readonly isReadOnly: boolean = false

  static async open(disk = new Disk()): Promise<Disk> {
    const root = await navigator.storage.getDirectory()
    disk.#home = (await root.getDirectoryHandle('kith', { create: true })) as Folder
    disk.#store = (await disk.#home.getDirectoryHandle('store', { create: true })) as Folder
    disk.#blobs = (await disk.#home.getDirectoryHandle('blobs', { create: true })) as Folder
    return disk
  }

  // ---- small files ----

  async get(name: string): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const file = await (await this.#home.getFileHandle(name)).getFile()
      return new Uint8Array(await file.arrayBuffer())
    } catch (error) {
      if (isName(error, 'NotFoundError')) return undefined
      throw error
    }
  }

  /** One after the other: of two that change one file, the second one is what is there afterwards. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const done = this.#changes.then(change)
    this.#changes = done.catch(() => {})
    return done
  }

  /** What was put is there. */
  idle(): Promise<void> {
    return this.#changes
  }

  /** Beside what is there, and then in its place: a file is never half of one. */
  put(name: string, bytes: Uint8Array): Promise<void> {
    return this.#inTurn(() => write(this.#home, name, bytes))
  }

  remove(name: string): Promise<void> {
    return this.#inTurn(() =>
      this.#home.removeEntry(name).catch(error => {
        if (!isName(error, 'NotFoundError')) throw error
      }),
    )
  }

  // ---- slots ----

  protected async *eachSlot(): AsyncGenerator<[string, FileHandle]> {
    for await (const [name, handle] of this.#store) {
      if (handle.kind === 'file' && SLOT.test(name)) yield [name, handle as FileHandle]
    }
  }

  /** And clears away what a page that was killed has left half written: it may be half a key. */
  async openSlots(): Promise<void> {
    await clear(this.#home)
    for (const folder of ['outpackets', 'inpackets']) await clear(await this.#packets(folder))
    for await (const [name, handle] of this.eachSlot()) this.#add(name, await openFile(handle))
  }

  #add(name: string, file: SyncAccessHandle): number {
    const number = this.#open.push(file) - 1
    this.slots.set(name, number)
    return number
  }

  /** The number of the new file, or an error. */
  async create(name: string): Promise<number> {
    if (!SLOT.test(name)) return ERR.ARG
    if (this.slots.has(name)) return ERR.EXISTS
    try {
      const handle = (await this.#store.getFileHandle(name, { create: true })) as FileHandle
      const file = await openFile(handle)
      file.truncate(0)
      return this.#add(name, file)
    } catch (error) {
      return errorOf(error)
    }
  }

  async delete(name: string): Promise<number> {
    const number = this.slots.get(name)
    if (number === undefined) return ERR.NOT_FOUND
    this.#open[number]?.close()
    this.#open[number] = undefined
    this.slots.delete(name)
    try {
      await this.#store.removeEntry(name)
      return ERR.OK
    } catch (error) {
      return isName(error, 'NotFoundError') ? ERR.OK : errorOf(error)
    }
  }

  sync(name: string): number {
    const number = this.slots.get(name)
    if (number === undefined) return ERR.NOT_FOUND
    return this.#try(() => this.#open[number]!.flush() ?? ERR.OK)
  }

  /** Lets another tab have them. */
  closeSlots(): void {
    for (const file of this.#open.splice(0)) file?.close()
    this.slots.clear()
  }

  #try(work: () => number): number {
    try {
      return work()
    } catch (error) {
      return errorOf(error)
    }
  }

  read(file: number, at: number, out: Uint8Array): number {
    return this.#try(() => this.#open[file]!.read(out, { at }))
  }

  write(file: number, at: number, bytes: Uint8Array): number {
    return this.#try(() => (this.#open[file]!.write(bytes, { at }) === bytes.length ? ERR.OK : ERR.FULL))
  }

  truncate(file: number, size: number): number {
    return this.#try(() => this.#open[file]!.truncate(size) ?? ERR.OK)
  }

  size(file: number): number {
    return this.#try(() => this.#open[file]!.getSize())
  }

  // ---- packets ----

  #packets(folder: string): Promise<Folder> {
    return this.#home.getDirectoryHandle(folder, { create: true }) as Promise<Folder>
  }

  async putPacket(folder: string, name: string, bytes: Uint8Array): Promise<void> {
    await write(await this.#packets(folder), name, bytes)
  }

  async packetNames(folder: string): Promise<string[]> {
    const names: string[] = []
    for await (const [name] of await this.#packets(folder)) if (!name.startsWith('part-')) names.push(name)
    return names.sort()
  }

  async getPacket(folder: string, name: string): Promise<Uint8Array<ArrayBuffer>> {
    const file = await (await (await this.#packets(folder)).getFileHandle(name)).getFile()
    return new Uint8Array(await file.arrayBuffer())
  }

  async dropPacket(folder: string, name: string): Promise<void> {
    await (await this.#packets(folder)).removeEntry(name).catch(() => {})
  }

  // ---- blobs ----

  async eachBlob(known: (blob: string, size: number) => void): Promise<void> {
    this.#files.clear()
    if (!this.isReadOnly) await clear(this.#blobs)
    for await (const [name] of this.#blobs) {
      const [, blob, size] = BLOB.exec(name) ?? []
      if (!blob) continue
      this.#files.set(blob, name)
      known(blob, Number(size))
    }
  }

  async putBlob(blob: string, bytes: Uint8Array): Promise<number> {
    const name = `${blob}-${bytes.length}`
    try {
      await write(this.#blobs, name, bytes)
      this.#files.set(blob, name)
      return ERR.OK
    } catch (error) {
      return errorOf(error)
    }
  }

  async getBlob(blob: string): Promise<Uint8Array<ArrayBuffer> | number> {
    const name = this.#files.get(blob)
    if (!name) return ERR.NOT_FOUND
    try {
      const file = await (await this.#blobs.getFileHandle(name)).getFile()
      return new Uint8Array(await file.arrayBuffer())
    } catch (error) {
      return errorOf(error)
    }
  }

  dropBlob(blob: string): void {
    const name = this.#files.get(blob)
    if (!name) return
    this.#files.delete(blob)
    this.#blobs.removeEntry(name).catch(() => {})
  }
}

let parts = 0

async function clear(folder: Folder): Promise<void> {
  for await (const [name] of folder) if (name.startsWith('part-')) await folder.removeEntry(name).catch(() => {})
}

/** A browser that cannot rename gets the bytes a second time, under their own name. */
async function write(folder: Folder, name: string, bytes: Uint8Array): Promise<void> {
  const part = `part-${Date.now()}-${++parts}`
  const handle = (await folder.getFileHandle(part, { create: true })) as FileHandle
  try {
    await fill(handle, bytes)
    if (handle.move) return await handle.move(name)
    await fill((await folder.getFileHandle(name, { create: true })) as FileHandle, bytes)
  } catch (error) {
    await folder.removeEntry(part).catch(() => {})
    throw error
  }
  await folder.removeEntry(part)
}

async function fill(handle: FileHandle, bytes: Uint8Array): Promise<void> {
  const file = await handle.createSyncAccessHandle()
  try {
    file.truncate(0)
    if (file.write(bytes, { at: 0 }) !== bytes.length) throw new DOMException('no room', 'QuotaExceededError')
    file.flush()
  } finally {
    file.close()
  }
}
