// SPDX-License-Identifier: MIT
// What an earlier visit has left to be sent is sent, whatever else lies there.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SENT } from '../src/tab/core.ts'
import { Postman } from '../src/tab/postman.ts'

test('a packet that cannot be read keeps no other from its way', { timeout: 30_000 }, async () => {
  globalThis.addEventListener ??= () => {}
  globalThis.removeEventListener ??= () => {}
  const inbox = `https://friend.example/inbox/${'ab'.repeat(32)}`
  const brought: string[] = []
  globalThis.fetch = async (url, options) => {
    brought.push(`${url} ${new TextDecoder().decode(options!.body as Uint8Array<ArrayBuffer>)}`)
    return new Response(null, { status: 201 })
  }
  const disk = {
    get: async () => undefined,
    put: async () => {},
    packetNames: async (folder: string) => (folder === 'outpackets' ? ['1', '2'] : []),
    getPacket: async (_: string, name: string) => {
      if (name === '1') throw new Error('NotReadableError')
      return new TextEncoder().encode(`${inbox}\nsealed`)
    },
    dropPacket: async () => {},
  }
  let postman: Postman | undefined
  const [ticket, how] = await new Promise<[string, number]>((resolve, reject) => {
    Postman.open({
      disk,
      origin: 'https://page.example',
      version: 'of today',
      packet: () => 0,
      sent: (...said: [string, number]) => resolve(said),
      goes: () => {},
    } as never).then(it => {
      postman = it
    }, reject)
  })
  assert.deepEqual([ticket, how], ['2', SENT.STORED])
  assert.deepEqual(brought, [`${inbox} sealed`])
  postman!.close()
})
