// SPDX-License-Identifier: MIT
// A daemon calls another one by WebSocket: behind whatever lets only that through.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { Kith, cleanUp, done, freePort, newHome, sleep, test, until } from './lab.mjs'

const check = (truth, words) => { if (!truth) throw new Error(words) }
const [anna, ben] = [new Kith(), new Kith()]
const port = await freePort()
const address = (at, path = '', scheme = 'ws', host = '127.0.0.1') => `${scheme}://${host}:${at}${path}~shs:${ben.id.slice(1, -'.ed25519'.length)}`
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

// ---- wss: a server with TLS stands before Ben's daemon ----

const ca = newHome('ca')
const openssl = (...args) => execFileSync('openssl', args, { cwd: ca, stdio: ['ignore', 'pipe', 'pipe'] })
const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
openssl('req', '-x509', ...key, '-days', '2', '-subj', '/CN=a test', '-keyout', 'ca.key', '-out', 'ca.pem')
function certificate (name, alt, days = 2) {
  openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', `${name}.key`, '-out', `${name}.csr`)
  fs.writeFileSync(path.join(ca, 'ext'), `subjectAltName=${alt}\n`)
  openssl('x509', '-req', '-in', `${name}.csr`, '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', String(days), '-extfile', 'ext', '-out', `${name}.pem`)
  return { cert: fs.readFileSync(path.join(ca, `${name}.pem`)), key: fs.readFileSync(path.join(ca, `${name}.key`)) }
}
const good = certificate('good', 'DNS:localhost,IP:127.0.0.1')
let passed = 0
async function proxy (options) {
  const server = tls.createServer(options, from => {
    const to = net.connect(port, '127.0.0.1')
    passed++
    from.on('error', () => to.destroy())
    to.on('error', () => from.destroy())
    from.pipe(to).pipe(from)
  })
  server.on('tlsClientError', () => {})
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return server
}
const why = async to => (await anna.json('peers')).find(it => it.address === to)?.why

await test('two more walls, by TLS', async () => {
  const server = await proxy(good)
  await anna.run('connect', '--forget', address(port)) // the link ends with the daemon
  await anna.stop()
  await anna.serve('--no-web', '--roots', path.join(ca, 'ca.pem'))
  for (const host of ['localhost', '127.0.0.1']) {
    const before = passed
    await until('no link', async () => !await isThere(ben.id))
    await anna.run('connect', address(server.address().port, '', 'wss', host))
    await until(`the link by ${host}`, () => isThere(ben.id))
    check(passed > before, 'it went through TLS')
    const posts = Array.from({ length: 20 }, (_, i) => `${host} ${i} ${'long '.repeat(1500)}end`)
    const had = (await anna.json('wall', ben.id, '--limit', '1000')).length
    for (const text of posts) await ben.run('post', '--public', text)
    await until('his posts', async () => (await anna.json('wall', ben.id, '--limit', '1000')).length >= had + posts.length)
    await anna.run('post', '--public', `by ${host}`)
    await until('her post', async () => (await ben.json('wall', anna.id)).some(it => JSON.stringify(it).includes(`by ${host}`)))
    await anna.run('connect', '--forget', address(server.address().port, '', 'wss', host))
    await anna.stop()
    await anna.serve('--no-web', '--roots', path.join(ca, 'ca.pem'))
  }
  server.close()
})

await test('a certificate that is not trusted is refused, and the reason is said', async () => {
  const servers = {
    'another name': [await proxy(certificate('elsewhere', 'DNS:elsewhere.example')), /certificate: .*mismatch/i],
    'out of date': [await proxy(certificate('old', 'DNS:localhost,IP:127.0.0.1', -1)), /certificate: .*expired/i],
    'an old TLS': [await proxy({ ...good, minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'DEFAULT@SECLEVEL=0' }), /TLS: /]
  }
  const before = passed
  for (const [name, [server, words]] of Object.entries(servers)) {
    for (const host of ['localhost', '127.0.0.1']) {
      const to = address(server.address().port, '', 'wss', host)
      await anna.run('connect', to)
      await until(`${name}: words`, async () => words.test(await why(to) ?? ''))
      await anna.run('connect', '--forget', to)
    }
    server.close()
  }
  check(passed === before, 'nobody was let through')

  await anna.stop()
  await anna.serve('--no-web') // the system knows nothing of our CA
  const server = await proxy(good)
  const to = address(server.address().port, '', 'wss', 'localhost')
  await anna.run('connect', to)
  await until('words', async () => /certificate: .*issuer|certificate: self.signed/i.test(await why(to) ?? ''))
  await anna.run('connect', '--forget', to)
  check(passed === before, 'nobody was let through')
  server.close()
})

await test('what is no TLS, or ends amid it, is given up, and the daemon lives', async () => {
  const answers = [() => 'HTTP/1.1 400 Bad Request\r\n\r\n', () => '', () => Buffer.from([22, 3, 3, 0, 100, 2, 0, 0, 96]), () => 'x'.repeat(40000)]
  for (const answer of answers) {
    const server = net.createServer(socket => { socket.on('error', () => {}); socket.once('data', () => socket.end(answer())) })
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    const to = address(server.address().port, '', 'wss')
    await anna.run('connect', to)
    await until('words', async () => /^TLS: |closed|hangup/.test(await why(to) ?? ''))
    await anna.run('connect', '--forget', to)
    server.close()
  }
})

await anna.stop()
await ben.stop()
await cleanUp()
await done()
