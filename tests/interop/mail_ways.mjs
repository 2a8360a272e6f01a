// SPDX-License-Identifier: MIT
// mail_ways.mjs: how mail is fetched: by IDLE as soon as it comes, by looking from time to time where there is none, by POP3.
import assert from 'node:assert'
import fs from 'node:fs'
import { done, test, until } from './lab.mjs'
import { between, box, configure, connect, count, friends, HASH, isWhole, log, mailOf, packet, port, put, server } from './mail_lab.mjs'

const HOURS = '36000' // that it came is by IDLE
const [a, b] = await friends([{ every: HOURS }, { every: HOURS }])
await connect(a, b)
let said = 0
const say = async () => (await a.run('post', '--public', `number ${++said}`)).match(HASH)[0]
const waits = () => (log(b).match(/road.waits/g) || []).length
const came = async () => until('it has come', async () => await count(b, a.id) === await count(a, a.id))

await test('by IDLE mail is fetched when it comes', async () => {
  for (const k of [a, b]) await until('IDLE', () => log(k).includes('road.waits'))
  for (let i = 0; i < 3; i++) {
    const before = box(b.mail, '.kith').length
    const post = await say()
    await until('a mail', () => box(b.mail).length || box(b.mail, '.kith').length > before) // it may be gone already
    const begin = performance.now()
    await until('it was fetched', () => !box(b.mail).length)
    console.log(`fetched after ${(performance.now() - begin).toFixed(0)} ms`)
    await came()
    await until('the receipt', async () => (await a.run('outbox', post)).includes('received'))
  }
})

await test('a connection that breaks is made again, later each time, and nothing is missed', async () => {
  const relay = await between(port + 1)
  await b.stop()
  configure(b, b.mail, { every: HOURS, imap: `imaps://localhost:${relay.port}` })
  const before = waits()
  await b.serve('--no-web')
  await until('IDLE', () => waits() > before)
  const first = waits()
  relay.cut()
  await until('IDLE again', () => waits() > first)
  relay.refuse = true
  relay.cut()
  await say()
  await until('a mail', () => box(b.mail).length)
  const tried = relay.seen
  await until('it tries', () => relay.seen > tried)
  relay.refuse = false
  await came()
  relay.close()
})

await test('without IDLE there is looking from time to time', async () => {
  const relay = await between(port + 1, text => text.replace(/ IDLE\b/g, ''))
  await b.stop()
  configure(b, b.mail, { imap: `imaps://localhost:${relay.port}` })
  const before = waits()
  await b.serve('--no-web')
  for (let i = 0; i < 2; i++) {
    await say()
    await came()
  }
  assert.equal(waits(), before, 'it waits where there is no IDLE')
  relay.close()
})

await test('by POP3: mail of ours is deleted once it was taken, all other is left as it is and its head read once', async () => {
  const asked = { TOP: 0, RETR: 0, DELE: 0 }
  const relay = await between(port + 4, text => text, text => {
    for (const word of Object.keys(asked)) asked[word] += text.split('\r\n').filter(line => line.startsWith(word)).length
    return text
  })
  await b.stop()
  const foreign = [...Array(20).keys()].map(i => `Subject: mail ${i}\r\n\r\nHello ${i}\r\n.\r\n`)
  foreign.push('Subject: A kith packet, he said\r\n\r\nWhat is that?\r\n')
  foreign.push('Subject: large\r\nX-Kith-Packet: 1\r\n\r\n'.padEnd(20e6, 'y\r\n'))
  foreign.push(mailOf(await packet(a, a.id))) // for somebody else of the family
  foreign.push(mailOf(await packet(a, b.id, a.id))) // for us and for another
  for (const [i, text] of foreign.entries()) put(b.mail, `${1e9 + i}.M${i}.x`, text)
  configure(b, b.mail, { imap: null, pop3: `pop3s://localhost:${relay.port}` })
  await b.serve('--no-web')
  for (let i = 0; i < 3; i++) {
    await say()
    await came()
  }
  await until('only other mail is there', () => box(b.mail).length === foreign.length)
  for (const [i, text] of foreign.entries()) assert.equal(fs.readFileSync(box(b.mail).find(f => f.includes(`/${1e9 + i}.M`)), 'utf8'), text)
  const ours = asked.DELE
  assert(ours >= 3)
  assert.equal(asked.RETR, ours + 3) // the one that speaks of packets, those of the family
  assert.equal(asked.TOP, ours + foreign.length)
  relay.close()
})

await test('by POP3: what could not be deleted is taken again, and is there once', async () => {
  const relay = await between(port + 4, (text, down) => text, (text, down) => { // the line breaks before the server has heard QUIT
    if (!text.startsWith('QUIT')) return text
    down.destroy()
    return null
  })
  await b.stop()
  configure(b, b.mail, { imap: null, pop3: `pop3s://localhost:${relay.port}` })
  await b.serve('--no-web')
  const before = box(b.mail).length
  await say()
  await came()
  await until('it was taken twice', () => relay.seen > 4)
  assert(box(b.mail).length > before)
  relay.close()
  await b.stop()
  configure(b, b.mail, { imap: null, pop3: `pop3s://localhost:${port + 4}` })
  await b.serve('--no-web')
  await until('it is gone', () => box(b.mail).length === before)
})

await test('by POP3: where the connection breaks and another mail has gone meanwhile, no mail but ours is deleted', async () => {
  const older = [...Array(20).keys()].map(i => `${1500000000 + i}.M1.x`) // one goes with each break
  const newer = '2100000000.M3.x'
  const isThere = name => box(b.mail).some(f => f.includes(name))
  const begun = new WeakSet() // connections by which mails were listed
  let retrieving = false
  let breaks = true
  let late = 0
  const relay = await between(port + 4, (text, down) => {
    if (breaks && retrieving && text.endsWith('\r\n.\r\n')) { // once it has all of the mail
      retrieving = false
      const gone = older.pop()
      for (const f of box(b.mail)) if (f.includes(gone)) fs.rmSync(f)
      down.write(text, 'latin1', () => down.destroy()) // a break, and no goodbye: libcurl opens another one
      return null
    }
    return text
  }, (text, down) => {
    if (text.startsWith('UIDL')) begun.add(down)
    if (text.startsWith('RETR')) retrieving = true
    if (text.startsWith('DELE') && !begun.has(down)) late++
    return text
  })
  for (const name of older) put(b.mail, name, 'Subject: older\r\n\r\nHello\r\n')
  await until('the server to have numbered them', () => !older.some(name => box(b.mail).some(f => f.endsWith(`/new/${name}`))))
  await b.stop()
  await say()
  await until('a mail of ours', () => box(b.mail).some(f => fs.readFileSync(f, 'latin1').includes('packet.kith') && !/\/1000000/.test(f)))
  put(b.mail, newer, 'Subject: newer\r\n\r\nHello\r\n')
  configure(b, b.mail, { imap: null, pop3: `pop3s://localhost:${relay.port}` })
  await b.serve('--no-web')
  await came()
  await until('a mail is to be deleted by its number of before, or libcurl to have seen no break', () => late || !older.length)
  breaks = false
  const seen = relay.seen
  await until('it looks again', () => relay.seen > seen + 1)
  assert(isThere(newer), 'a mail that is not ours was deleted')
  relay.close()
})

await test('nothing is lost, nothing is there twice', () => isWhole(a, b))

for (const k of [a, b]) await k.stop()
server('stop')
await done()
