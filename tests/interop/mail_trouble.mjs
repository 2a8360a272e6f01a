// SPDX-License-Identifier: MIT
// mail_trouble.mjs: what goes wrong with mail servers and on the way. Each trouble has its word in kith outbox or kith status,
// nothing is lost by it, and what waited comes when it is over.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { done, freePort, newHome, test, until } from './lab.mjs'
import { between, box, configure, connect, count, friends, HASH, isWhole, port, put, server } from './mail_lab.mjs'

const [a, b] = await friends()
await connect(a, b)
const policy = `smtpd_recipient_restrictions=check_policy_service inet:127.0.0.1:${port + 5}, permit_sasl_authenticated, reject`
const say = async (text, ...more) => (await a.run('post', '--public', ...more, text)).match(HASH)[0]
const came = async () => until('it has come', async () => await count(b, a.id) === await count(a, a.id), 120e3)
const shows = async (post, word) => until(`${word} in the outbox`, async () => word.test(await a.run('outbox', post)), 120e3)
const status = word => until(`${word} in the status`, async () => word.test(await b.run('status')), 120e3)
const again = async settings => {
  await b.stop()
  configure(b, b.mail, settings)
  await b.serve('--no-web')
}
const reports = (who, folder) => box(who, folder).filter(f => /delivery-status/.test(fs.readFileSync(f, 'utf8')))
await say('the first')
await came()

await test('what hinders receiving is in kith status, and what waited comes when it is over', async () => {
  const road = 'road {7}mailto:ben@b\\.test  '
  await status(new RegExp(`${road}waits\n`))
  const gone = await freePort()
  for (const [settings, why] of [
    [{ imap: `imaps://localhost:${gone}` }, '.*connect'],
    [{ imap: null, pop3: `pop3s://localhost:${gone}` }, '.*connect'],
    [{ password: 'wrong' }, 'the mail server refuses name or password'],
    [{ imap: null, pop3: `pop3s://localhost:${port + 4}`, password: 'wrong' }, 'the mail server refuses name or password'],
    [{ ca: '/etc/hostname' }, '.*(certificate|CA)'],
    [{ imap: `imap://localhost:${port}` }, '.*'],
    [{ imap: null }, 'mailto\\.imap is not in roads\\.conf']
  ]) {
    await again(settings)
    await status(new RegExp(`${road}trouble: ${why}`, 'i'))
  }
  await say('while it was so')
  await until('a mail', () => box(b.mail).length)
  await again({})
  await came()
  await status(new RegExp(`${road}waits\n`))
  await again({ imap: null, pop3: `pop3s://localhost:${port + 4}` })
  await status(new RegExp(`${road}looked\n`))
  await again({})
})

await test('a mailbox that is full: what the server says is in the outbox, and all comes when there is room', async () => {
  await b.stop()
  server('postfix', policy)
  put(b.mail, '1000000001.M1.x', 'Subject: large\r\n\r\n'.padEnd(3e6, 'y\r\n'))
  server('quota', '1M')
  const post = await say('into a full mailbox')
  await shows(post, /trouble {2}mailto: the mailbox is full, or the mail too large \(452\)/)
  server('quota', '100M')
  await shows(post, /stored/)
  await b.serve('--no-web')
  await came()
  assert(box(b.mail).some(f => f.includes('1000000001')))
})

await test('a mailbox found full only when the mail is there: it comes back, the outbox has the server\'s words, and it goes out again', async () => {
  await b.stop()
  server('postfix', 'smtpd_recipient_restrictions=permit_sasl_authenticated, reject')
  server('quota', '1M')
  const post = await say('returned')
  await shows(post, /trouble {2}mailto: returned by the mail server: 552 5\.2\.2 .*[Qq]uota/)
  await until('the report to be moved', () => reports(a.mail, '.kith').length && !reports(a.mail).length)
  server('quota', '100M')
  await b.serve('--no-web')
  await a.run('outbox', 'again', b.id)
  await came()
  await shows(post, /received/)
})

