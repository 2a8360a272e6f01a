// SPDX-License-Identifier: MIT
// The laboratory itself: the JavaScript peers do with each other what interop.mjs asks them to do
// with kith. If this fails, nothing that interop.mjs says means anything.
import assert from 'node:assert'
import { startPeer, test, done } from './lab.mjs'

const pairs = [['db2', 'db2'], ['db2', 'legacy'], ['legacy', 'db2']]
const count = Number(process.argv[2] || 50)

for (const [dialler, listener] of pairs) {
  const name = `${dialler} dials ${listener}: `
  const a = await startPeer(dialler, { seed: 'a' + name })
  const b = await startPeer(listener, { seed: 'b' + name })
  await a.follow({ id: b.id })
  await b.follow({ id: a.id })
  await a.publishMany({ n: count, text: 'from a' })
  await b.publishMany({ n: count, text: 'from b' })
  await test(name + 'messages each way', async () => {
    assert.equal(await a.connect({ address: b.address }), b.id)
    await a.waitFor({ id: b.id, sequence: count + 1 })
    await b.waitFor({ id: a.id, sequence: count + 1 })
    const texts = (await a.feed({ id: b.id })).map(m => m.value.content.text)
    assert.equal(texts.at(-1), `from b ${count}`)
  })
  await test(name + 'a live post', async () => {
    const { value } = await b.publish({ content: { type: 'post', text: 'live' } })
    await a.waitFor({ id: b.id, sequence: value.sequence })
  })
  await test(name + 'a blob each way', async () => {
    for (const [from, to] of [[a, b], [b, a]]) {
      const id = await from.blobAdd({ size: 300000, word: from.id })
      assert.deepEqual(await to.blobGet({ id }), { size: 300000, id })
    }
  })
  await test(name + 'private messages each way', async () => {
    for (const [from, to] of [[a, b], [b, a]]) {
      const { value } = await from.privatePublish({ content: { type: 'post', text: 'secret ' + from.id }, recps: [from.id, to.id] })
      await to.waitFor({ id: from.id, sequence: value.sequence })
      assert((await to.inboxText()).includes('secret ' + from.id))
    }
  })
  await a.stop()
  await b.stop()
}

await test('db2 uses an invite of legacy', async () => {
  const pub = await startPeer('legacy', { seed: 'pub' })
  const guest = await startPeer('db2', { seed: 'guest' })
  await guest.inviteUse({ invite: await pub.inviteCreate({ uses: 1 }) })
  assert(await pub.isFollowing({ source: pub.id, dest: guest.id }))
})
await done()
