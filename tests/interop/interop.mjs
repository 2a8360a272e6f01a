// SPDX-License-Identifier: MIT
// kith beside a peer that nobody here wrote: node interop.mjs db2|legacy [MESSAGES]
// For both dialling directions: messages each way, a live post, a blob each way, private messages
// each way, follows and blocks respected; then invites each way. lab_test.mjs shows that the peers do
// all this with each other.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { Kith, startPeer, keepsDialling, until, sleep, test, done } from './lab.mjs'

const family = process.argv[2]
const count = Number(process.argv[3] || 1000)
const limit = 120e3

const texts = lines => lines.map(line => line.value.content.text)
const seen = (kith, id, text) => until(`kith to show "${text}"`, async () =>
  texts(await kith.json('wall', id)).includes(text), limit)

async function together (kithDials) {
  const name = `${kithDials ? `kith dials ${family}` : `${family} dials kith`}: `
  const kith = await new Kith().init()
  const peer = await startPeer(family, { seed: name })
  await kith.run('follow', peer.id)
  await peer.follow({ id: kith.id })
  await peer.publishMany({ n: count, text: 'from peer' })
  for (let i = 1; i <= count; i++) await kith.run('post', '--public', `from kith ${i}`)
  await kith.serve()
  const dial = async other => {
    if (kithDials) return kith.run('connect', other.address)
    await other.connect({ address: kith.address })
    keepsDialling(other, kith)
  }

  await test(`${name}${count} messages each way`, async () => {
    await dial(peer)
    await seen(kith, peer.id, `from peer ${count}`)
    await peer.waitFor({ id: kith.id, sequence: count + 1, limit })
    const got = texts((await peer.feed({ id: kith.id })).filter(m => m.value.content.type === 'post'))
    assert.deepEqual(got, Array.from({ length: count }, (_, i) => `from kith ${i + 1}`))
  })

  await test(name + 'a live post each way', async () => {
    await peer.publish({ content: { type: 'post', text: 'live from peer: ☃ \u{1F600}' } })
    await seen(kith, peer.id, 'live from peer: ☃ \u{1F600}')
    await kith.run('post', '--public', 'live from kith: ☃ \u{1F600}')
    await until('the live post at the peer', async () =>
      texts(await peer.feed({ id: kith.id })).includes('live from kith: ☃ \u{1F600}'), limit)
  })

  await test(name + 'a blob of 300 kB each way', async () => {
    const theirs = await peer.blobAdd({ size: 300000, word: name })
    const file = path.join(kith.home, 'fetched')
    await kith.run('blob', 'get', '--wait', '--output', file, theirs)
    const bytes = fs.readFileSync(file)
    assert.equal('&' + crypto.createHash('sha256').update(bytes).digest('base64') + '.sha256', theirs)
    fs.writeFileSync(file, crypto.randomBytes(300000))
    const ours = (await kith.run('blob', 'add', file)).match(/&[A-Za-z0-9+/]{43}=\.sha256/)[0]
    assert.deepEqual(await peer.blobGet({ id: ours }), { size: 300000, id: ours })
  })

  await test(name + 'private messages each way', async () => {
    await kith.run('message', peer.id, 'secret from kith')
    await until('the private message at the peer', async () => (await peer.inboxText()).includes('secret from kith'), limit)
    await peer.privatePublish({ content: { type: 'post', text: 'secret from peer' }, recps: [peer.id, kith.id] })
    await until('the private message at kith', async () => texts(await kith.json('inbox')).includes('secret from peer'), limit)
  })

  const stranger = await startPeer(family, { seed: name + 'stranger' })
  await test(name + 'who is not followed is not stored', async () => {
    await stranger.follow({ id: kith.id })
    await stranger.publish({ content: { type: 'post', text: 'from a stranger' } })
    await dial(stranger)
    await stranger.waitFor({ id: kith.id, sequence: count + 1, limit }) // that it may: kith is public
    await peer.publish({ content: { type: 'post', text: 'after the stranger' } })
    await seen(kith, peer.id, 'after the stranger')
    assert.deepEqual(await kith.json('wall', stranger.id), [])
  })

  await test(name + 'who is followed later is fetched, who is blocked gets nothing more', async () => {
    await kith.run('follow', stranger.id)
    await seen(kith, stranger.id, 'from a stranger')
    await kith.run('block', stranger.id)
    await kith.run('post', '--public', 'not for the blocked')
    await until('the post at the friend', async () =>
      texts(await peer.feed({ id: kith.id })).includes('not for the blocked'), limit)
    await stranger.connect({ address: kith.address }).catch(() => {})
    await sleep(1000) // nothing may come, so there is no event to wait for
    assert(!texts(await stranger.feed({ id: kith.id })).includes('not for the blocked'))
  })

  await test(name + 'a peer that blocks kith does not disturb it', async () => {
    await peer.block({ id: kith.id })
    await kith.run('post', '--public', 'still here')
    assert(texts(await kith.json('wall')).includes('still here'))
  })

  await test(name + 'kith stops in order', async () => assert.equal(await kith.stop(), 0))
  await peer.stop()
  await stranger.stop()
}

await together(true)
await together(false)

await test(`${family} uses an invite of kith`, async () => {
  const pub = await new Kith().init()
  await pub.serve()
  const guest = await startPeer(family, { seed: 'guest' })
  const invite = (await pub.run('invite', 'create')).match(/\S+~\S+/)[0]
  await guest.inviteUse({ invite })
  await guest.publish({ content: { type: 'post', text: 'hello, pub' } })
  keepsDialling(guest, pub) // once the guest's link has ended
  await seen(pub, guest.id, 'hello, pub')
  await pub.stop()
})

// The db2 family has no invite server: its pubs are ssb-server.
if (family === 'legacy') {
  for (const kithDials of [true, false]) {
    await test(`${kithDials ? 'kith dials' : 'it dials kith'}: a peer without EBT, by createHistoryStream`, async () => {
      const old = await startPeer(family, { seed: `old ${kithDials}`, ebt: false })
      const kith = await new Kith().init()
      await kith.run('follow', old.id)
      await kith.run('post', '--public', 'from kith, the old way')
      await old.follow({ id: kith.id })
      await old.publishMany({ n: 50, text: 'from the old peer' })
      await kith.serve()
      await (kithDials ? kith.run('connect', old.address) : old.connect({ address: kith.address }))
      if (!kithDials) keepsDialling(old, kith)
      await seen(kith, old.id, 'from the old peer 50')
      await old.publish({ content: { type: 'post', text: 'live, the old way' } })
      await seen(kith, old.id, 'live, the old way')
      await until('kith at the old peer', async () => texts(await old.feed({ id: kith.id })).includes('from kith, the old way'), limit)
      await kith.stop()
    })
  }
  await test('kith uses an invite of legacy', async () => {
    const pub = await startPeer(family, { seed: 'pub' })
    const kith = await new Kith().init()
    await kith.serve()
    await pub.publish({ content: { type: 'post', text: 'welcome' } })
    await kith.run('invite', 'use', await pub.inviteCreate({ uses: 1 }))
    await until('the pub to follow kith', () => pub.isFollowing({ source: pub.id, dest: kith.id }), limit)
    await kith.run('post', '--public', 'hello, pub')
    await until('kith at the pub', async () => texts(await pub.feed({ id: kith.id })).includes('hello, pub'), limit)
    await seen(kith, pub.id, 'welcome')
    await kith.stop()
  })
}
await done()
