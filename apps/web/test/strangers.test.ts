// SPDX-License-Identifier: MIT
// Whoever makes up keys fills nothing that friends need: what is remembered of signals, so that none is taken twice.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KithClient, viaMessagePort } from '../client/src/index.ts'
import { base64, idOf } from '../src/tab/bytes.ts'
import type { Host } from '../src/tab/host.ts'
import { portPipe } from '../src/tab/pipe.ts'
import { bodyOf, KIND, LIFE_MS } from '../src/tab/signalling.ts'
import { open } from './memory.ts'

const nowhere = new Uint8Array(32)
const says = (from: Host, to: Host, kind: number): Uint8Array =>
  from.signals.seal(kind, to.id, nowhere, bodyOf({}), LIFE_MS).sealed

test('calls of strangers are none, and one friend’s calls leave room for another’s', { timeout: 120_000 }, async () => {
  const [us, stranger, flood, friend] = await Promise.all([open(), open(), open(), open()])
  const { port1, port2 } = new MessageChannel()
  us.host.take(portPipe(port1))
  const kith = new KithClient(viaMessagePort(port2))
  await kith.ready()
  for (const { host } of [flood, friend])
    await kith.call('publish', { type: 'contact', contact: idOf(base64(host.id)), following: true })

  const take = (from: Host, kind: number): unknown => us.host.signals.unseal(says(from, us.host, kind))
  assert.throws(() => take(stranger.host, KIND.OFFER), { message: 'denied' })
  assert.throws(() => take(stranger.host, KIND.CALL_ME), { message: 'denied' })
  assert(take(stranger.host, KIND.REQUEST), 'a request is for everybody')
  assert(take(friend.host, KIND.OFFER))
  assert.throws(() => {
    for (let i = 0; i < 1000; i++) take(flood.host, KIND.CANDIDATES)
  }, /busy/)
  assert(take(friend.host, KIND.OFFER))
  const twice = says(friend.host, us.host, KIND.OFFER)
  assert(us.host.signals.unseal(twice))
  assert.throws(() => us.host.signals.unseal(twice), { message: 'exists' })

  await kith.call('publish', {
    type: 'contact',
    contact: idOf(base64(friend.host.id)),
    following: false,
    blocking: true,
  })
  assert.throws(() => take(friend.host, KIND.OFFER), { message: 'denied' })
  kith.close()
  for (const { host, stopped } of [us, stranger, flood, friend]) {
    host.stop()
    await stopped
  }
})
