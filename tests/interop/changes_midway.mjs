// SPDX-License-Identifier: MIT
// Strangers become friends by HTTP, and go on by a folder and then by mail while a photo of 3 MB is on its way: for befriend.mjs.
import assert from 'node:assert'
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { freePort, newHome, until } from './lab.mjs'
import { equal, files, friends, hash, holds, photo } from './roads_lab.mjs'

const isFriend = async (kith, other) => (await kith.json('friends')).some(p => p.id === other.id)

// Each road carries a part of the photo and then no more. What was left in the folder comes late, when all has come by mail.
export async function changesMidway (mailDir, mailPort) {
  const [a, b, relay] = await friends('anna', 'ben', 'rita')
  const inner = await freePort()
  await relay.serve('--no-web', '--inbox', `127.0.0.1:${inner}`)
  const road = { large: 0, refused: 0, most: Infinity } // lets so many large packets through to ben
  let atB
  const proxy = http.createServer(async (q, answer) => {
    const body = []
    for await (const piece of q) body.push(piece)
    const bytes = Buffer.concat(body)
    if (q.method === 'POST' && atB.endsWith(q.url) && bytes.length > 100000 && ++road.large > road.most) {
      road.refused++
      return answer.writeHead(503).end()
    }
    const onward = http.request({ host: '127.0.0.1', port: inner, path: q.url, method: q.method, headers: q.headers, agent: false }, r => {
      answer.writeHead(r.statusCode, r.headers)
      r.pipe(answer)
    })
    onward.on('error', () => answer.destroy()).end(bytes)
  })
  await new Promise(resolve => proxy.listen(0, '127.0.0.1', resolve))
  const base = `http://127.0.0.1:${proxy.address().port}/inbox`
  for (const [k, who] of [[a, 'anna@a.test'], [b, 'ben@b.test']]) {
    const s = { smtp: `smtp://localhost:${mailPort}`, imap: `imaps://localhost:${mailPort + 1}`, user: who, from: who, password: 'secret', ca: `${mailDir}/cert.pem`, every: '1' }
    fs.writeFileSync(path.join(k.home, 'roads.conf'), Object.entries(s).map(([n, v]) => `mailto.${n} = ${v}\n`).join(''), { mode: 0o600 })
    await k.serve('--no-web')
  }
  await a.run('road', 'listen', base)
  atB = (await b.run('road', 'listen', base)).trim()
  await a.run('follow', '--road', atB, '--text', 'hello', b.id)
  await until('the request', async () => (await b.json('friends', '--requests')).some(p => p.request && p.followsMe))
  await b.run('follow', a.id)
  await until('friends', async () => await isFriend(a, b) && await isFriend(b, a), 90e3)
  await equal('by HTTP', a, b)
  const file = photo(20)
  road.most = 1
  await a.run('post', '--public', '--file', file, 'a photo by three roads')
  await until('the first road carries no more', () => road.refused > 0, 90e3)
  assert(!await holds(b, hash(file)), 'the photo came whole by the first road')
  const [mine, hers] = [newHome('stick'), newHome('stick')]
  const large = () => files(mine).filter(f => fs.statSync(path.join(mine, f)).size > 100000)
  await a.run('road', 'add', b.id, `dir:${mine}`)
  await b.run('road', 'listen', `dir:${hers}`)
  await a.run('outbox', 'again', b.id)
  await until('a part lies in the folder', () => large().length, 300e3) // asked for again, perhaps
  const carry = name => fs.renameSync(path.join(mine, name), path.join(hers, name))
  carry(large()[0])
  await until('it is taken', () => files(hers).length === 0)
  assert(!await holds(b, hash(file)), 'the photo came whole by the second road')
  for (const [k, other, who] of [[a, b, 'ben@b.test'], [b, a, 'anna@a.test']]) await k.run('road', 'add', other.id, `mailto:${who}`)
  await a.run('road', 'remove', b.id, `dir:${mine}`)
  for (const [k, who] of [[a, 'anna@a.test'], [b, 'ben@b.test']]) await k.run('road', 'listen', `mailto:${who}`)
  await a.run('outbox', 'again', b.id)
  await until('the photo', () => holds(b, hash(file)), 400e3) // asked for again after a minute at least
  const post = await until('the post', async () => (await b.json('wall', a.id)).find(m => m.value.content.text === 'a photo by three roads'), 90e3)
  await b.run('reply', post.key, 'it came')
  await equal('the answer by mail', a, b)
  for (const name of files(mine)) carry(name) // late, and for the second time
  await until('they are taken', () => files(hers).length === 0, 90e3)
  await b.run('post', '--public', '--wall', a.id, 'the end')
  await equal('the end', a, b)
  assert.equal((await a.json('thread', post.key)).length, 2)
  assert.equal((await b.json('thread', post.key)).length, 2)
  assert.equal((await b.json('wall', a.id)).filter(m => m.value.content.text === 'a photo by three roads').length, 1)
  assert.equal((await a.json('wall', a.id)).filter(m => m.value.content.text === 'the end').length, 1)
  assert((await b.run('blob', 'has', hash(file))).includes('true'))
  await until('nothing waits', async () => files(path.join(a.home, 'outpackets')).length === 0 && files(path.join(b.home, 'outpackets')).length === 0, 90e3)
  for (const k of [a, b]) assert(!(await k.run('peers')).includes('connected'), 'a live link')
  for (const k of [a, b, relay]) assert.equal(await k.stop(), 0)
  proxy.close()
  proxy.closeAllConnections()
}
