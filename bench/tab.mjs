// SPDX-License-Identifier: MIT
// node bench/tab.mjs [--friends N] MESSAGES.jsonl...: the node in Chromium: messages judged, stored and in all views;
// opening what was stored. Beside it, in the same browser, what npm's libsodium in WebAssembly verifies alone.
// --friends: what a tab costs that has nothing to do, connected with N nodes by WebSocket.
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
const web = createRequire(path.join(root, 'apps/web/node_modules/x.js'))
const e2e = createRequire(path.join(process.env.KITH_JS_E2E || path.join(root, 'build/js/e2e/node_modules'), 'x.js'))
const js = process.env.KITH_JS || path.join(root, 'build/js/db2/node_modules')
const { rolldown } = await import(web.resolve('rolldown'))
const { chromium } = e2e('playwright-core')

const out = fs.mkdtempSync(path.join(root, 'build/bench-tab-'))
for (const [name, file] of [['tab_worker', 'bench/tab_worker.ts'], ['job_worker', 'apps/web/src/tab/job_worker.ts']]) {
  const made = await rolldown({ input: path.join(root, file), resolve: { alias: { '@kith/client': path.join(root, 'apps/web/client/src/index.ts') } } })
  await made.write({ file: path.join(out, `${name}.js`), format: 'es', minify: true })
}
fs.copyFileSync(path.join(root, 'build/wasm/kith.wasm'), path.join(out, 'kith.wasm'))
fs.writeFileSync(path.join(out, 'index.html'), '<!doctype html><title>bench</title>')
const esm = name => path.join(js, name, 'dist/modules-esm', `${name}.mjs`)
await (await rolldown({ input: esm('libsodium-wrappers'), platform: 'browser', resolve: { alias: { './libsodium.mjs': esm('libsodium') } } })).write({ file: path.join(out, 'sodium.js'), format: 'es', codeSplitting: false })

const types = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm', jsonl: 'text/plain' }
const server = http.createServer((req, res) => {
  const name = req.url === '/' ? 'index.html' : req.url.slice(1)
  const file = path.join(out, name)
  if (!fs.existsSync(file)) return res.writeHead(404).end()
  res.writeHead(200, { 'content-type': types[name.split('.').pop()] || 'text/plain' })
  fs.createReadStream(file).pipe(res)
})
await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
const origin = `http://127.0.0.1:${server.address().port}/`

const work = (page, ...words) => page.evaluate(words => new Promise((resolve, reject) => {
  const worker = new Worker('tab_worker.js', { type: 'module' })
  worker.onmessage = ({ data }) => { if (words[0] !== 'friends') worker.terminate(); data.error ? reject(new Error(data.error)) : resolve(data) }
  worker.onerror = event => reject(new Error(event.message))
  worker.postMessage(words)
}), words)

const verify = page => page.evaluate(async () => {
  const { default: sodium } = await import('/sodium.js')
  await sodium.ready
  const { publicKey, privateKey } = sodium.crypto_sign_keypair()
  const text = crypto.getRandomValues(new Uint8Array(500))
  const sig = sodium.crypto_sign_detached(text, privateKey)
  const rates = []
  for (let round = 0; round < 9; round++) {
    const start = performance.now()
    for (let i = 0; i < 3000; i++) sodium.crypto_sign_verify_detached(sig, text, publicKey)
    rates.push(3000 / ((performance.now() - start) / 1000))
  }
  return rates.sort((a, b) => a - b)[4]
})

const opened = profile => chromium.launchPersistentContext(profile, { executablePath: process.env.KITH_CHROMIUM || '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'] })

// Of the process that the page and its Workers live in: the one that has used most, since a spare one stands by.
function costOf (profile) {
  const all = fs.readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(pid => {
    try {
      const line = fs.readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      const [, , parent] = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').match(/^(\d+) \(.*\) \S (\d+)/)
      const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\) /, '').split(' ')
      return { pid, parent, line, ticks: Number(stat[11]) + Number(stat[12]) }
    } catch { return null }
  }).filter(Boolean)
  const browser = new Set(all.filter(({ line }) => line.includes(profile)).map(({ pid }) => pid))
  for (const { pid, parent } of all) if (browser.has(parent)) browser.add(pid)
  for (const { pid, parent } of all) if (browser.has(parent)) browser.add(pid)
  const [one] = all.filter(({ pid, line }) => browser.has(pid) && line.includes('--type=renderer')).sort((a, b) => b.ticks - a.ticks)
  const pss = Number(fs.readFileSync(`/proc/${one.pid}/smaps_rollup`, 'utf8').match(/^Pss:\s+(\d+)/m)[1])
  return { mb: pss / 1024, cpu_ms: one.ticks * 10 }
}
const wait = ms => new Promise(resolve => setTimeout(resolve, ms))

