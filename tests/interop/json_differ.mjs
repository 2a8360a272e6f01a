// SPDX-License-Identifier: MIT
// Random JSON texts, good and spoilt, to kith's parser and to this V8: verdict, compact and pretty
// form and length must be the same.
//   node json_differ.mjs PROGRAM [COUNT] [--count N] [--seed N]
// PROGRAM is what json_filter.c builds to. A difference prints the text and how to repeat the run.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { isUtf8 } from 'node:buffer'
import { createInterface } from 'node:readline'

const MAX_DEPTH = 128 // KITH_JSON_MAX_DEPTH; JSON.parse has no limit

const words = process.argv.slice(2)
function option(name, otherwise) {
  const at = words.indexOf(name)
  return at < 0 ? otherwise : Number(words.splice(at, 2)[1])
}
const seed = option('--seed', 1)
const named = option('--count', 0)
const [program, plain] = words
const count = named || Number(plain) || 20000
if (!program) {
  console.error('usage: json_differ.mjs PROGRAM [COUNT] [--count N] [--seed N]')
  process.exit(2)
}

// mulberry32: a full run is repeatable from its seed.
let state = seed >>> 0
function random() {
  state = (state + 0x6d2b79f5) >>> 0
  let t = state
  t = Math.imul(t ^ (t >>> 15), t | 1)
  t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}
const below = n => Math.floor(random() * n)
const pick = list => list[below(list.length)]
const many = (n, make) => Array.from({ length: n }, make).join('')

const float = new DataView(new ArrayBuffer(8))
function anyDouble() {
  for (;;) {
    float.setUint32(0, random() * 4294967296)
    float.setUint32(4, random() * 4294967296)
    const v = float.getFloat64(0)
    if (Number.isFinite(v)) return v
  }
}

// A value half way between two doubles, exactly: the hardest text to round. The last digit is moved
// now and then, so that the tie falls to either side.
function tie() {
  const v = Math.abs(anyDouble())
  float.setFloat64(0, v)
  const bits = float.getBigUint64(0)
  const biased = Number(bits >> 52n)
  const fraction = bits & ((1n << 52n) - 1n)
  const twice = 2n * (biased ? fraction | (1n << 52n) : fraction) + 1n
  const exponent = Math.max(biased, 1) - 1076
  if (exponent >= 0) {
    const whole = (twice << BigInt(exponent)) + BigInt(below(3) - 1)
    return String(whole)
  }
  const digits = twice * 5n ** BigInt(-exponent) // twice * 2^e = twice * 5^-e * 10^e
  return `${digits}${pick(['', '1', '0000000001', '00000'])}e`.replace(
    /^(\d+)e$/,
    (_, d) => `${d}e${exponent - (d.length - String(digits).length)}`,
  )
}

const decimal = n => many(n, () => below(10))
const numbers = [
  () => String(below(1000)),
  () => String(1500000000000 + below(1e9)),
  () => `${1500000000000 + below(1e9)}.${decimal(1 + below(4))}`,
  () => JSON.stringify(anyDouble()),
  () => JSON.stringify(anyDouble()),
  () => anyDouble().toExponential(below(20)),
  () => anyDouble().toPrecision(1 + below(21)),
  () => (random() * 10 ** below(24)).toFixed(below(20)),
  () => `${1 + below(9)}${decimal(below(40))}`,
  () => `${below(10)}.${decimal(1 + below(40))}`,
  () => `0.${'0'.repeat(below(12))}${decimal(1 + below(20))}`,
  () => `${below(10)}.${decimal(1 + below(25))}${pick(['e', 'E'])}${pick(['', '+', '-'])}${below(340)}`,
  () => `${1 + below(9)}${pick(['e', 'E'])}${pick(['', '+', '-'])}${decimal(1 + below(4))}`,
  () => String((BigInt(below(2 ** 31)) << BigInt(below(60))) + BigInt(below(3))),
  () => String(2n ** 53n + BigInt(below(20) - 10)),
  () => pick(['0', '-0', '-0.0', '0e5', '1e400', '-1e400', '5e-324', '2.5e-324', '2.4e-324', '1e21', '1e-6', '1e-7']),
]
function number() {
  const text = below(40) === 0 ? tie() : pick(numbers)()
  return below(5) === 0 && text[0] !== '-' ? `-${text}` : text
}

const hex = (n, upper) => {
  const text = n.toString(16).padStart(4, '0')
  return upper ? text.toUpperCase() : text
}
const pieces = [
  () => pick(['hello', 'a', ' ', '%', '@', '/', 'sha256', '=.ed25519', '\x7f', "'"]),
  () => many(below(30), () => String.fromCharCode(0x61 + below(26))),
  () => String.fromCodePoint(0x80 + below(0x780)),
  () => String.fromCodePoint(0x800 + below(0xd000)),
  () => String.fromCodePoint(0xe000 + below(0x2000)),
  () => String.fromCodePoint(0x10000 + below(0x100000)),
  () => pick(['\u2028', '\u2029', '\ufeff', '\uffff', '\u{10ffff}', '\u0080']),
  () => `\\${pick(['b', 'f', 'n', 'r', 't', '"', '\\', '/'])}`,
  () => `\\u${hex(below(0x30), below(2))}`,
  () => `\\u${hex(below(0x10000), below(2))}`,
  () => `\\u${hex(0xd800 + below(0x400), below(3) === 0)}`,
  () => `\\u${hex(0xdc00 + below(0x400), below(3) === 0)}`,
  () => `\\u${hex(0xd800 + below(0x400), 0)}\\u${hex(0xdc00 + below(0x400), 0)}`,
]
const string = () => `"${many(below(6), () => pick(pieces)())}"`

