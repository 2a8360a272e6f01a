// SPDX-License-Identifier: MIT
// A node as a Worker has it, with a disk in memory.
import fs from 'node:fs'
import { ERR, type Files } from '../src/tab/core.ts'
import type { Disk } from '../src/tab/disk.ts'
import { Host, type Outside } from '../src/tab/host.ts'

const module = new WebAssembly.Module(fs.readFileSync(new URL('../../../build/wasm/kith.wasm', import.meta.url)))

/** What the node needs of a disk; `idle` is the test's. */
export class Memory implements Files {
  slots = new Map<string, number>()
  isReadOnly = false
  idle = async (): Promise<void> => {}
  #small = new Map<string, Uint8Array>()
  #files: Uint8Array[] = []

  openSlots = async (): Promise<void> => {}
  closeSlots(): void {}
  async eachBlob(): Promise<void> {}
  get = async (name: string) => this.#small.get(name)
  put = async (name: string, bytes: Uint8Array) => void this.#small.set(name, bytes.slice())
  create = async (name: string) => {
    const number = this.#files.push(new Uint8Array()) - 1
    this.slots.set(name, number)
    return number
  }
  delete = async () => ERR.OK
  sync = () => ERR.OK
  read(file: number, at: number, out: Uint8Array): number {
    const bytes = this.#files[file]!.subarray(at, at + out.length)
    out.set(bytes)
    return bytes.length
  }
  write(file: number, at: number, bytes: Uint8Array): number {
    this.truncate(file, Math.max(this.size(file), at + bytes.length))
    this.#files[file]!.set(bytes, at)
    return ERR.OK
  }
  truncate(file: number, size: number): number {
    const bytes = new Uint8Array(size)
    bytes.set(this.#files[file]!.subarray(0, size))
    this.#files[file] = bytes
    return ERR.OK
  }
  size = (file: number): number => this.#files[file]!.length
}

export async function open(disk = new Memory()): Promise<{ host: Host; stopped: Promise<void>; disk: Memory }> {
  let host: Host | undefined
  const stopped = new Promise<void>((resolve, reject) => {
    const outside: Outside = {
      dial: () => undefined,
      run: () => Promise.reject(new Error('no jobs here')),
      log: () => {},
      stopped: () => resolve(),
      failed: reject,
    }
    void Host.open(module, disk as unknown as Disk, outside).then(it => {
      host = it
    }, reject)
  })
  while (!host) await new Promise(resolve => setImmediate(resolve))
  return { host, stopped, disk }
}
