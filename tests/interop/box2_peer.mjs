// SPDX-License-Identifier: MIT
// Letters in box2 between a running kith and a running ssb-db2 with ssb-box2: node box2_peer.mjs
// The one that kith writes is the key of its friends circle, which it hands to every new friend.
import assert from 'node:assert'
import path from 'node:path'
import { Kith, startPeer, until, test, done, root } from './lab.mjs'

const box2 = process.env.KITH_JS_BOX2 || path.join(root, 'build/js/box2/node_modules')
const limit = 120e3

const kith = await new Kith().init()
const peer = await startPeer('db2', { seed: 'box2', box2 })
await kith.run('follow', peer.id)
await peer.follow({ id: kith.id })
await kith.serve()
await kith.run('connect', peer.address)

const inKith = async () => (await kith.json('inbox')).map(line => line.value.content.text)

await test('a letter of ssb-box2 is in the inbox of kith', async () => {
  await peer.privatePublish({ content: { type: 'post', text: 'in the second way ☃' }, recps: [kith.id, peer.id], format: 'box2' })
  const [sent] = (await peer.feed({ id: peer.id })).slice(-1)
  assert.equal(sent.value.content.text, 'in the second way ☃')
  await until('the letter at kith', async () => (await inKith()).includes('in the second way ☃'), limit)
})

await test('a letter of ssb-box2 among letters of box1', async () => {
  await peer.privatePublish({ content: { type: 'post', text: 'in the first way' }, recps: [kith.id, peer.id] })
  await peer.privatePublish({ content: { type: 'post', text: 'in the second way again' }, recps: [kith.id], format: 'box2' })
  await until('both at kith', async () => {
    const texts = await inKith()
    return texts.includes('in the first way') && texts.includes('in the second way again')
  }, limit)
})

await test('a letter of kith opens in ssb-box2', async () => {
  await kith.run('post', 'for friends')
  await until('a letter of kith at the peer', async () =>
    (await peer.inbox({ format: 'box2' })).some(({ value }) => value.author === kith.id && value.content.type === 'circle/key'), limit)
  const letter = (await peer.inbox({ format: 'box2' })).find(({ value }) => value.content.type === 'circle/key')
  assert.match(letter.value.content.group, /^ssb:identity\/group\/[A-Za-z0-9_-]{43}=$/)
  assert.ok(letter.value.content.keys.length >= 1)
})

await test('with the key in it ssb-box2 reads and writes what is for the circle', async () => {
  const { value: { content } } = (await peer.inbox({ format: 'box2' })).find(({ value }) => value.content.type === 'circle/key')
  await peer.groupAdd({ id: content.group, key: content.keys.at(-1).key })
  await until('the post for friends at the peer', async () =>
    (await peer.feed({ id: kith.id })).some(({ value }) => value.content.text === 'for friends'), limit)
  const root = (await peer.feed({ id: kith.id })).find(({ value }) => value.content.text === 'for friends')
  assert.deepEqual(root.value.content.recps, [content.group])
  await peer.privatePublish({ content: { type: 'post', text: 'from a friend', root: root.key, branch: root.key }, recps: [content.group], format: 'box2' })
  await until('the comment at kith', async () =>
    JSON.stringify(await kith.json('thread', root.key)).includes('from a friend'), limit)
})

await peer.stop()
await kith.stop()
await done()
