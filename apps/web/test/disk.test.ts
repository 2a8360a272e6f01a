// SPDX-License-Identifier: MIT
// What lies in the browser's files after writes that overtake each other, and when another tab may have them.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Disk } from '../src/tab/disk.ts'

const turns = async (n = 20): Promise<void> => {
  for (let i = 0; i < n; i++) await new Promise(resolve => setImmediate(resolve))
}

/** A folder of OPFS. `opens` is waited for before a file can be written, as on a busy disk. */
class Folder {
  files = new Map<string, Uint8Array>()
  folders = new Map<string, Folder>()
  opens: (name: string) => Promise<void> = async () => {}

  async getDirectoryHandle(name: string): Promise<Folder> {
    const folder = this.folders.get(name) ?? new Folder()
    this.folders.set(name, folder)
    return folder
  }

  async getFileHandle(name: string, how?: { create: boolean }): Promise<object> {
    if (!this.files.has(name)) {
      if (!how?.create) throw new DOMException('none', 'NotFoundError')
      this.files.set(name, new Uint8Array())
    }
    return {
      kind: 'file',
      getFile: async () => new Blob([this.files.get(name)! as Uint8Array<ArrayBuffer>]),
      createSyncAccessHandle: async () => {
        await this.opens(name)
        return {
          truncate: () => {},
          flush: () => {},
          close: () => {},
          write: (bytes: Uint8Array) => {
            this.files.set(name, bytes.slice())
            return bytes.length
          },
        }
      },
      move: async (to: string) => {
        const bytes = this.files.get(name)
        if (!bytes) throw new DOMException('none', 'NotFoundError')
        this.files.delete(name)
        this.files.set(to, bytes)
      },
    }
  }

  async removeEntry(name: string): Promise<void> {
    if (!this.files.delete(name)) throw new DOMException('none', 'NotFoundError')
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<[string, object]> {
    for (const name of [...this.files.keys()]) yield [name, await this.getFileHandle(name)]
  }
}

async function disk(): Promise<{ disk: Disk; home: Folder }> {
  const root = new Folder()
  Object.assign(navigator, { storage: { getDirectory: async () => root } })
  const made = await Disk.open()
  return { disk: made, home: root.folders.get('kith')! }
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const textOf = (file: Uint8Array | undefined): string => new TextDecoder().decode(file)

test('what was put last is what is there, whichever file is open first', { timeout: 30_000 }, async () => {
  const { disk: it, home } = await disk()
  let goes = (): void => {}
  let opened = 0
  home.opens = async () => {
    if (!opened++) await new Promise<void>(resolve => (goes = resolve))
  }
  const both = [it.put('introductions', bytes('old')), it.put('introductions', bytes('new'))]
  await turns()
  goes()
  await Promise.all(both)
  assert.equal(textOf(home.files.get('introductions')), 'new')
})

test('a write that fails does not keep others from theirs', { timeout: 30_000 }, async () => {
  const { disk: it, home } = await disk()
  home.opens = async () => {
    home.opens = async () => {}
    throw new DOMException('full', 'QuotaExceededError')
  }
  await assert.rejects(it.put('a', bytes('a')), { name: 'QuotaExceededError' })
  await it.put('b', bytes('b'))
  await it.idle()
  assert.deepEqual([...home.files.keys()], ['b'], 'and nothing is left of it')
})

test('what a page that was killed left half written is gone after the next start', async () => {
  const { disk: it, home } = await disk()
  home.files.set('part-1-1', bytes('half a key'))
  home.files.set('secret', bytes('a key'))
  await it.openSlots()
  assert.deepEqual([...home.files.keys()], ['secret'])
})

test('another tab gets the files when what was put is there', { timeout: 30_000 }, async () => {
  const { disk: it, home } = await disk()
  let goes = (): void => {}
  home.opens = () => new Promise<void>(resolve => (goes = resolve))
  const put = it.put('introductions', bytes('an invite was used'))
  let isIdle = false
  const idle = it.idle().then(() => {
    isIdle = true
  })
  await turns()
  assert(!isIdle)
  goes()
  await Promise.all([put, idle])
  assert.equal(textOf(home.files.get('introductions')), 'an invite was used')
})
