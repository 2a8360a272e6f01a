// SPDX-License-Identifier: MIT
// A daemon calls another one by WebSocket: behind whatever lets only that through.
import net from 'node:net'
import { Kith, cleanUp, done, freePort, sleep, test, until } from './lab.mjs'

const check = (truth, words) => { if (!truth) throw new Error(words) }
const [anna, ben] = [new Kith(), new Kith()]
const port = await freePort()
const address = (at, path = '') => `ws://127.0.0.1:${at}${path}~shs:${ben.id.slice(1, -'.ed25519'.length)}`
const isThere = async id => (await anna.json('peers')).some(it => it.id === id && it.state === 'connected')

await anna.init('--name', 'Anna')
await ben.init('--name', 'Ben')
await ben.serve('--no-web', '--ws', `127.0.0.1:${port}`)
await anna.serve('--no-web')

await test('what is no WebSocket is given up, and the daemon lives', async () => {
  const answers = ['HTTP/1.1 200 OK\r\n\r\n', 'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nSec-WebSocket-Accept: AAAAAAAAAAAAAAAAAAAAAAAAAAA=\r\n\r\n', 'x'.repeat(20000)]
  let asked = 0
  const server = net.createServer(socket => { socket.on('error', () => {}); socket.once('data', () => socket.end(answers[asked++ % answers.length])) })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  for (let i = 1; i <= answers.length; i++) {
    await anna.run('connect', address(server.address().port, `/${i}`))
    await until('a call', () => asked >= i)
  }
  await sleep(100)
  check(!await isThere(ben.id), 'nobody is there')
  server.close()
})

await test('two walls by way of a WebSocket', async () => {
  await anna.run('connect', address(port))
  await until('the link', () => isThere(ben.id))
  await anna.run('follow', ben.id)
  await ben.run('follow', anna.id)
  const posts = Array.from({ length: 20 }, (_, i) => `${i} ${'long '.repeat(800)}end`)
  for (const text of posts) await ben.run('post', '--public', text)
  await anna.run('post', '--public', 'from Anna')
  await until('his posts', async () => (await anna.json('wall', ben.id)).length >= posts.length)
  await until('her post', async () => (await ben.json('wall', anna.id)).length >= 1)
})

await anna.stop()
await ben.stop()
await cleanUp()
await done()
