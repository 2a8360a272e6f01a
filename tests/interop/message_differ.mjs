// SPDX-License-Identifier: MIT
// Random messages, good and spoilt, to kith and to ssb-validate and ssb-classic: the verdict must be
// the same, and the id of what is valid.
//   node message_differ.mjs PROGRAM [COUNT] [--seed N]
// PROGRAM is what validate_filter.c builds to. Where the two disagree, kith follows the rules of
// docs/protocol/message.md, which are written here once more, in expected().
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { once } from 'node:events'
import path from 'node:path'
import readline from 'node:readline'
import { modules } from './lab.mjs'

const use = createRequire(path.join(modules.db2, 'x.js'))
const validate = use('ssb-validate')
const classic = use('ssb-classic/validation')
const getMsgId = use('ssb-classic/get-msg-id')
const ssbKeys = use('ssb-keys')

const words = process.argv.slice(2)
const at = words.indexOf('--seed')
const seed = at < 0 ? 1 : Number(words.splice(at, 2)[1])
const [program, countWord] = words
const count = Number(countWord) || 20000
if (!program) {
  console.error('usage: message_differ.mjs PROGRAM [COUNT] [--seed N]')
  process.exit(2)
}

let state = seed >>> 0
function random () { // mulberry32: a run is repeatable from its seed
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = n => Math.floor(random() * n)
const pick = list => list[below(list.length)]

const authors = Array.from({ length: 8 }, (_, i) => ssbKeys.generate('ed25519', Buffer.alloc(32, i + 1)))
const cap = Buffer.alloc(32, 9).toString('base64')
const characters = ['a', ' ', '"', '\\', '\n', '\u0000', '\u001f', '\u007f', 'é', 'ÿ', 'Ā', 'ж', '€', '\u2028', '\ufeff',
  '😀', '\ud800', '\udc00', '/', '&', '0']
const text = max => Array.from({ length: below(max) }, () => pick(characters)).join('')
const numbers = () => pick([0, -0, 1, -1, 1.5, 1e21, 1e-7, 123456789012345680000, 5e-324, 1.7976931348623157e308,
  random() * 1e13, below(1e9), -random()])
const keys = () => pick(['x', 'type', '1', '0', '10', '4294967294', '4294967295', '01', '-1', '__proto__', '', text(4)])

function anyValue (depth) {
  const kind = below(depth > 4 ? 5 : 7)
  if (kind === 0) return null
  if (kind === 1) return random() < 0.5
  if (kind === 2) return numbers()
  if (kind < 5) return text(20)
  if (kind === 5) return Array.from({ length: below(4) }, () => anyValue(depth + 1))
  return anyObject(depth + 1)
}
function anyObject (depth) {
  const object = {}
  for (let n = below(5); n > 0; n--) {
    Object.defineProperty(object, keys(), { value: anyValue(depth), enumerable: true, configurable: true, writable: true })
  }
  return object
}

const base64 = bytes => Buffer.alloc(bytes, below(256)).toString('base64')
function anyContent () {
  const roll = below(20)
  if (roll < 3) return base64(below(60)) + pick(['.box', '.box', '.box2', '.box2', '.box3', '.boxes x', '.bo', 'box', '.box\n'])
  if (roll === 3) return base64(1 + below(60)).replace(/.(=*)$/, 'B$1') + '.box'
  if (roll === 4) return pick([null, 1, true, [], ['x'], '', text(6), {}])
  const content = { type: pick(['post', 'vote', 'abc', 'x'.repeat(52)]), ...anyObject(0) }
  if (roll === 5) content.type = pick(['', 'ab', 'x'.repeat(53), 3, null, ['abc'], text(5), '😀'.repeat(26), '😀'.repeat(27), '\n\n\n'])
  if (roll === 6) content.text = pick(['x', 'é', '€', '😀', '\n', '\u0001']).repeat(7400 + below(500))
  if (roll === 7) content.text = 'x'.repeat(7750 + below(120))
  return content
}

// Without the signature, in an order of fields that is mostly right.
function unsigned (author, head) {
  const roll = below(40)
  const message = {
    previous: head ? head.id : null,
    sequence: head ? head.sequence + 1 : 1,
    author: author.id,
    timestamp: pick([1600000000000, Date.UTC(2026, 1), numbers()]),
    hash: 'sha256',
    content: anyContent()
  }
  const spoil = {
    1: { sequence: pick([0, 2, 1.5, '1', null, -1, 1e400]) },
    2: { previous: pick([null, 'x', undefined, 7, '%' + base64(32) + '.sha256', '%' + base64(33) + '.sha256']) },
    3: { timestamp: pick(['1', null, undefined, true, {}]) },
    4: { hash: pick(['sha512', null, undefined, 'SHA256', 7]) },
    5: { author: pick([author.id.replace('ed25519', 'sha256'), author.id.slice(1), author.id + 'x', '@.ed25519', null, 3]) },
    6: { extra: 1 },
    7: { content: undefined }
  }[roll]
  Object.assign(message, spoil)
  if (roll > 8 && roll < 18) return message
  const { previous, sequence, author: who, ...rest } = message
  if (roll === 8) return pick([{ ...rest, previous, sequence, author: who }, { sequence, previous, author: who, ...rest }])
  return { previous, author: who, sequence, ...rest }
}

function spoilSignature (signature) {
  const raw = Buffer.from(signature, 'base64')
  raw[below(64)] ^= 1 << below(8)
  return pick([raw.toString('base64') + '.sig.ed25519', signature.slice(0, -1), signature + 'x', signature.slice(1), null,
    signature.replace('==', '='), signature.replace('.sig', ''), undefined])
}

// The same value in another text: what is judged is the value, however it travelled.
function anyText (message) {
  let json = JSON.stringify(message)
  if (random() < 0.2) json = JSON.stringify(message, null, pick([1, '\r', '   '])).replace(/\n/g, pick([' ', '\r']))
  if (random() < 0.2) {
    json = json.replace(/"(?:[^"\\]|\\.)*"/g, string => string.replace(/(\\u....|\\.)|[é\u007f/a]/g,
      (c, escape) => escape || '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0')))
  }
  return json
}

