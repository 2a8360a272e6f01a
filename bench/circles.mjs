// SPDX-License-Identifier: MIT
// circles.mjs wasm MODULE      rows of bench/circles.c in WebAssembly under Node, JSON lines
// circles.mjs chromium MODULE  the same in a page
// circles.mjs page DIR         docs/circles-cost.md's tables on standard output, and DIR/circles-cost.svg, from
//                              DIR/{native,wasm,chromium}.jsonl
import fs from 'node:fs'
import path from 'node:path'

const [what, place] = process.argv.slice(2)
const roads = ['box1', 'box2', 'circle', 'handing']
const counts = [1, 10, 100, 1000, 10000]

// Runs in Node and, as text, in a page: everything that it needs comes in.
async function run (bytes, now, roads, counts) {
  const rows = []
  const host = {
    now_s: now,
    row: (road, readers, messages, bytes, seal, publish, open, read) =>
      rows.push({ road: roads[road], readers, messages, bytes, seal, publish, open, read }),
    attempt: (kind, seconds, bare) => rows.push({ attempt: ['box1', 'box2 letter, 16 slots', 'circle key', 'making the key of two feeds'][kind], seconds, bare })
  }
  const { instance } = await WebAssembly.instantiate(bytes, { host })
  instance.exports._initialize()
  instance.exports.circles_init()
  instance.exports.circles_attempts()
  for (const road of roads.keys()) for (const count of counts) instance.exports.circles_row(road, count)
  return rows
}

const print = rows => { for (const row of rows) console.log(JSON.stringify(row)) }

async function inChromium () {
  const { launch, closeAll } = await import('../tests/e2e/browser.mjs')
  const browser = await launch()
  const page = await browser.newPage()
  const base64 = fs.readFileSync(place).toString('base64')
  page.setDefaultTimeout(600e3)
  print(await page.evaluate(async ({ base64, source, roads, counts }) => {
    const bytes = Uint8Array.from(atob(base64), c => c.charCodeAt(0))
    return new Function(`return ${source}`)()(bytes, () => performance.now() / 1e3, roads, counts) // eslint-disable-line no-new-func
  }, { base64, source: run.toString(), roads, counts }))
  await closeAll()
}

// --- the page ------------------------------------------------------------------------------------------

const time = s => s >= 1 ? `${s.toFixed(1)} s` : s >= 1e-3 ? `${+(s * 1e3).toPrecision(2)} ms` : `${+(s * 1e6).toPrecision(2)} µs`
const long = s => s >= 60 ? `${+(s / 60).toPrecision(2)} min` : time(s)
const size = n => n >= 1e9 ? `${(n / 1e9).toFixed(1)} GB` : n >= 1e6 ? `${(n / 1e6).toFixed(1)} MB` : n >= 1e3 ? `${+(n / 1e3).toPrecision(2)} kB` : `${n} B`
const number = n => n.toLocaleString('en')

function read (name) {
  const file = path.join(place, `${name}.jsonl`)
  if (!fs.existsSync(file)) return null
  return fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
}

const titles = { box1: 'box1, 7 a message', box2: 'box2 letters, 16 keys a message', circle: 'circle key', handing: 'handing a circle key over, once' }

function table (rows, title, cell) {
  const line = road => `| ${titles[road]} | ` + counts.map(n => cell(rows.find(r => r.road === road && r.readers === n))).join(' | ') + ' |'
  return [`**${title}**`, '', `| readers | ${counts.map(number).join(' | ')} |`, `|---|${counts.map(() => '---|').join('')}`, ...roads.map(line), ''].join('\n')
}