await test('nobody has that mailbox: the server\'s report is told to the packet of that person alone, by IMAP and by POP3', async () => {
  const someone = () => '@' + crypto.generateKeyPairSync('ed25519').publicKey.export({ format: 'der', type: 'spki' }).subarray(12).toString('base64') + '.ed25519'
  const [c, d] = [someone(), someone()]
  const of = async id => JSON.parse(await a.run('outbox', '--json')).find(r => r.id === id)
  const why = /^returned by the mail server: 550 5\.1\.1 .*(doesn't exist|unknown)/i
  const hears = id => until('the report', async () => (await of(id))?.packets.some(p => p.state === 'trouble' && why.test(p.by)), 60e3)
  const before = reports(a.mail, '.kith').length
  await a.run('follow', c)
  await a.run('road', 'add', c, 'mailto:cleo@b.test')
  await hears(c)
  await until('it to be moved', () => reports(a.mail, '.kith').length > before && !reports(a.mail).length)
  assert.equal((await of(b.id)).packets.filter(p => p.state === 'trouble').length, 0)
  await a.stop() // and is so afterwards
  configure(a, a.mail, { imap: null, pop3: `pop3s://localhost:${port + 4}` })
  await a.serve('--no-web')
  assert.match(await a.run('outbox'), /trouble/)
  await a.run('follow', d)
  await a.run('road', 'add', d, 'mailto:dora@b.test')
  await hears(d)
  await until('it to be deleted', () => !reports(a.mail).length)
  for (const [id, to] of [[c, 'cleo'], [d, 'dora']]) await a.run('road', 'remove', id, `mailto:${to}@b.test`)
  await a.stop()
  configure(a, a.mail)
  await a.serve('--no-web')
})

await test('forged reports cost a word in the outbox at the most; those about other mail are left alone', async () => {
  await b.stop()
  const post = await say('what anybody may say of it')
  await shows(post, /stored/)
  const [sent] = await until('it is there', () => { const all = box(b.mail).filter(f => !f.includes('1000000001')); return all.length && all })
  const id = fs.readFileSync(sent, 'utf8').match(/^Message-ID: (<[0-9a-f]{32}@a\.test>)/mi)[1]
  const report = (about, { to = 'ben@b.test', action = 'failed', words = 'smtp; 550 never', head = 'X-Kith-Packet: 1\r\nSubject: A kith packet', more = '' } = {}) =>
    'From: x@x.test\r\nSubject: Undelivered Mail\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary=x\r\n\r\n' +
    `--x\r\n\r\nsorry\r\n--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n${more}Final-Recipient: rfc822; ${to}\r\nAction: ${action}\r\nDiagnostic-Code: ${words}\r\n\r\n` +
    `--x\r\nContent-Type: text/rfc822-headers\r\n\r\n${head}\r\nMessage-ID: ${about}\r\nTo: ${to}\r\n\r\n--x--\r\n`
  const moved = reports(a.mail, '.kith').length
  put(a.mail, '1000000031.M1.x', report('<hello@a.test>', { head: 'Subject: The choir on Monday' })) // a letter of hers
  put(a.mail, '1000000032.M1.x', report('<hello@a.test>', { head: 'Subject: X-Kith-Packet is what?' }))
  put(a.mail, '1000000033.M1.x', report(id, { action: 'delayed' }))
  put(a.mail, '1000000034.M1.x', report('<0123456789abcdef0123456789abcdef@a.test>', { to: 'nobody@x.test' }))
  await until('the two that are about kith to be moved', () => reports(a.mail, '.kith').length === moved + 2)
  await shows(post, /stored/)
  put(a.mail, '1000000035.M1.x', report(id, { words: `smtp; \u001b[2J${'no '.repeat(5000)}`, more: 'X: y\r\n'.repeat(1000) }))
  await shows(post, /trouble {2}mailto: returned by the mail server: \[2Jno( no)+/)
  const { packets } = JSON.parse(await a.run('outbox', '--json')).find(r => r.id === b.id)
  assert(packets.every(p => p.by.length < 120 && /^[ -~]*$/.test(p.by)))
  put(a.mail, '1000000036.M1.x', report('<changed@x.test>')) // a relay has given it another Message-ID: by the address
  await until('all of them', () => reports(a.mail, '.kith').length === moved + 4)
  assert.deepEqual(reports(a.mail).map(f => path.basename(f).slice(0, 10)).sort(), ['1000000031', '1000000032'])
  await b.serve('--no-web') // it is there all the same
  await came()
  await shows(post, /received/)
})

await test('a mail too large for the server waits with the server\'s word, until it takes it', async () => {
  server('postfix', 'message_size_limit=200000')
  const photo = path.join(newHome('photo'), 'p.jpg')
  fs.writeFileSync(photo, crypto.randomBytes(1e6))
  const blob = '&' + crypto.createHash('sha256').update(fs.readFileSync(photo)).digest('base64') + '.sha256'
  await say('a photo', '--file', photo)
  await until('552', async () => /trouble.*too large \(552\)/.test(JSON.stringify(JSON.parse(await a.run('outbox', '--json')))), 120e3)
  server('postfix', 'message_size_limit=20000000')
  await until('the photo', async () => (await b.run('blob', 'has', blob)).includes('true'), 120e3)
  await came()
})

await test('mail that a relay has written anew is read; of one that was cut off nothing is lost', async () => {
  await b.stop()
  const post = await say('through a relay')
  await shows(post, /stored/)
  const qp = bytes => [...bytes].map((c, i) => '=' + c.toString(16).toUpperCase().padStart(2, '0') + (i % 20 === 19 ? '=\n' : '')).join('')
  const arrived = () => until('it is there', () => { const all = box(b.mail).filter(f => !f.includes('1000000001')); return all.length && all })
  const ours = await arrived()
  await a.stop() // it sends nothing anew
  for (const [i, file] of ours.entries()) { // no header of ours, line ends of Unix, quoted-printable, a footer
    const text = fs.readFileSync(file, 'utf8').replace(/\r\n/g, '\n').replace(/^X-Kith-Packet: 1\n/m, '').replace('Subject: ', 'Subject: =?utf-8?Q?[Liste_=C3=BC]?= ')
      .replace(/Content-Transfer-Encoding: base64\n((?:[^\n]+\n)*)\n([A-Za-z0-9+/=\n]+)\n--/, (_, more, body) => `Content-Transfer-Encoding: quoted-printable\n${more}\n${qp(Buffer.from(body, 'base64'))}\n--`)
    assert.match(text, /quoted-printable/)
    assert.doesNotMatch(text, /base64|X-Kith/)
    fs.unlinkSync(file) // its name tells its length
    put(b.mail, `100000001${i}.M1.x`, text + '\n-- \nScanned by nobody\n')
  }
  await b.serve('--no-web')
  await came()
  await a.serve('--no-web')
  await b.stop()
  const cut = await say('cut off')
  await shows(cut, /stored/)
  const moved = box(b.mail, '.kith').length
  const whole = await arrived()
  for (const [i, file] of whole.entries()) {
    const text = fs.readFileSync(file, 'utf8')
    fs.unlinkSync(file)
    put(b.mail, `100000002${i}.M1.x`, text.slice(0, text.lastIndexOf('\n--') - 400))
  }
  await b.serve('--no-web')
  await until('they were moved, or marked and left', () => box(b.mail, '.kith').length + box(b.mail).filter(f => /:2,.*[a-z]/.test(f)).length >= moved + whole.length)
  await a.run('outbox', 'again', b.id)
  await came()
  await shows(cut, /received/)
})

await test('a line that breaks in the middle of a mail: it is fetched again', async () => {
  let broken = 0
  const relay = await between(port + 1, (text, down) => {
    const at = text.indexOf('application/x-kith-packet')
    if (at < 0 || broken >= 2) return text
    broken++
    down.end(text.slice(0, at + 40), 'latin1')
    return null
  })
  await again({ imap: `imaps://localhost:${relay.port}` })
  await say('through a line that breaks')
  await came()
  assert.equal(broken, 2)
  relay.close()
})

await test('nothing is lost, nothing is there twice', async () => {
  await again({})
  await b.run('post', '--public', 'and back')
  await until('it has come', async () => await count(a, b.id) === await count(b, b.id), 120e3)
  await isWhole(a, b)
})

for (const k of [a, b]) await k.stop()
server('stop')
await done()
