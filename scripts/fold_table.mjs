// SPDX-License-Identifier: MIT
// node scripts/fold_table.mjs [DIR] >core/social/fold_table.c
//
// Makes the table behind core/social/fold.h from the Unicode character database, which Debian has as the
// package unicode-data (DIR is /usr/share/unicode if not said). Run by hand when Unicode has a new version;
// a build only needs the table. What folding means, and why, is written in fold.h.
import fs from 'node:fs'

const dir = process.argv[2] || '/usr/share/unicode'
const LAST = 0x10ffff
const read = name => fs.readFileSync(`${dir}/${name}`, 'utf8').split('\n')
const hex = s => parseInt(s, 16)

// Lines of "0041..005A ; Latin # …" as [first, last, fields].
function * lines (name) {
  for (const line of read(name)) {
    const fields = line.replace(/#.*/, '').split(';').map(s => s.trim())
    if (!/^[0-9A-F]/.test(fields[0])) continue
    const [first, last] = fields[0].split('..').map(hex)
    yield [first, last ?? first, fields.slice(1)]
  }
}
function property (name, wanted) {
  const set = new Set()
  for (const [first, last, [value]] of lines(name)) {
    for (let c = first; wanted(value) && c <= last; c++) set.add(c)
  }
  return set
}

const category = new Map(); const decomposed = new Map(); const digit = new Map()
let rangeFrom
for (const line of read('UnicodeData.txt')) {
  const f = line.split(';')
  if (!f[0]) continue
  const c = hex(f[0])
  if (f[1].endsWith('First>')) rangeFrom = c
  for (let k = f[1].endsWith('Last>') ? rangeFrom : c; k <= c; k++) category.set(k, f[2])
  if (f[5]) decomposed.set(c, f[5].replace(/<[^>]*> /, '').split(' ').map(hex))
  if (f[2] === 'Nd') digit.set(c, 0x30 + Number(f[6]))
}
const cased = new Map()
for (const [c, , [status, to]] of lines('CaseFolding.txt')) {
  if (status === 'C' || status === 'F') cased.set(c, to.split(' ').map(hex))
}
const script = new Map()
for (const [first, last, [value]] of lines('Scripts.txt')) {
  for (let c = first; c <= last; c++) script.set(c, value)
}
const japanese = property('ScriptExtensions.txt', value => /\b(Hira|Kana|Hani|Hang)\b/.test(value))
const ignorable = property('DerivedCoreProperties.txt', value => value === 'Default_Ignorable_Code_Point')
const pictures = property('emoji/emoji-data.txt', value => value === 'Extended_Pictographic')

// Collation elements of single characters: only the primary weights that are not zero.
const primary = new Map()
for (const line of read('allkeys.txt')) {
  const m = /^([0-9A-F]+) +; (\S+)/.exec(line)
  if (m) primary.set(hex(m[1]), [...m[2].matchAll(/\[[.*]([0-9A-F]+)\./g)].map(x => x[1]).filter(x => x !== '0000'))
}
const ascii = new Map()
for (let c = 0x61; c <= 0x7a; c++) ascii.set(primary.get(c)[0], c)

const isMarkless = new Set(['Inherited', 'Latin', 'Greek', 'Cyrillic', 'Hebrew', 'Arabic', 'Syriac'])
const noSpaces = new Set(['Han', 'Hiragana', 'Katakana', 'Hangul', 'Bopomofo', 'Yi', 'Thai', 'Lao', 'Khmer', 'Myanmar',
  'Tai_Le', 'New_Tai_Lue', 'Tai_Tham', 'Tai_Viet', 'Javanese', 'Balinese', 'Tangut', 'Nushu'])
const isMark = c => /^M/.test(category.get(c))
const KANA_MARKS = [0x3099, 0x309a]

const OTHER = 0; const WORD = 1; const UNIT = 2; const MARK = 3; const DROP = 4
function classOf (c) {
  if (c === 0x640 || ignorable.has(c)) return DROP
  if (KANA_MARKS.includes(c)) return MARK
  if (isMark(c) && isMarkless.has(script.get(c))) return DROP
  if (isMark(c)) return MARK
  if (/^[LN]/.test(category.get(c))) return noSpaces.has(script.get(c)) || japanese.has(c) ? UNIT : WORD
  return pictures.has(c) && c > 0xff ? UNIT : OTHER
}

// One step of the way; null when there is nothing left to do.
function step (c) {
  if (classOf(c) === DROP) return []
  if (cased.has(c)) return cased.get(c)
  if (digit.has(c)) return [digit.get(c)]
  if (c >= 0x30a1 && c <= 0x30f6) return [c - 0x60] // katakana
  if (c === 0x131) return [0x69] // a dotless i: I is i everywhere but in Turkish
  const parts = decomposed.get(c)
  const isIdeograph = script.get(c) === 'Han' && /^L/.test(category.get(c))
  if (parts && !isIdeograph && parts.every(p => classOf(p) !== OTHER)) return parts
  const weights = primary.get(c)
  if (c > 0x7f && script.get(c) === 'Latin' && weights?.length && weights.every(w => ascii.has(w))) return weights.map(w => ascii.get(w))
  return null
}
function fold (c) {
  const next = step(c)
  return next === null || (next.length === 1 && next[0] === c) ? [c] : next.flatMap(fold)
}

// ---- runs ----

const mapped = []
for (let c = 0x80; c <= LAST; c++) {
  if (classOf(c) === OTHER || classOf(c) === DROP) continue
  const to = fold(c)
  if (to.length !== 1 || to[0] !== c) mapped.push([c, to])
}
const single = i => mapped[i] && mapped[i][1].length === 1
const runs = []; let pool = Buffer.alloc(0)
for (let i = 0; i < mapped.length;) {
  const [c, to] = mapped[i]
  if (!single(i)) {
    const text = Buffer.from(String.fromCodePoint(...to))
    let at = pool.indexOf(text)
    if (at < 0) {
      at = pool.length
      pool = Buffer.concat([pool, text])
    }
    runs.push([c, 1, 0, at << 8 | text.length])
    i++
    continue
  }
  const long = (stride, same) => {
    let n = 1
    while (single(i + n) && mapped[i + n][0] === c + n * stride && (same ? mapped[i + n][1][0] === to[0] : mapped[i + n][1][0] - mapped[i + n][0] === to[0] - c)) n++
    return n
  }
  const best = [[long(1, false), 1], [long(1, true), 3], [long(2, false), 2]].reduce((a, b) => b[0] > a[0] ? b : a)
  runs.push([c, best[0], best[1], best[1] === 3 ? to[0] : to[0] - c])
  // A run of every second one passes over what lies between; that is looked at on its own.
  if (best[1] === 2) {
    const end = c + 2 * (best[0] - 1)
    const between = mapped.filter(([k]) => k > c && k < end && (k - c) % 2)
    if (between.length) {
      runs.pop()
      runs.push([c, 1, 1, to[0] - c])
      i++
      continue
    }
  }
  i += best[0]
}

// ---- classes; what is not assigned goes with what stands before it, as in a block it will ----

const changes = []
for (let c = 0x80, now = OTHER; c <= LAST; c++) {
  const k = category.has(c) || ignorable.has(c) ? classOf(c) : now
  if (k !== now || c === 0x80) changes.push([c, k])
  now = k
}

const version = read('ReadMe.txt').join(' ').match(/Version (\d+\.\d+\.\d+)/)[1]
const rows = (list, show, per) => {
  let out = ''
  for (let i = 0; i < list.length; i += per) out += '    ' + list.slice(i, i + per).map(show).join(' ') + '\n'
  return out
}
const x = n => '0x' + n.toString(16)
process.stdout.write(`/* SPDX-License-Identifier: MIT */
/* Made by scripts/fold_table.mjs from the Unicode character database, version ${version} (Debian's
 * unicode-data), whose facts it states; Unicode is a trademark of Unicode, Inc. Not edited by hand. */
#include "social/fold.h"

#include "social/fold_table.h"

const char kith_fold_unicode[] = "${version}";

/* First code point and enum kith_fold_class << 24 of each stretch from U+0080 on. */
const uint32_t kith_fold_classes[] = {
${rows(changes, ([c, k]) => x(k * 2 ** 24 + c) + ',', 10)}};
const size_t kith_fold_classes_count = sizeof kith_fold_classes / sizeof kith_fold_classes[0];

/* {first, count, how, value} */
const struct kith_fold_run kith_fold_runs[] = {
${rows(runs, ([c, n, how, v]) => `{${x(c)}, ${n}, ${how}, ${v}},`, 5)}};
const size_t kith_fold_runs_count = sizeof kith_fold_runs / sizeof kith_fold_runs[0];

const uint8_t kith_fold_pool[] = {
${rows([...pool], b => b + ',', 26)}};
`)
process.stderr.write(`${mapped.length} mapped in ${runs.length} runs, ${pool.length} bytes of pool, ${changes.length} stretches\n`)
if (process.env.SHOW) for (const [c, to] of mapped) if (to.every(t => t < 128) && !decomposed.has(c)) process.stderr.write(String.fromCodePoint(c) + '→' + String.fromCodePoint(...to) + ' ')