const classicSays = (message, previous, hmac) => new Promise(resolve => {
  const before = previous && { id: previous.id, sequence: previous.sequence }
  try {
    classic.validate(message, before, hmac, err => resolve(err ? String(err.message) : null))
  } catch (err) {
    resolve('throws ' + err.message)
  }
})
function validateSays (message, previous, hmac) {
  try {
    const err = validate.checkInvalid(previous, hmac, message)
    return err ? String(err.message) : null
  } catch (err) {
    return 'throws ' + err.message
  }
}

// What kith has to say: what ssb-validate says, but for the rules of docs/protocol/message.md.
function expected (message, byValidate) {
  if (!message || typeof message.timestamp !== 'number' || !Number.isFinite(message.timestamp)) return false
  if (!/^@.{44}\.ed25519$/.test(message.author)) return false
  return byValidate === null
}

const filter = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
const heads = new Map()
let failed = 0
let valid = 0
let disagreements = 0
const inDoubt = [] // what the filter has not answered yet; it answers in blocks
let answered = 0

readline.createInterface({ input: filter.stdout }).on('line', got => {
  const { line, want } = inDoubt.shift()
  answered++
  if (want === null ? got.startsWith('no ') : got === want) return
  if (++failed <= 10) console.error(`kith says ${got}, wanted ${want || 'no'}\n  --seed ${seed}: ${line.slice(0, 1000)}`)
})

for (let i = 0; i < count; i++) {
  const keys = pick(authors)
  const hmac = random() < 0.2 ? cap : null
  const feed = keys.id + hmac
  const head = heads.get(feed) || null
  let message = unsigned(keys, head)
  try {
    const signature = ssbKeys.signObj(random() < 0.98 ? keys : pick(authors), hmac, JSON.parse(JSON.stringify(message))).signature
    message = { ...message, signature: random() < 0.93 ? signature : spoilSignature(signature) }
  } catch {
    message = { ...message, signature: base64(64) + '.sig.ed25519' }
  }
  const json = anyText(message)
  message = JSON.parse(json)
  const byValidate = validateSays(message, head, hmac)
  const byClassic = await classicSays(message, head, hmac)
  if ((byValidate === null) !== (byClassic === null)) disagreements++
  const ok = expected(message, byValidate)
  const id = ok ? getMsgId(message) : null
  if (ok && random() < 0.9) heads.set(feed, { id, sequence: message.sequence })
  if (ok) valid++
  const line = [hmac || '-', head ? head.sequence : 0, head ? head.id : '-', json].join('\t')
  inDoubt.push({ line, want: ok ? 'ok ' + id : null })
  if (!filter.stdin.write(line + '\n')) await once(filter.stdin, 'drain')
}
filter.stdin.end()
const [status] = await once(filter, 'close')
if (status !== 0 || answered !== count) failed++
console.error(`${count} messages, ${valid} valid; the two validators disagree about ${disagreements}`)
if (valid < count / 4 || valid > count * 0.9) failed++ // else it is no test
console.log(`${count - failed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
