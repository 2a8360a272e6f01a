// SPDX-License-Identifier: MIT
// The same files while another tab has them and does not answer: everything can be read, nothing is written.
// So no message can come to be that the other tab does not know of.
import { ERR } from './core.ts'
import { Disk, errorOf } from './disk.ts'

/** TypeScript's own list of the browser's interfaces has it for a Worker only. */
declare class FileReaderSync {
  readAsArrayBuffer(blob: Blob): ArrayBuffer
}

export class ReadDisk extends Disk {
  override readonly isReadOnly = true
  #slots: File[] = []
  #reader = new FileReaderSync()

  override async openSlots(): Promise<void> {
    for await (const [name, handle] of this.eachSlot())
      this.slots.set(name, this.#slots.push(await handle.getFile()) - 1)
  }

  override read(file: number, at: number, out: Uint8Array): number {
    try {
      const bytes = new Uint8Array(this.#reader.readAsArrayBuffer(this.#slots[file]!.slice(at, at + out.length)))
      out.set(bytes)
      return bytes.length
    } catch (error) {
      return errorOf(error)
    }
  }

  override size(file: number): number {
    return this.#slots[file]?.size ?? ERR.IO
  }

  override write(): number {
    return ERR.IO
  }
  override truncate(): number {
    return ERR.IO
  }
  override sync(): number {
    return ERR.OK
  }
  override async create(): Promise<number> {
    return ERR.IO
  }
  override async delete(): Promise<number> {
    return ERR.IO
  }
  override async put(): Promise<void> {
    throw new DOMException('another tab has the files', 'NoModificationAllowedError')
  }
  override async remove(): Promise<void> {
    await this.put()
  }
  override async putBlob(): Promise<number> {
    return ERR.IO
  }
  override dropBlob(): void {}
  override closeSlots(): void {}
}
