// SPDX-License-Identifier: MIT
// Which addresses of friends, and of strangers, a tab brings packets to.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isInbox } from '../src/tab/inbox.ts'

const NAME = '0123456789abcdef'.repeat(4)

test('packets go to inboxes and to nothing else', () => {
  const rows: [string, boolean][] = [
    [`https://example.org/inbox/${NAME}`, true],
    [`http://127.0.0.1:8485/behind/a/proxy/inbox/${NAME}`, true],
    ['http://127.0.0.1:8485/api/restart', false],
    [`http://127.0.0.1:8485/api/restart?x=/${NAME}`, false],
    [`http://127.0.0.1:8485/api/restart#/${NAME}`, false],
    [`http://127.0.0.1:8485/inbox/${NAME}0`, false],
    [`http://127.0.0.1:8485/inbox/${NAME}/..`, false],
    [`https://example.org/${NAME}`, true],
    ['http://127.0.0.1:8485', false],
  ]
  for (const [address, is] of rows) assert.equal(isInbox(new URL(address)), is, address)
})
