// SPDX-License-Identifier: MIT
// A node in a Worker with whoever is at the other end of its lines, and with a disk that takes its time.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ORIGIN } from '../src/tab/core.ts'
import type { Pipe } from '../src/tab/pipe.ts'
import { Memory, open } from './memory.ts'

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
