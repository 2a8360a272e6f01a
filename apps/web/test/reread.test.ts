// SPDX-License-Identifier: MIT
// What a tab did not understand is read once by each version of the node, and is lost by none.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ERR } from '../src/tab/core.ts'
import { reread } from '../src/tab/reread.ts'

/** A store, and a node that says these words to packets; to others, that they are not understood. */
function browser(...texts: string[]) {
  const files = new Map<string, Uint8Array<ArrayBuffer>>()
  const packets = new Map(texts.map((text, i) => [`17000000000${i}-00${i}`, new TextEncoder().encode(text)]))
  const asked: string[] = []
  let over = false
  const disk = {
    get: async (name: string) => files.get(name),
    put: async (name: string, bytes: Uint8Array<ArrayBuffer>) => void files.set(name, bytes),
    packetNames: async () => [...packets.keys()].sort(),
    getPacket: async (_: string, name: string) => packets.get(name)!,
    dropPacket: async (_: string, name: string) => void packets.delete(name),
  }
  return {
    asked,
    left: () => [...packets.values()].map(it => new TextDecoder().decode(it)),
    add: (text: string) => packets.set(`18000000000${packets.size}-0`, new TextEncoder().encode(text)),
    /** Asked about these since then. `stops`: the page is closed while the node has this one. */
    async opens(version: string, words: Record<string, number>, stops = '') {
      asked.length = 0
      over = false
      const packet = (bytes: Uint8Array): number => {
        const text = new TextDecoder().decode(bytes)
        asked.push(text)
        over = text === stops
        const err = words[text] ?? ERR.UNKNOWN_METHOD
        if (err === ERR.BUSY) words[text] = ERR.OK // next time
        return err
      }
      await reread({ disk: disk as never, packet, version, isOver: () => over })
      return [...asked]
    },
  }
}

test('a new version reads all of them once; what it understands goes, and what is no packet', async () => {
  const it = browser('poll', 'song', 'noise')
  assert.deepEqual(await it.opens('one', {}), ['poll', 'song', 'noise'])
  assert.deepEqual(await it.opens('one', { poll: ERR.OK }), [], 'the same version reads none again')
  it.add('map')
  assert.deepEqual(await it.opens('one', {}), [], 'what this version has kept it need not read')
  assert.deepEqual(await it.opens('two', { poll: ERR.OK, noise: ERR.ARG }), ['poll', 'song', 'noise', 'map'])
  assert.deepEqual(it.left(), ['song', 'map'])
  assert.deepEqual(await it.opens('three', { song: ERR.OK, map: ERR.OK }), ['song', 'map'])
  assert.deepEqual(it.left(), [])
})

test('a page that is closed meanwhile goes on behind the packet that it was at', async () => {
  const it = browser('a', 'b', 'c')
  assert.deepEqual(await it.opens('one', { a: ERR.OK, b: ERR.OK, c: ERR.OK }, 'b'), ['a', 'b'])
  assert.deepEqual(await it.opens('one', { b: ERR.OK, c: ERR.OK }), ['c'])
  assert.deepEqual(it.left(), ['b'], 'it is there for the next version')
  assert.deepEqual(await it.opens('two', { b: ERR.OK }), ['b'])
})

test('a node that has no room just now is asked again', async t => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const it = browser('a')
  const done = it.opens('one', { a: ERR.BUSY })
  while (!it.asked.length) await new Promise(setImmediate)
  t.mock.timers.tick(2000)
  assert.deepEqual(await done, ['a', 'a'])
  assert.deepEqual(it.left(), [])
})
