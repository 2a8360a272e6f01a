// SPDX-License-Identifier: MIT
// Searches whole folders for the plain strings of a conversation: whoever carries packets is to learn lengths and the road's
// own addresses only. A string is looked for in the names of files, in their bytes, and in whatever base64 and
// quoted-printable in them stand for (so in the attachments of mails), one inside the other, too.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { keyOf } from './roads_lab.mjs'

// What chance writes into megabytes of random bytes or of base64 is shorter.
const SHORTEST = 7
// Words that stand in messages, profiles and invites, and nowhere on a road.
const WORDS = ['"type":"', '"author":', '"previous":', '"sequence":', '.ed25519', '.sha256', '"roads":', 'mailto:anna@', 'mailto:ben@']

const inText = bytes => [bytes.toString('base64').replace(/=+$/, ''), bytes.toString('base64url'), bytes.toString('hex')]
const add = (into, name, values) => values.forEach((v, i) => into.push({ name: i ? `${name} (${i})` : name, bytes: Buffer.from(v) }))

// people: of lab.mjs; texts: all that was written, names, and the like; photos: files; ids: of messages and blobs; roads: what
// must not be named on this one. The result is for found().
export function plainStrings ({ people = [], texts = [], photos = [], ids = [], roads = [] }) {
  const all = []
  for (const text of [...WORDS, ...texts, ...roads]) add(all, text, [text])
  for (const kith of people) {
    const key = Buffer.from(kith.id.slice(1, 45), 'base64')
    const secret = Buffer.from(keyOf(kith), 'base64')
    add(all, kith.id, [key, ...inText(key)])
    add(all, `the secret of ${kith.id}`, [secret.subarray(0, 32), ...inText(secret.subarray(0, 32)), ...inText(secret)])
  }
  for (const id of ids) {
    const bytes = Buffer.from(id.slice(1, 45), 'base64')
    add(all, id, [bytes, ...inText(bytes)])
  }
  for (const file of photos) {
    const bytes = fs.readFileSync(file)
    add(all, path.basename(file), [path.basename(file)])
    for (const at of [0, bytes.length >> 1, bytes.length - 24]) add(all, `${path.basename(file)} from ${at} on`, [bytes.subarray(at, at + 24)])
  }
  for (const { name, bytes } of all) assert(bytes.length >= SHORTEST, `${name} is found by chance`)
  return all
}

const quotedPrintable = text => text.replace(/=[ \t]*\r?\n/g, '').replace(/=([0-9A-Fa-f]{2})/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))

// What base64 in the text stands for. Where it begins is not always to be seen (a word may stand before it, a line be one of a
// queue file), so each stretch is read from its first four places, with its line ends and line by line; the lines in one piece.
function * base64 (text) {
  const single = []
  for (const [stretch] of text.matchAll(/[A-Za-z0-9+/_-]{8,}(?:=*[ \t]*\r?\n[ \t]*[A-Za-z0-9+/_-]+)*/g)) {
    const lines = stretch.split(/[^A-Za-z0-9+/_-]+/)
    for (const line of lines) for (let at = 0; at < 4; at++) single.push(Buffer.from(line.slice(at), 'base64'), Buffer.from([0]))
    if (lines.length < 2) continue
    for (const joined of [lines.join(''), lines.slice(1).join('')]) for (let at = 0; at < 4; at++) yield Buffer.from(joined.slice(at), 'base64')
  }
  yield Buffer.concat(single)
}

// A file of Postfix's queue is a list of records: type, length, a line of the mail.
function queueRecords (bytes) {
  const lines = []
  for (let at = 0; at < bytes.length;) {
    let length = 0
    let shift = 0
    let next
    at++
    do {
      next = bytes[at++]
      length += (next & 127) << shift
      shift += 7
    } while (next & 128 && shift < 28)
    if (next === undefined || at + length > bytes.length) return ''
    lines.push(bytes.toString('latin1', at, at + length))
    at += length
  }
  return lines.join('\n')
}

const isText = bytes => bytes.length > 64 && bytes.subarray(0, 64).every(c => c > 8 && c < 127)

