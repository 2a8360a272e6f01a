// SPDX-License-Identifier: MIT
// What the mail scripts share: Postfix and Dovecot started here, their mailboxes, a node that is reached by mail, and
// something between it and the server that spoils what is said.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import tls from 'node:tls'
import { spawnSync } from 'node:child_process'
import { Kith, done, freePort, newHome, root, skip } from './lab.mjs'
import { part, person, seal, u } from '../vectors/packet/envelope.mjs'

const has = program => spawnSync('sh', ['-c', `PATH=$PATH:/usr/sbin command -v ${program}`]).status === 0
if (process.getuid() !== 0 || !has('postfix') || !has('dovecot')) {
  skip('mail', 'Postfix and Dovecot can be started by root alone, where they are installed')
  await done()
}

export const dir = newHome('mail')
export const port = 20000 + Math.floor(Math.random() * 1500) * 8
export const server = (verb, ...more) => {
  const result = spawnSync('bash', [path.join(root, 'tests/interop/mailserver.sh'), verb, dir, String(port), ...more], { stdio: 'ignore' })
  assert.equal(result.status, 0, `mailserver.sh ${verb}`)
}
server('start')
export const cert = { key: fs.readFileSync(`${dir}/key.pem`), cert: fs.readFileSync(`${dir}/cert.pem`) }

export const HASH = /%[A-Za-z0-9+/]{43}=\.sha256/
export const configure = (kith, who, more = {}) => {
  const all = { smtp: `smtp://localhost:${port}`, imap: `imaps://localhost:${port + 1}`, user: who, from: who, password: 'secret', ca: `${dir}/cert.pem`, every: '1', ...more }
  const lines = Object.entries(all).filter(([, v]) => v !== null).map(([k, v]) => `mailto.${k} = ${v}\n`)
  fs.writeFileSync(path.join(kith.home, 'roads.conf'), lines.join(''), { mode: 0o600 })
}
export const box = (who, folder = '') => ['new', 'cur'].flatMap(d => {
  const at = path.join(dir, 'mail', who, folder, d)
  return fs.existsSync(at) ? fs.readdirSync(at).map(f => path.join(at, f)) : []
})
// A mail in a mailbox, as if it had come.
export const put = (who, name, text) => {
  const at = path.join(dir, 'mail', who, 'new', name)
  fs.writeFileSync(at, text)
  assert.equal(spawnSync('chown', ['vmail:', at]).status, 0)
}
export const exported = async kith => (await kith.run('export')).split('\n').filter(Boolean).map(line => JSON.parse(line))
export const count = async (kith, id) => (await exported(kith)).filter(m => m.value.author === id).length
export const isWhole = async (a, b) => {
  for (const [from, to] of [[a, b], [b, a]]) assert.equal(await count(to, from.id), await count(from, from.id))
  for (const k of [a, b]) {
    const ids = (await exported(k)).map(m => m.key)
    assert.equal(new Set(ids).size, ids.length)
  }
}
export const seed = kith => Buffer.from(JSON.parse(fs.readFileSync(path.join(kith.home, 'secret'), 'utf8').split('\n').filter(l => !l.startsWith('#')).join('')).private, 'base64').subarray(0, 32)
// A packet of `from`, and the plainest mail with one in it.
export const packet = (from, ...ids) => {
  const now = Date.now()
  const note = Buffer.concat([person(seed(from)).pub, u(8, 1), Buffer.from([0])])
  const content = Buffer.concat([part(1, note), part(999, crypto.randomBytes(20))])
  return seal({ created: now, expires: now + 86400e3, id: crypto.randomBytes(16), content }, person(seed(from)), ids.map(id => Buffer.from(id.slice(1, 45), 'base64')), crypto.randomBytes)
}
export const mailOf = bytes => 'From: a@a.test\r\nSubject: A kith packet\r\nMIME-Version: 1.0\r\nContent-Type: application/octet-stream; name=packet.kith\r\n' +
  'Content-Disposition: attachment; filename=packet.kith\r\nContent-Transfer-Encoding: base64\r\n\r\n' + bytes.toString('base64').replace(/(.{76})/g, '$1\r\n') + '\r\n'

export const log = kith => fs.readFileSync(path.join(kith.home, 'serve.log'), 'utf8')

// anna and ben, who follow each other and have nothing but mail. `settings`: of each in roads.conf.
export async function friends (settings = [{}, {}]) {
  const people = []
  for (const [i, name] of ['anna', 'ben'].entries()) {
    const kith = await new Kith(newHome(name)).init('--name', name)
    kith.mail = `${name}@${name[0]}.test`
    configure(kith, kith.mail, settings[i])
    people.push(kith)
  }
  const [a, b] = people
  await a.run('follow', b.id)
  await b.run('follow', a.id)
  return people
}
export async function connect (a, b) {
  for (const [from, to] of [[a, b], [b, a]]) {
    await from.serve('--no-web')
    await from.run('road', 'add', to.id, `mailto:${to.mail}`)
    await from.run('road', 'listen', `mailto:${from.mail}`)
  }
}

// Stands before a TLS server at `to`: `change` may alter what that says, changeUp what it is told; cut() ends all connections, refuse makes it end
// those that come, too.
export async function between (to, change = text => text, changeUp = text => text) {
  const sockets = new Set()
  const self = { port: await freePort(), refuse: false, seen: 0, cut: () => { for (const s of sockets) s.destroy() } }
  const listener = tls.createServer(cert, down => {
    self.seen++
    if (self.refuse) return down.destroy()
    const up = tls.connect({ host: '127.0.0.1', port: to, ca: cert.cert, servername: 'localhost' })
    for (const [from, other] of [[up, down], [down, up]]) {
      sockets.add(from)
      from.on('error', () => {}).on('close', () => { sockets.delete(from); other.destroy() })
    }
    down.on('data', d => {
      const said = changeUp(d.toString('latin1'), down)
      if (said !== null) up.write(said, 'latin1')
    })
    up.on('data', d => {
      const said = change(d.toString('latin1'), down)
      if (said !== null) down.write(said, 'latin1')
    })
  })
  listener.on('tlsClientError', () => {})
  await new Promise(resolve => listener.listen(self.port, '127.0.0.1', resolve))
  self.close = () => { self.cut(); listener.close() }
  return self
}
