// SPDX-License-Identifier: MIT
// xmpp.mjs: two nodes that have nothing but XMPP, through a Prosody started here; what hinders them, and what they say of it.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'
import tls from 'node:tls'
import { spawn, spawnSync } from 'node:child_process'
import { person, seal } from '../vectors/packet/envelope.mjs'
import { Kith, done, freePort, newHome, skip, test, until } from './lab.mjs'

if (spawnSync('sh', ['-c', 'command -v prosody']).status !== 0) {
  skip('xmpp', 'Prosody is not installed')
  await done()
}

const dir = newHome('xmpp')
const port = await freePort()
spawnSync('openssl', ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${dir}/key.pem`, '-out', `${dir}/cert.pem`,
  '-days', '30', '-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'], { stdio: 'ignore' })
fs.mkdirSync(`${dir}/data/localhost/accounts`, { recursive: true })
for (const name of ['anna', 'ben', 'eve']) fs.writeFileSync(`${dir}/data/localhost/accounts/${name}.dat`, 'return { ["password"] = "secret"; };\n')
fs.writeFileSync(`${dir}/prosody.cfg.lua`, `
run_as_root = true
pidfile = "${dir}/prosody.pid"
data_path = "${dir}/data"
certificates = "${dir}"
interfaces = { "127.0.0.1" }
c2s_ports = { ${port} }
modules_enabled = { "saslauth", "tls", "ping", "offline", "posix" }
modules_disabled = { "s2s" }
c2s_require_encryption = true
authentication = "internal_plain"
log = { info = "${dir}/prosody.log" }
VirtualHost "localhost"
  ssl = { key = "${dir}/key.pem", certificate = "${dir}/cert.pem" }
`)
let prosody
const start = async () => {
  prosody = spawn('prosody', ['--config', `${dir}/prosody.cfg.lua`, '-F'], { stdio: 'ignore' })
  await until('Prosody', () => new Promise(resolve => {
    const s = net.connect(port, '127.0.0.1', () => { s.destroy(); resolve(true) }).on('error', () => resolve(false))
  }))
}
const stop = () => new Promise(resolve => { prosody.on('exit', resolve); prosody.kill() })
await start()
process.on('exit', () => prosody.kill())

const HASH = /%[A-Za-z0-9+/]{43}=\.sha256/
const configure = (kith, name, more = {}) => {
  const all = { jid: `${name}@localhost`, password: 'secret', host: '127.0.0.1', port, ca: `${dir}/cert.pem`, ...more }
  fs.writeFileSync(path.join(kith.home, 'roads.conf'), Object.entries(all).map(([k, v]) => `xmpp.${k} = ${v}\n`).join(''), { mode: 0o600 })
}
const exported = async kith => (await kith.run('export')).split('\n').filter(Boolean).map(line => JSON.parse(line))
const count = async (kith, id) => (await exported(kith)).filter(m => m.value.author === id).length
const [a, b] = [await new Kith(newHome('anna')).init('--name', 'anna'), await new Kith(newHome('ben')).init('--name', 'ben')]
configure(a, 'anna')
configure(b, 'ben')
await a.run('follow', b.id)
await b.run('follow', a.id)
const photo = path.join(newHome('photo'), 'p.jpg')
fs.writeFileSync(photo, crypto.randomBytes(3e6))
const blob = '&' + crypto.createHash('sha256').update(fs.readFileSync(photo)).digest('base64') + '.sha256'
for (const k of [a, b]) await k.serve('--no-web')
await a.run('road', 'add', b.id, 'xmpp:ben@localhost')
await a.run('road', 'listen', 'xmpp:anna@localhost')
const came = () => until('it has come', async () => await count(b, a.id) === await count(a, a.id), 120e3)

await test('by XMPP alone: walls, comments, a photo of 3 MB, first kept by the server; nothing lost, nothing twice', async () => {
  const post = (await a.run('post', '--public', '--file', photo, 'canary-7701')).match(HASH)[0]
  if ((await until('it is stored', async () => (await a.run('outbox', post)).match(/stored  xmpp: the XMPP server\n|no road of this kind/), 120e3))[0].startsWith('no')) {
    skip('xmpp', 'built without libstrophe')
    for (const k of [a, b]) await k.stop()
    await done()
  }
  await until('all is stored', async () => JSON.parse(await a.run('outbox', '--json'))[0].packets.every(p => p.state === 'stored'), 120e3)
  const kept = fs.readFileSync(`${dir}/data/localhost/offline/ben.list`, 'utf8')
  for (const secret of ['canary-7701', a.id, b.id, blob]) assert(!kept.includes(secret))
  await b.run('road', 'add', a.id, 'xmpp:anna@localhost')
  await b.run('road', 'listen', 'xmpp:ben@localhost')
  await came()
  await until('the photo', async () => (await b.run('blob', 'has', blob)).includes('true'), 120e3)
  await b.run('reply', post, 'canary-7702')
  await until('the comment', async () => (await a.json('thread', post)).length === 2, 120e3)
  await until('the receipt', async () => (await a.run('outbox', post)).includes('received'), 120e3)
})

await test('who waits gets it when it comes', async () => {
  for (let i = 0; i < 3; i++) {
    await a.run('post', '--public', `number ${i}`)
    await came()
  }
})

// The least of a client: STARTTLS, PLAIN, a resource; then it says what it is told to and collects what comes.
async function client (name) {
  let socket = net.connect(port, '127.0.0.1')
  let heard = ''
  const listen = () => socket.setEncoding('utf8').on('error', () => {}).on('data', d => { heard += d })
  const ask = async (text, answer) => {
    heard = ''
    socket.write(text)
    await until(`${answer}`, () => answer.test(heard))
  }
  const open = "<?xml version='1.0'?><stream:stream to='localhost' version='1.0' xmlns='jabber:client' xmlns:stream='http://etherx.jabber.org/streams'>"
  listen()
  await ask(open, /<\/stream:features>/)
  await ask("<starttls xmlns='urn:ietf:params:xml:ns:xmpp-tls'/>", /<proceed/)
  socket.removeAllListeners('data')
  socket = tls.connect({ socket, servername: 'localhost', ca: fs.readFileSync(`${dir}/cert.pem`) })
  listen()
  await ask(open, /<\/stream:features>/)
  await ask(`<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>${Buffer.from(`\0${name}\0secret`).toString('base64')}</auth>`, /<success/)
  await ask(open, /<\/stream:features>/)
  await ask("<iq type='set' id='b'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'/></iq>", /<iq [^>]*type='result'/)
  return { ask, say: text => socket.write(text), end: () => socket.destroy() }
}

await test('what a person writes to the account is returned as not delivered; parts that do not fit harm nothing', async () => {
  const anna = await client('anna')
  const part = (id, n, of, text) => anna.say(`<message to='ben@localhost'><packet xmlns='urn:kith:packet:1' id='${id}' part='${n}' of='${of}'>${text}</packet></message>`)
  const id = n => String(n).padStart(32, 'f')
  part(id(1), 1, 2, 'AAAA')
  part(id(2), 0, 2, '!!!!')
  part(id(3), 0, 0, 'AAAA')
  part(id(4), 0, 1, 'AAAA')
  part('short', 0, 1, 'AAAA')
  part(id(5), 0, 1, '')
  part(id(6), 0, 1, 'A'.repeat(100000))
  for (let i = 10; i < 30; i++) part(id(i), 0, 9, 'AAAA'.repeat(1000))
  part(id(29), 2, 9, 'AAAA')
  anna.say("<message to='ben@localhost'><packet xmlns='urn:kith:packet:1'/></message><message to='ben@localhost' type='error'/>")
  await anna.ask("<message to='ben@localhost' type='chat' id='hello'><body>Hello Ben</body></message>", /<message [^>]*type='error'[^]*service-unavailable/)
  anna.end()
  await a.run('post', '--public', 'after all of that')
  await came()
})

await test('who begins many packets cuts off nobody else\'s', async () => {
  const [anna, eve] = [await client('anna'), await client('eve')]
  const refused = () => fs.existsSync(`${b.home}/inpackets/refused`) ? fs.readdirSync(`${b.home}/inpackets/refused`).length : 0
  const before = refused()
  const part = (who, id, n, of, bytes) => who.say(`<message to='ben@localhost'><packet xmlns='urn:kith:packet:1' id='${id}' part='${n}' of='${of}'>${bytes.toString('base64')}</packet></message>`)
  const arrived = who => who.ask("<iq type='get' id='there'><ping xmlns='urn:xmpp:ping'/></iq>", /id='there'/)
  // From nobody whom ben knows: that it came whole is seen by its being refused.
  const packet = seal({ created: Date.now(), expires: Date.now() + 86400e3, id: crypto.randomBytes(16), flags: 0, content: crypto.randomBytes(30000) },
    person(crypto.randomBytes(32)), [Buffer.from(b.id.slice(1, 45), 'base64')], crypto.randomBytes)
  const id = crypto.randomBytes(16).toString('hex')
  part(anna, id, 0, 2, packet.subarray(0, 10000))
  await arrived(anna)
  for (let i = 0; i < 20; i++) part(eve, crypto.randomBytes(16).toString('hex'), 0, 9, Buffer.alloc(12000))
  part(eve, id, 1, 2, Buffer.alloc(100)) // nor has eve a part in it
  await arrived(eve)
  part(anna, id, 1, 2, packet.subarray(10000))
  await until('it came whole', () => refused() === before + 1)
  for (const who of [anna, eve]) who.end()
})

await test('each trouble has its word, and what waited goes out when it is over', async () => {
  const says = async (settings, word) => {
    await a.stop()
    configure(a, 'anna', settings)
    await a.serve('--no-web')
    const post = (await a.run('post', '--public', `after ${word}`)).match(HASH)[0]
    await until(`${word} in the outbox`, async () => new RegExp(`trouble {2}xmpp: ${word}`).test(await a.run('outbox', post)))
    await until(`${word} in the status`, async () => new RegExp(`road {7}xmpp:anna@localhost {2}trouble: ${word}`).test(await a.run('status')))
  }
  await says({ port: await freePort() }, 'no connection to the XMPP server')
  await says({ password: 'wrong' }, 'the XMPP server does not let us in: name or password')
  await says({ ca: '/etc/hostname' }, '(the certificate of the XMPP server is refused|no connection)')
  await a.stop()
  configure(a, 'anna')
  await a.serve('--no-web')
  await came()
  await stop()
  await a.run('post', '--public', 'while the server was down')
  await until('no server', async () => (await b.run('status')).includes('xmpp:ben@localhost  trouble'))
  await start()
  await came()
  await a.run('road', 'add', b.id, 'xmpp:nobody@localhost')
  const post = (await a.run('post', '--public', 'to nobody')).match(HASH)[0]
  await until('nobody', async () => /the XMPP server says: service-unavailable/.test(await a.run('outbox', post)))
  await a.run('road', 'remove', b.id, 'xmpp:nobody@localhost')
  await came()
})

await test('nothing is lost, nothing is there twice', async () => {
  await until('all is there', async () => await count(a, b.id) === await count(b, b.id))
  for (const k of [a, b]) {
    const ids = (await exported(k)).map(m => m.key)
    assert.equal(new Set(ids).size, ids.length)
  }
})

for (const k of [a, b]) await k.stop()
await stop()
await done()
