// SPDX-License-Identifier: MIT
// Circles with five real daemons: an owner, two friends, somebody who was refused, and a stranger two hops away
// who keeps and passes on all bytes.
import assert from 'node:assert'
import { Kith, test, done, until } from './lab.mjs'
import { said, keys, texts, holds, fails } from './cli_lab.mjs'

const owner = await (await new Kith().init('--name', 'Olga')).serve()
const friend = await (await new Kith().init('--name', 'Fred')).serve()
const stranger = await (await new Kith().init('--name', 'Stan')).serve()

const meet = (a, b) => a.run('connect', b.address)
const befriend = async (a, b) => {
  await a.run('follow', b.id)
  await b.run('follow', a.id)
  await meet(a, b)
  await until('friendship', async () => (await a.json('friends')).some(p => p.id === b.id) && (await b.json('friends')).some(p => p.id === a.id))
}
const has = (kith, id) => kith.run('get', id).then(() => true, () => false)
let first

await test('what is posted is for friends if nothing else is said', async () => {
  await befriend(owner, friend)
  first = await said(owner, 'post', 'hello dear friends')
  await until('the post at the friend', async () => (await texts(friend, 'wall', owner.id)).includes('hello dear friends'))
  assert((await texts(friend, 'feed')).includes('hello dear friends'))
  assert((await texts(owner, 'wall')).includes('hello dear friends'))
  const [line] = await friend.json('wall', owner.id)
  assert.equal(line.audience.kind, 'friends')
  assert.equal(line.audience.owner.name, 'Olga')
})
await test('a stranger two hops away keeps it and cannot read it', async () => {
  await stranger.run('follow', friend.id)
  await meet(stranger, friend)
  await until('the bytes', () => has(stranger, first))
  assert.deepEqual(await texts(stranger, 'wall', owner.id), [])
  assert.equal(holds(stranger.home, 'hello dear'), undefined)
})

for (const kith of [owner, friend, stranger]) await kith.stop()
await done()
