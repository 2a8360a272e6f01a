// SPDX-License-Identifier: MIT
// mail_ways.mjs: how mail is fetched: by IDLE as soon as it comes, by looking from time to time where there is none, by POP3.
import { done, test, until } from './lab.mjs'
import { between, box, configure, connect, count, friends, HASH, isWhole, log, port, server } from './mail_lab.mjs'

const HOURS = '36000' // that it came is by IDLE
const [a, b] = await friends([{ every: HOURS }, { every: HOURS }])
await connect(a, b)
let said = 0
const say = async () => (await a.run('post', '--public', `number ${++said}`)).match(HASH)[0]
const came = async () => until('it has come', async () => await count(b, a.id) === await count(a, a.id))

await test('by IDLE mail is fetched when it comes', async () => {
  for (const k of [a, b]) await until('IDLE', () => log(k).includes('road.waits'))
  for (const state of ['received', 'received', 'received']) {
    const post = await say()
    await until('a mail', () => box(b.mail).length)
    const begin = performance.now()
    await until('it was fetched', () => !box(b.mail).length)
    console.log(`fetched after ${(performance.now() - begin).toFixed(0)} ms`)
    await came()
    await until('the receipt', async () => (await a.run('outbox', post)).includes(state))
  }
})

await test('a connection that breaks is made again, later each time, and nothing is missed', async () => {
  const relay = await between(port + 1)
  await b.stop()
  configure(b, b.mail, { every: HOURS, imap: `imaps://localhost:${relay.port}` })
  await b.serve('--no-web')
  await until('IDLE', () => (log(b).match(/road.waits/g) || []).length === 2)
  relay.cut()
  await until('IDLE again', () => (log(b).match(/road.waits/g) || []).length === 3)
  relay.refuse = true
  relay.cut()
  await say()
  await until('a mail', () => box(b.mail).length)
  const before = relay.seen
  await until('it tries', () => relay.seen > before)
  relay.refuse = false
  await came()
  relay.close()
})

await test('without IDLE there is looking from time to time', async () => {
  const relay = await between(port + 1, text => text.replace(/ IDLE\b/g, ''))
  await b.stop()
  configure(b, b.mail, { imap: `imaps://localhost:${relay.port}` })
  await b.serve('--no-web')
  const waits = (log(b).match(/road.waits/g) || []).length
  for (let i = 0; i < 2; i++) {
    await say()
    await came()
  }
  if ((log(b).match(/road.waits/g) || []).length !== waits) throw new Error('it waits where there is no IDLE')
  relay.close()
})

await test('nothing is lost, nothing is there twice', () => isWhole(a, b))

for (const k of [a, b]) await k.stop()
server('stop')
await done()
