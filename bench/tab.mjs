// SPDX-License-Identifier: MIT
// node bench/tab.mjs MESSAGES.jsonl...: the node in Chromium: messages judged, stored and in all views; opening what was
// stored. Beside it, in the same browser, what npm's libsodium in WebAssembly verifies alone.
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
  worker.onmessage = ({ data }) => { worker.terminate(); data.error ? reject(new Error(data.error)) : resolve(data) }
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

for (const messages of process.argv.slice(2)) {
  fs.copyFileSync(messages, path.join(out, 'messages.jsonl'))
  const profile = fs.mkdtempSync(path.join(out, 'profile-'))
  const context = await chromium.launchPersistentContext(profile, { executablePath: process.env.KITH_CHROMIUM || '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'] })
  const page = context.pages()[0]
  page.setDefaultTimeout(600e3)
  await page.goto(origin)
  const alone = await verify(page)
  const { said, ms, count } = await work(page, 'ingest')
  const opened = []
  for (let i = 0; i < 3; i++) opened.push(await work(page, 'open'))
  const rate = count / (ms / 1000)
  console.log(JSON.stringify({
    row: 'tab', count, valid: said?.valid, ingest_per_s: Math.round(rate), libsodium_verify_per_s: Math.round(alone), share: Number((rate / alone).toFixed(2)),
    open_ms: Math.round(Math.min(...opened.map(o => o.ready))), first_posts_ms: Math.round(Math.min(...opened.map(o => o.shown)))
  }))
  await context.close()
}
server.close()
fs.rmSync(out, { recursive: true, force: true })