function tables () {
  const native = read('native')
  const out = [table(native, 'Messages', r => number(r.messages)), table(native, 'Bytes that every holder of the feed keeps', r => size(r.bytes))]
  for (const [name, title] of [['native', 'native'], ['wasm', 'WebAssembly in Node'], ['chromium', 'WebAssembly in Chromium']]) {
    const rows = read(name)
    if (!rows) continue
    out.push(table(rows, `Writing, ${title}: sealed / sealed, signed and checked`, r => `${time(r.seal)} / ${time(r.publish)}`))
    out.push(table(rows, `Reading by one reader, ${title}: opened / checked and opened`, r => `${time(r.open)} / ${time(r.read)}`))
    if (name === 'native') out.push(table(rows, `All readers together, ${title}: their processors' time, and what is moved if each gets the feed once`,
      r => `${long(r.read * r.readers)}, ${size(r.bytes * r.readers)}`))
    out.push([`**One key on a message that is for others, and making one, ${title}**`, '', '| | time | times a second | libsodium alone | × |', '|---|---|---|---|---|',
      ...rows.filter(r => r.attempt).map(r => `| ${r.attempt} | ${time(r.seconds)} | ${number(Math.round(1 / r.seconds))} | ${time(r.bare)} | ${(r.seconds / r.bare).toFixed(2)} |`), ''].join('\n'))
  }
  return out.join('\n')
}

// Logarithmic axes; solid lines are native, dashed ones WebAssembly.
function svg () {
  const colours = { box1: '#b3261e', box2: '#8a5a00', circle: '#1a7f37' }
  const [w, h, left, top, right, bottom] = [760, 420, 70, 40, 560, 370]
  const low = 1e-5
  const high = 10
  const x = n => left + Math.log10(n) / 4 * (right - left)
  const y = s => bottom - Math.log10(s / low) / Math.log10(high / low) * (bottom - top)
  const parts = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${w} ${h}" font-family="sans-serif" font-size="13" role="img" aria-label="Time to write one post against the number of its readers">`,
    `<rect width="${w}" height="${h}" fill="#fff"/>`, `<text x="${left}" y="22" font-size="15">Time to write one post: sealed, signed and checked</text>`]
  for (let s = low; s <= high * 1.01; s *= 10) {
    parts.push(`<line x1="${left}" x2="${right}" y1="${y(s).toFixed(1)}" y2="${y(s).toFixed(1)}" stroke="#ddd"/>`,
      `<text x="${left - 8}" y="${(y(s) + 4).toFixed(1)}" text-anchor="end">${time(s * 1.0001).replace('.0 s', ' s')}</text>`)
  }
  for (const n of counts) {
    parts.push(`<line x1="${x(n)}" x2="${x(n)}" y1="${top}" y2="${bottom}" stroke="#ddd"/>`, `<text x="${x(n)}" y="${bottom + 20}" text-anchor="middle">${number(n)}</text>`)
  }
  parts.push(`<text x="${(left + right) / 2}" y="${bottom + 40}" text-anchor="middle">readers</text>`,
    `<line x1="${left}" x2="${right}" y1="${y(1).toFixed(1)}" y2="${y(1).toFixed(1)}" stroke="#000" stroke-dasharray="2 3"/>`)
  const rowsOf = { native: read('native'), WebAssembly: read('wasm') }
  const labels = []
  for (const [name, rows] of Object.entries(rowsOf)) {
    if (!rows) continue
    for (const road of Object.keys(colours)) {
      const line = rows.filter(r => r.road === road)
      const points = line.map(r => `${x(r.readers).toFixed(1)},${y(r.publish).toFixed(1)}`).join(' ')
      parts.push(`<polyline points="${points}" fill="none" stroke="${colours[road]}" stroke-width="2"${name === 'native' ? '' : ' stroke-dasharray="6 4"'}/>`)
      labels.push({ at: y(line.at(-1).publish) + 4, text: `${titles[road].split(',')[0]}, ${name}`, colour: colours[road] })
    }
  }
  labels.sort((a, b) => a.at - b.at)
  for (const [i, label] of labels.entries()) {
    if (i && label.at < labels[i - 1].at + 16) label.at = labels[i - 1].at + 16
    parts.push(`<text x="${right + 8}" y="${label.at.toFixed(1)}" fill="${label.colour}">${label.text}</text>`)
  }
  return parts.join('\n') + '\n</svg>\n'
}

if (what === 'wasm') {
  const now = () => { const t = process.cpuUsage(); return (t.user + t.system) / 1e6 }
  print(await run(fs.readFileSync(place), now, roads, counts))
} else if (what === 'chromium') {
  await inChromium()
} else if (what === 'page') {
  fs.writeFileSync(path.join(place, 'circles-cost.svg'), svg())
  console.log(tables())
} else {
  console.error('usage: circles.mjs wasm|chromium MODULE | page DIR')
  process.exit(2)
}
