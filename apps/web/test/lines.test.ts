// SPDX-License-Identifier: MIT
// A node in a Worker with whoever is at the other end of its lines, and with a disk that takes its time.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import { ERR, type Files, ORIGIN } from '../src/tab/core.ts'
import type { Disk } from '../src/tab/disk.ts'
import { Host, type Outside } from '../src/tab/host.ts'
import type { Pipe } from '../src/tab/pipe.ts'

const module = new WebAssembly.Module(fs.readFileSync(new URL('../../../build/wasm/kith.wasm', import.meta.url)))

/** What the node needs of a disk; `idle` is the test's. */
class Memory implements Files {
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

async function open(disk = new Memory()): Promise<{ host: Host; stopped: Promise<void>; disk: Memory }> {
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

class Line implements Pipe {
  isOpen = true
  hasRoom = true
  isClosed = false
  onopen = (): void => {}
  onbytes: Pipe['onbytes'] = () => {}
  onclose = (): void => {}
  ondrain = (): void => {}
  send(): void {}
  close(): void {
    this.isClosed = true
    this.onbytes = () => {}
  }
}

test('a flood of messages of next to nothing is cut off before it fills the memory', { timeout: 60_000 }, async () => {
  const { host, stopped } = await open()
  for (const size of [0, 1]) {
    const line = new Line()
    host.take(line, ORIGIN.NETWORK, 'rtc:somebody')
    // In one turn, so that the node takes none of them; while it judges it takes none either.
    let held = 0
    for (; !line.isClosed && held < 1_000_000; held++) line.onbytes(new Uint8Array(size), () => {})
    assert(line.isClosed, `${held} messages of ${size} bytes were held`)
    assert(held >= 100_000, 'but a friend who has much to say is listened to')
  }
  host.stop()
  await stopped
})

test('the files are let go when what is being put is there', { timeout: 60_000 }, async () => {
  const disk = new Memory()
  let goes = (): void => {}
  let waits = false
  disk.idle = () => {
    waits = true
    return new Promise(resolve => {
      goes = resolve
    })
  }
  const { host, stopped } = await open(disk)
  let over = false
  disk.closeSlots = () => {
    over = true
  }
  host.stop()
  while (!waits) await new Promise(resolve => setImmediate(resolve))
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
  assert(!over)
  goes()
  await stopped
  assert(over)
})
