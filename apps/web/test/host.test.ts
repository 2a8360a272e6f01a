// SPDX-License-Identifier: MIT
// A page may be closed between any two writes; what is there then decides what the next visit takes it for.
import assert from 'node:assert/strict'
import fs from 'node:fs'
import { test } from 'node:test'
import type { Disk } from '../src/tab/disk.ts'
import { Host } from '../src/tab/host.ts'

// A port that listens keeps the process, and nothing is drained here.
globalThis.MessageChannel = class {
  port1 = {}
  port2 = { postMessage() {} }
} as unknown as typeof MessageChannel

const module = new WebAssembly.Module(fs.readFileSync(new URL('../../../build/wasm/kith.wasm', import.meta.url)))

/** Closed after so many writes; gives the names of what was written. */
async function visit(writes: number): Promise<Set<string>> {
  const names = new Set<string>()
  const disk = {
    slots: new Map<string, number>(),
    isReadOnly: false,
    openSlots: async () => {},
    get: async (name: string) => (names.has(name) ? new Uint8Array() : undefined),
    put: async (name: string) => {
      if (names.size === writes) throw new Error('closed')
      names.add(name)
    },
  }
  await assert.rejects(Host.open(module, disk as unknown as Disk, {} as never), /closed/)
  return names
}

test('whoever closes the page amid their first visit is not taken for a restored copy', async () => {
  assert.deepEqual([...(await visit(0))], [])
  const names = await visit(1)
  assert.equal(names.size, 1)
  assert(!names.has('secret'), 'a key without the guard: nothing could be published')
})
