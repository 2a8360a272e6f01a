// SPDX-License-Identifier: MIT
// befriend.mjs: what friends and strangers say to each other by packets beside their feeds: by which roads they like to be
// reached, who asks whom for friendship and what becomes of it.
import assert from 'node:assert'
import { done, freePort, newHome, test, until } from './lab.mjs'
import { equal, friends } from './roads_lab.mjs'

await test('friends who meet live learn each other\'s roads, and use them afterwards', async () => {
  const stick = newHome('stick')
  const [a, b, relay] = await friends('anna', 'ben', 'rita')
  const port = await freePort()
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${port}`)
  for (const k of [a, b]) await k.serve('--no-web')
  await a.run('road', 'listen', 'pigeon:loft 7;roof')
  const inbox = (await a.run('road', 'listen', `http://127.0.0.1:${port}/inbox`)).trim()
  await a.run('road', 'listen', `exec:${stick}/secret-program`)
  await b.run('road', 'listen', `dir:${stick}`)
  await a.run('follow', b.id)
  await b.run('connect', a.address)
  await until('a link', async () => (await b.run('peers')).includes('connected'))
  assert(!(await b.run('road')).includes('pigeon'), 'told before they were friends')
  await b.run('follow', a.id)
  const theirs = await until('the roads of anna', async () => (await b.json('road'))[0]?.people.find(p => p.id === a.id))
  assert.deepEqual(theirs.profile, { name: 'anna', roads: [inbox, 'pigeon:loft 7;roof'] }) // in her order, without her program
  assert.deepEqual(theirs.theirs, [inbox])
  assert.match(await b.run('road'), /pigeon:loft 7;roof {2}\(they say so; not used from here\)/)
  await until('the roads of ben', async () => (await a.json('road'))[0]?.people.find(p => p.profile?.roads[0] === `dir:${stick}`))
  // A folder that somebody else names is not written to, unless we look there ourselves.
  assert.deepEqual((await a.json('road'))[0].people[0].theirs, [])
  await b.run('connect', '--forget', a.address)
  await b.run('disconnect', a.id)
  await b.run('post', '--public', 'by the inbox that you named')
  await equal('it came without a link', a, b)
  assert(!(await a.run('peers')).includes('connected'))
  await a.run('road', 'listen', `dir:${stick}`)
  assert.deepEqual((await a.json('road'))[0].people[0].theirs, [`dir:${stick}`])
  await a.run('post', '--public', 'by the folder that we share')
  await equal('the answer by another road', a, b)
  // What changes is told by packet, and survives a restart.
  await a.run('road', 'deafen', 'pigeon:loft 7;roof')
  const first = async () => (await b.json('road'))[0].people.find(p => p.id === a.id).profile.roads
  await until('the change', async () => (await first()).length === 2)
  assert.equal((await first())[0], `dir:${stick}`)
  await b.stop()
  await b.serve('--no-web')
  assert.deepEqual(await first(), [`dir:${stick}`, inbox])
  for (const k of [a, b, relay]) assert.equal(await k.stop(), 0)
})

await done()
