// SPDX-License-Identifier: MIT
// mail.mjs HOME: the length of mails against that of the packets in them, two JSON rows: a daemon sends a post with a photo, and one of
// a few words, to a mail server that counts what it is given.
import { execFileSync } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import tls from 'node:tls'
import { Kith, cleanUp, freePort, until } from '../tests/interop/lab.mjs'

const home = process.argv[2]
fs.mkdirSync(home)
const [key, cert] = ['key', 'cert'].map(name => path.join(home, `${name}.pem`))
execFileSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', key, '-out', cert,
  '-days', '2', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' })
const port = await freePort()
let mails = 0
let bytes = 0
const server = tls.createServer({ key: fs.readFileSync(key), cert: fs.readFileSync(cert) }, socket => {
  let inData = false
  let rest = ''
  socket.on('error', () => {}).write('220 localhost\r\n')
  socket.on('data', d => {
    rest += d.toString('latin1')
    for (let end; (end = rest.indexOf('\r\n')) >= 0; rest = rest.slice(end + 2)) {
      const line = rest.slice(0, end)
      if (inData && line !== '.') {
        bytes += end + 2
        continue
      }
      mails += inData ? 1 : 0
      inData = line === 'DATA'
      socket.write(inData ? '354 go on\r\n' : line === 'QUIT' ? '221 bye\r\n' : '250 ok\r\n')
    }
  })
})
await new Promise(resolve => server.listen(port, '127.0.0.1', resolve))

// What is written before there is a road goes in as few packets as it fits into.
async function measure (row, least, ...args) {
  const [a, b] = await Promise.all(['a', 'b'].map(name => new Kith(path.join(home, `${row}-${name}`)).init('--name', name)))
  fs.writeFileSync(path.join(a.home, 'roads.conf'), `mailto.smtp = smtps://localhost:${port}\nmailto.from = a@localhost\nmailto.ca = ${cert}\n`, { mode: 0o600 })
  mails = bytes = 0
  await a.run('follow', b.id)
  await a.serve('--no-web')
  await a.run('post', '--public', ...args)
  await a.run('road', 'add', b.id, 'mailto:b@localhost')
  const packets = await until('all is sent', async () => {
    const [{ packets }] = JSON.parse(await a.run('outbox', '--json'))
    return packets.length >= least && packets.every(p => p.state === 'stored') && packets.length === mails && packets
  }, 120e3)
  await a.stop()
  const inside = packets.reduce((sum, p) => sum + p.bytes, 0)
  console.log(JSON.stringify({ row, mails, packets: inside, bytes, ratio: Number((bytes / inside).toFixed(3)) }))
}
const photo = path.join(home, 'photo.jpg')
fs.writeFileSync(photo, crypto.randomBytes(3e6))
await measure('mail', 3, '--file', photo, 'a photo')
await measure('mail_small', 1, 'a few words')
server.close()
await cleanUp()
process.exit()
