// SPDX-License-Identifier: MIT
// mail.mjs: two nodes that have nothing but mail, through Postfix and Dovecot started here; and what mail does to one.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import tls from 'node:tls'
import { done, freePort, newHome, test, until } from './lab.mjs'
import { box, cert, configure, count, dir, exported, friends, HASH, isWhole, port, put as putFor, seed, server } from './mail_lab.mjs'
import { found, plainStrings } from './plain_strings.mjs'
import { part, person, seal, u } from '../vectors/packet/envelope.mjs'

const [a, b] = await friends()
const photo = path.join(newHome('photo'), 'tulips-in-may.jpg')
fs.writeFileSync(photo, crypto.randomBytes(3e6))
const blob = '&' + crypto.createHash('sha256').update(fs.readFileSync(photo)).digest('base64') + '.sha256'

// The server's disk, indexes, queue and logs among it, holds lengths and the mail addresses, and nothing else of all this.
const isSealed = (...messages) => {
  const strings = plainStrings({ people: [a, b], texts: ['canary-5501', 'canary-5502'], photos: [photo], ids: [blob, ...messages] })
  assert.deepEqual(found([dir], strings, ['anna@a.test', 'ben@b.test']), ['anna@a.test', 'ben@b.test'])
}

// As a mail program shows it to somebody who does not know what it is.
function readByPerson (file) {
  const [head, ...rest] = fs.readFileSync(file, 'latin1').split(/\r?\n\r?\n/)
  const header = name => head.replace(/\r?\n[ \t]+/g, ' ').match(new RegExp(`^${name}: *(.*?)\r?$`, 'mi'))?.[1]
  assert.deepEqual(['Subject', 'From', 'To', 'MIME-Version'].map(header), ['A kith packet', 'anna@a.test', 'ben@b.test', '1.0'])
  assert(Math.abs(Date.parse(header('Date')) - Date.now()) < 600e3)
  assert.match(header('Message-ID'), /^<[0-9a-f]+@a\.test>$/)
  const boundary = header('Content-Type').match(/^multipart\/mixed; *boundary="?([^";]+)/)[1]
  const [, text, attachment, end] = `\n${rest.join('\n\n')}`.replace(/\r/g, '').split(`\n--${boundary}`)
  assert.match(end, /^--\s*$/)
  assert.match(text, /^\nContent-Type: text\/plain; charset=utf-8\n/)
  assert.doesNotMatch(text, /Content-Transfer-Encoding: (base64|quoted)/)
  assert.match(text, /\n\nThe attachment is a sealed packet of kith, a social network .*\n.* kith on your machine will fetch it\.\nIf you do not use kith, you can delete this mail; nobody can read the attachment but its recipient\.\n/)
  assert.match(attachment, /Content-Type: application\/x-kith-packet/)
  assert.match(attachment, /Content-Disposition: attachment; filename="?packet\.kith/)
}

await test('by mail alone: walls, comments, a photo of 3 MB; nothing lost, nothing twice', async () => {
  for (const k of [a, b]) await k.serve('--no-web')
  await a.run('road', 'add', b.id, 'mailto:ben@b.test')
  await a.run('road', 'listen', 'mailto:anna@a.test')
  await b.run('road', 'add', a.id, 'mailto:anna@a.test')
  const post = (await a.run('post', '--public', '--file', photo, 'canary-5501')).match(HASH)[0]
  await until('it is stored', async () => (await a.run('outbox', post)).includes(`stored  mailto: the mail server localhost:${port}`))
  await until('all mails are there', () => box('ben@b.test').length >= 4)
  const packets = await until('as many mails as packets', async () => {
    const [{ packets }] = JSON.parse(await a.run('outbox', '--json'))
    return packets.every(p => p.state === 'stored') && packets.length === box('ben@b.test').length && packets
  })
  const sum = list => list.reduce((x, y) => x + y, 0)
  const ratio = sum(box('ben@b.test').map(f => fs.statSync(f).size)) / sum(packets.map(p => p.bytes))
  console.log(`mail against packet: ${ratio.toFixed(3)}`)
  assert(ratio < 1.4)
  for (const file of box('ben@b.test')) readByPerson(file)
  isSealed(post) // the mails lie in ben's mailbox
  await b.run('road', 'listen', 'mailto:ben@b.test')
  await until('the post', async () => await count(b, a.id) === await count(a, a.id))
  await until('the photo', async () => (await b.run('blob', 'has', blob)).includes('true'))
  const comment = (await b.run('reply', post, 'canary-5502')).match(HASH)[0]
  await until('the comment', async () => (await a.json('thread', post)).length === 2)
  await until('the receipt', async () => (await a.run('outbox', post)).includes('received'))
  await isWhole(a, b)
  await until('all mail was moved', () => box('ben@b.test').length === 0 && box('ben@b.test', '.kith').length >= 4)
  isSealed(post, comment) // both mailboxes, with the folder that they were moved to
})