function * readings (bytes) {
  const raw = bytes.toString('latin1')
  for (const text of [raw, queueRecords(bytes)].filter(Boolean)) {
    yield Buffer.from(text, 'latin1')
    const decoded = text.includes('=') ? quotedPrintable(text) : text
    if (decoded !== text) yield Buffer.from(decoded, 'latin1')
    for (const form of new Set([text, decoded])) {
      for (const inner of base64(form)) {
        yield inner
        if (isText(inner)) yield * readings(inner)
      }
    }
  }
}

const filesBelow = folder => fs.readdirSync(folder, { recursive: true, withFileTypes: true }).filter(e => e.isFile()).map(e => path.join(e.parentPath, e.name))

// Which of the strings lie in one of the folders, by name. `road`: the road's own addresses, that are to be found there: a
// search that does not find these sees nothing. Whoever calls this says what it has to be.
export function found (folders, strings, road = []) {
  const all = [...strings, ...road.map(name => ({ name, bytes: Buffer.from(name) }))]
  const names = new Set()
  const look = bytes => { for (const { name, bytes: b } of all) if (!names.has(name) && bytes.includes(b)) names.add(name) }
  let size = 0
  for (const folder of folders) {
    for (const file of filesBelow(folder)) {
      let bytes
      try {
        bytes = fs.readFileSync(file)
      } catch (err) {
        if (err.code !== 'ENOENT') throw err
        continue // a server at work has moved or removed it
      }
      size += bytes.length
      look(Buffer.from(path.relative(folder, file)))
      for (const reading of readings(bytes)) look(reading)
    }
  }
  assert(size > 0, 'nothing lies there')
  return [...names].sort()
}

// That the search finds what it is for: one string planted in each of the ways, among others that look like it.
export function findsWhatIsPlanted (folder) {
  const canary = 'planted: a tulip & 3 ✿'
  const string = plainStrings({ texts: [canary] })
  const noise = crypto.randomBytes(3000)
  const bytes = Buffer.concat([noise, Buffer.from(canary), noise])
  const lines = text => text.replace(/(.{76})/g, '$1\r\n')
  const qp = [...bytes].map((c, i) => '=' + c.toString(16).toUpperCase().padStart(2, '0') + (i % 20 === 19 ? '=\r\n' : '')).join('')
  const records = text => Buffer.concat(text.split('\r\n').map(l => Buffer.concat([Buffer.from(['N'.charCodeAt(0), l.length]), Buffer.from(l)])))
  const mail = `Content-Transfer-Encoding: base64\r\n\r\n${lines(bytes.toString('base64'))}\r\n--b--\r\n`
  const file = path.join(folder, 'planted.packet')
  const ways = {
    raw: bytes,
    'base64, one line': bytes.toString('base64'),
    'base64url in JSON': JSON.stringify({ a: 'b', packet: bytes.toString('base64url') }),
    'base64 of a mail': mail,
    'base64 of a mail with line ends of Unix, indented': mail.replace(/\r\n/g, '\n  '),
    'base64 after a word': 'kith\r\n' + lines(bytes.toString('base64')),
    'quoted-printable': `Content-Transfer-Encoding: quoted-printable\r\n\r\n${qp}\r\n`,
    'quoted-printable text': 'planted: a tu=\r\nlip & 3 =E2=9C=BF',
    'base64 in quoted-printable': lines(bytes.toString('base64')).replace(/=/g, '=3D').replace(/\r\n/g, '=\r\n'),
    'a mail in a mail': lines(Buffer.from(mail).toString('base64')),
    'the queue of the mail server': records(mail)
  }
  for (const [way, text] of Object.entries(ways)) {
    fs.writeFileSync(file, text)
    assert.deepEqual(found([folder], string), [canary], way)
  }
  fs.writeFileSync(file, noise)
  assert.deepEqual(found([folder], string), [])
  fs.renameSync(file, path.join(folder, 'a planted-name'))
  assert.deepEqual(found([folder], plainStrings({ texts: ['planted-name'] })), ['planted-name'])
}
