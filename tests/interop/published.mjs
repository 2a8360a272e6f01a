// SPDX-License-Identifier: MIT
// Everything that kith can publish, judged by the validators of both families: a feed with one invalid
// message is stuck on every peer for ever.
import assert from 'node:assert'
import fs from 'node:fs'
import path from 'node:path'
import { createRequire } from 'node:module'
import { Kith, test, skip, done, modules } from './lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const validate = use('ssb-validate')
const getMsgId = use('ssb-classic/get-msg-id')
const classicValidation = use('ssb-classic/validation')

const friend = use('ssb-keys').generate('ed25519', Buffer.alloc(32, 7)).id
const kith = await new Kith().init('--name', 'Ünal \u{1F600}')
const file = path.join(kith.home, 'picture')
fs.writeFileSync(file, Buffer.alloc(1000, 1))
const posted = async (...args) => (await kith.run(...args)).match(/%[A-Za-z0-9+/]{43}=\.sha256/)?.[0]
const first = await posted('post', '--public', 'plain')

const commands = [
  ['post', '--public', 'beyond ASCII: Ω ☃ \u{1F600} \u2028 "quoted" \\ \b\f\n\r\t \u007f'],
  ['post', '--public', 'x'.repeat(4000)],
  ['post', '--public', '--wall', friend, 'on a friend\'s wall'],
  ['reply', first, 'a reply'],
  ['like', first],
  ['share', first],
  ['profile', '--name', 'Another name', '--description', 'a\nb', '--image', file],
  ['follow', friend],
  ['unfollow', friend],
  ['block', friend],
  ['follow', friend],
  ['message', friend, 'for your eyes only'],
  ['post', '--public', '--file', file, 'with a picture'],
  ['post', '--public', '--warning', 'spoiler', 'behind a warning'],
  ['message', '--file', file, friend, 'a sealed picture'],
  ['edit', first, 'plain, edited'],
  ['like', '--undo', first],
  ['retract', first],
  ['unblock', friend]
]
for (const command of commands) {
  await test('kith ' + command.join(' ').slice(0, 60).replace(/[^\x20-\x7e]/g, '.'), () => kith.run(...command))
}

const values = (await kith.run('export', '--mine')).split('\n').filter(Boolean).map(line => JSON.parse(line))
  .map(line => line.value || line).filter(value => value.author === kith.id)
  .sort((a, b) => a.sequence - b.sequence)

await test(`ssb-validate takes the feed of ${values.length}`, () => {
  assert(values.length >= commands.length)
  let state = validate.initial()
  for (const value of values) state = validate.append(state, null, value)
})
await test('ssb-classic takes the feed and computes the same ids', async () => {
  let previous = null
  for (const value of values) {
    const err = await new Promise(resolve => classicValidation.validate(value, previous, null, resolve))
    assert.ifError(err)
    if (previous) assert.equal(value.previous, getMsgId(previous))
    previous = value
  }
})
if (!first) skip('ids', 'kith post prints no id')
await done()