const names = [
  () => pick(['"a"', '"b"', '"type"', '"__proto__"', '"constructor"', '"toString"', '"length"', '""']),
  () => `"${below(30)}"`,
  () => pick(['"0"', '"00"', '"01"', '"-1"', '"1.5"', '"4294967294"', '"4294967295"', '"4294967296"', '"1e3"', '"9007199254740993"', '"\\u0031"', '"3\\u0030"']),
  () => `"${below(5000000000)}"`,
  string,
]
const space = () => (below(3) ? '' : many(1 + below(2), () => pick([' ', '\n', '\t', '\r'])))
let loose // white space in this document

function members(open, close, make) {
  const n = below(12) === 0 ? below(60) : below(5)
  const gap = () => (loose ? space() : '')
  const list = Array.from({ length: n }, () => `${gap()}${make(gap)}${gap()}`)
  return `${open}${n ? list.join(',') : gap()}${close}`
}

function value(depth) {
  const kind = below(depth > 4 ? 7 : 10)
  if (kind < 3) return number()
  if (kind < 6) return string()
  if (kind === 6) return pick(['true', 'false', 'null'])
  if (kind === 7) return members('[', ']', () => value(depth + 1))
  const own = pick(names)
  return members('{', '}', gap => `${(below(3) ? pick(names) : own)()}${gap()}:${gap()}${value(depth + 1)}`)
}

function spoil(bytes) {
  const out = Buffer.from(bytes)
  const at = below(out.length || 1)
  switch (below(6)) {
    case 0:
      return out.subarray(0, at)
    case 1:
      return Buffer.concat([out.subarray(0, at), out.subarray(at + 1)])
    case 2:
      return Buffer.concat([out.subarray(0, at), Buffer.from(pick([',', ':', '"', '\\', '{', '}', '[', ']', '0', '-', '.', 'e', '\0', '\x1f', ' ', '\\u', 'true'])), out.subarray(at)])
    case 3:
      return Buffer.concat([out, out.subarray(0, at)])
    default:
      if (out.length) out[at] = below(3) ? 0x20 + below(0x60) : below(256)
      return out
  }
}

function nextText() {
  const kind = below(10)
  loose = below(3) === 0
  if (kind === 0) return Buffer.from(number())
  if (kind === 1) return Buffer.from(string())
  const text = value(below(3))
  if (kind === 2) return Buffer.from(JSON.stringify(JSON.parse(text)))
  if (kind === 3) return Buffer.from(JSON.stringify(JSON.parse(text), null, 2))
  if (kind < 6) return spoil(Buffer.from(text))
  return Buffer.from(text)
}

// What the filter has to say about the text, from V8.
function verdict(bytes) {
  if (!isUtf8(bytes)) return '!'
  const text = bytes.toString('utf8')
  let parsed
  try {
    parsed = JSON.parse(text)
  } catch {
    return '!'
  }
  const compact = Buffer.from(JSON.stringify(parsed))
  const pretty = JSON.stringify(parsed, null, 2)
  const same = compact.equals(bytes)
  return `${same ? 1 : 0} ${Buffer.from(pretty).toString('hex')} ${pretty.length} ${same ? '=' : compact.toString('hex')}`
}

const deepest = bytes => bytes.reduce((n, c) => n + (c === 0x5b || c === 0x7b), 0)

const child = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
child.on('error', error => {
  console.error(`cannot run ${program}: ${error.message}`)
  process.exit(2)
})
child.stdin.on('error', () => {}) // its end is seen by the missing answers
const answers = createInterface({ input: child.stdout })[Symbol.asyncIterator]()

let asked = 0
let refused = 0
let failed = 0
while (asked < count && failed < 20) {
  const batch = []
  while (batch.length < 500 && asked + batch.length < count) {
    const bytes = nextText()
    if (deepest(bytes) <= MAX_DEPTH || !bytes.includes(']')) batch.push(bytes)
    else batch.push(Buffer.from('[]'))
  }
  const wrote = child.stdin.write(batch.map(bytes => `${bytes.toString('hex')}\n`).join(''))
  for (const bytes of batch) {
    const { value: got, done } = await answers.next()
    const want = verdict(bytes)
    asked++
    if (want === '!') refused++
    if (done) {
      console.error(`the program ended at text ${asked}: ${bytes}`)
      process.exit(1)
    }
    if (got === want) continue
    failed++
    console.error(`not the same (--seed ${seed}, text ${asked}): ${bytes}\n  hex:  ${bytes.toString('hex')}\n  V8:   ${want}\n  kith: ${got}`)
  }
  if (!wrote && child.stdin.writableNeedDrain) await once(child.stdin, 'drain')
}
child.stdin.end()
console.error(`${refused} of ${asked} texts are no JSON; seed ${seed}, V8 ${process.versions.v8}`)
console.log(`${asked - failed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