await test('a thousand foreign mails and one of 50 MB are left alone; mangled ones are read or left', async () => {
  await b.stop()
  const put = (name, text) => putFor('ben@b.test', name, text)
  for (let i = 0; i < 1000; i++) put(`${1e9 + i}.M${i}.x`, `From: x@x.test\r\nTo: ben@b.test\r\nSubject: mail ${i}\r\n\r\nHello ${i}\r\n`)
  put('1000002000.M1.x', `From: x@x.test\r\nSubject: A kith packet\r\nX-Kith-Packet: 1\r\n\r\n${'x'.repeat(98)}\r\n`.padEnd(50e6, 'y\r\n'))
  const now = Date.now()
  const make = text => {
    const note = Buffer.concat([person(seed(a)).pub, u(8, 1), Buffer.from([0])])
    return seal({ created: now, expires: now + 86400e3, id: crypto.randomBytes(16), content: Buffer.concat([part(1, note), part(999, Buffer.from(text))]) }, person(seed(a)), [Buffer.from(b.id.slice(1, 45), 'base64')], crypto.randomBytes)
  }
  const head = 'From: a@a.test\nSubject: [list] A kith packet\nMIME-Version: 1.0\n'
  const type = 'Content-Type: application/octet-stream; name=packet.kith\nContent-Disposition: attachment; filename=packet.kith\n'
  const qp = bytes => [...bytes].map((c, i) => '=' + c.toString(16).toUpperCase().padStart(2, '0') + (i % 20 === 19 ? '=\n' : '')).join('')
  put('1000003000.M1.x', `${head}${type}Content-Transfer-Encoding: base64\n\n${make('one').toString('base64').replace(/(.{61})/g, '$1\n  ')}\n`) // only line ends, other widths, no header of ours
  put('1000003001.M1.x', `${head}Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n${type}Content-Transfer-Encoding: quoted-printable\n\n${qp(make('two'))}\n--c--\n--b--\nA footer of the list\n`)
  put('1000003002.M1.x', `${head}${type}Content-Transfer-Encoding: base64\n\n${make('three').toString('base64').slice(0, 900)}\n`) // cut off
  await b.serve('--no-web')
  await until('two came', () => fs.existsSync(path.join(b.home, 'inpackets/kept')) && fs.readdirSync(path.join(b.home, 'inpackets/kept')).length === 2, 120e3)
  await until('one was refused or left', () => box('ben@b.test').some(f => f.includes('1000003002')) || (fs.existsSync(path.join(b.home, 'inpackets/refused')) && fs.readdirSync(path.join(b.home, 'inpackets/refused')).length === 1))
  assert.equal(box('ben@b.test').filter(f => /\/1000000\d\d\d\.M|\/1000000\d+\.M/.test(f)).length, 1000)
  assert(box('ben@b.test').some(f => f.includes('1000002000')))
})

await test('each trouble has its word in kith outbox, and what waited goes out when it is over', async () => {
  const says = async (settings, word, road = 'mailto:ben@b.test') => {
    await a.stop()
    configure(a, 'anna@a.test', settings)
    await a.serve('--no-web')
    await a.run('road', 'add', b.id, road)
    const post = (await a.run('post', '--public', `after ${word}`)).match(HASH)[0]
    await until(`${word}`, async () => word.test(await a.run('outbox', post)), 60e3)
    return post
  }
  const refusing = async answer => { // a server that takes everything but the recipient
    const p = await freePort()
    const s = tls.createServer(cert, socket => {
      socket.on('error', () => {}).write('220 x\r\n')
      socket.on('data', d => {
        for (const line of String(d).split('\r\n').filter(Boolean)) {
          socket.write(/^EHLO/i.test(line) ? '250-x\r\n250 AUTH PLAIN\r\n' : /^AUTH PLAIN$/i.test(line) ? '334 \r\n' : /^AUTH|^[A-Za-z0-9+/=]{12,}$/.test(line) ? '235 ok\r\n' : /^RCPT/i.test(line) ? `${answer}\r\n` : /^QUIT/i.test(line) ? '221 x\r\n' : '250 ok\r\n')
        }
      })
    })
    await new Promise(resolve => s.listen(p, '127.0.0.1', resolve))
    return { s, smtp: `smtps://localhost:${p}` }
  }
  await says({ smtp: `smtp://localhost:${await freePort()}` }, /trouble {2}mailto: .*connect/i)
  await says({ password: 'wrong' }, /trouble {2}mailto: the mail server refuses name or password/)
  await says({ ca: '/etc/hostname' }, /trouble {2}mailto: .*(certificate|CA)/i)
  const later = await refusing('451 4.3.0 later')
  await says({ smtp: later.smtp }, /trouble {2}mailto: the mail server says: later \(451\)/)
  const full = await refusing('452 4.2.2 mailbox full')
  await says({ smtp: full.smtp }, /trouble {2}mailto: the mailbox is full, or the mail too large \(452\)/)
  const none = await refusing('550 5.1.1 nobody')
  await says({ smtp: none.smtp }, /trouble {2}mailto: there is no such mailbox \(550\)/)
  for (const { s } of [later, full, none]) s.close()
  await says({}, /stored|received/)
  await until('everything has come', async () => await count(b, a.id) === await count(a, a.id), 60e3)
  const ids = (await exported(b)).map(m => m.key)
  assert.equal(new Set(ids).size, ids.length)
})

for (const k of [a, b]) await k.stop()
server('stop')
await done()