async function friends (count) {
  const { Node } = await import('../tests/e2e/node.mjs')
  const { freePort, cleanUp } = await import('../tests/interop/lab.mjs')
  const profile = fs.mkdtempSync(path.join(out, 'profile-'))
  const context = await opened(profile)
  const page = context.pages()[0]
  page.setDefaultTimeout(600e3)
  await page.goto(origin)
  await work(page, 'open')
  await wait(3000)
  const alone = costOf(profile)
  const nodes = []
  const addresses = []
  for (let i = 0; i < count; i++) {
    const node = await new Node(`friend-${i}`).init('--name', `Friend ${i}`)
    const port = await freePort()
    await node.serve('--ws', `127.0.0.1:${port}`)
    nodes.push(node)
    addresses.push(`ws://127.0.0.1:${port}~shs:${node.id.slice(1, -8)}`)
  }
  await work(page, 'friends', ...addresses)
  await wait(15e3) // handshakes, first notes, the first snapshot
  const before = costOf(profile)
  await wait(60e3)
  const after = costOf(profile)
  const links = await Promise.all(nodes.map(async node => (await node.ask('conn.peers')).some(({ state }) => state === 'connected')))
  console.log(JSON.stringify({ row: 'tab-friends', count, connected: links.filter(Boolean).length, memory_mb: Math.round(after.mb), page_alone_mb: Math.round(alone.mb), idle_cpu_percent: Number(((after.cpu_ms - before.cpu_ms) / 600).toFixed(2)) }))
  await context.close()
  await cleanUp()
}

// A browser that was never here takes all of messages.jsonl, and opens it three times.
async function ingest () {
  const profile = fs.mkdtempSync(path.join(out, 'profile-'))
  const context = await opened(profile)
  const page = context.pages()[0]
  page.setDefaultTimeout(600e3)
  await page.goto(origin)
  const idle = costOf(profile).cpu_ms
  const before = await verify(page)
  const each = (costOf(profile).cpu_ms - idle) / 27000
  const start = costOf(profile).cpu_ms
  const { said, ms, count } = await work(page, 'ingest')
  // The same in processor time, which the rest of the machine's work does not change.
  const cpuShare = each * count / (costOf(profile).cpu_ms - start)
  const alone = Math.max(before, await verify(page))
  const times = []
  for (let i = 0; i < 3; i++) times.push(await work(page, 'open'))
  await context.close()
  fs.rmSync(profile, { recursive: true, force: true })
  const rate = count / (ms / 1000)
  const best = key => Math.round(Math.min(...times.map(time => time[key])))
  return { count, valid: said?.valid, rate, alone, share: Number((rate / alone).toFixed(2)), cpu_share: Number(cpuShare.toFixed(2)), open_ms: best('ready'), first_posts_ms: best('shown') }
}

const words = process.argv.slice(2)
if (words[0] === '--friends') await friends(Number(words.splice(0, 2)[1]))
for (const messages of words) {
  fs.copyFileSync(messages, path.join(out, 'messages.jsonl'))
  // A shared machine is not equally fast all the time: three times, and each beside what libsodium did just before and after.
  const runs = []
  for (let i = 0; i < 3; i++) runs.push(await ingest())
  const { alone, rate, ...rest } = runs.sort((a, b) => a.share - b.share)[1]
  console.log(JSON.stringify({
    row: 'tab', ...rest, ingest_per_s: Math.round(rate), libsodium_verify_per_s: Math.round(alone), shares: runs.map(run => run.share), cpu_shares: runs.map(run => run.cpu_share),
    open_ms: Math.min(...runs.map(run => run.open_ms)), first_posts_ms: Math.min(...runs.map(run => run.first_posts_ms))
  }))
}
server.close()
fs.rmSync(out, { recursive: true, force: true })
