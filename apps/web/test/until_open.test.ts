// SPDX-License-Identifier: MIT
// The postman's file cannot be loaded just now: what the node wants carried waits for him, and is not lost.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'
import { untilOpen } from '../src/tab/until_open.ts'

const turns = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
}

test('what cannot be opened now is opened later, or not at all when nobody wants it', { timeout: 30_000 }, async () => {
  mock.timers.enable({ apis: ['setTimeout'] })
  try {
    const failures: unknown[] = []
    let tries = 0
    let wanted = true
    const open = async (): Promise<string> => {
      if (++tries < 3) throw new TypeError('Failed to fetch dynamically imported module')
      return 'open'
    }
    const first = untilOpen(
      open,
      () => wanted,
      error => void failures.push(error),
    )
    for (let i = 0; i < 3; i++) {
      await turns()
      mock.timers.tick(60_000)
    }
    assert.equal(await first, 'open')
    assert.equal(failures.length, 2)

    tries = 0
    const second = untilOpen(
      open,
      () => wanted,
      error => void failures.push(error),
    )
    await turns()
    wanted = false
    mock.timers.tick(60_000)
    assert.equal(await second, undefined)
    assert.equal(tries, 1)
  } finally {
    mock.timers.reset()
  }
})
