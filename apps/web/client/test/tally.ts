// SPDX-License-Identifier: MIT
// The reporter for ./test: what failed and why, and at the end how many did.
import type { TestEvent } from 'node:test/reporters'

export default async function * (events: AsyncIterable<TestEvent>): AsyncGenerator<string> {
  let passed = 0
  let failed = 0
  for await (const { type, data } of events) {
    if ((type === 'test:pass' || type === 'test:fail') && data.details.type === 'suite') continue
    if (type === 'test:pass') passed++
    if (type === 'test:fail') {
      failed++
      const cause = data.details.error.cause
      yield `not ok: ${data.name}\n${cause instanceof Error ? cause.stack : String(cause ?? data.details.error)}\n`
    }
    if (type === 'test:stderr') yield data.message + '\n'
  }
  yield `${passed} passed, ${failed} failed\n`
}
