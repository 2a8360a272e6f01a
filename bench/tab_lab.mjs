// SPDX-License-Identifier: MIT
// What the benches of the tab share: the node's own Worker code with nothing but a bare page around it, a server for
// it, and what a page costs. As a program: node bench/tab_lab.mjs FOLDER, a server on all addresses of 127.0.0.0/8.
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..')
export const wait = ms => new Promise(resolve => setTimeout(resolve, ms))

// A folder with what the pages load; `sodium`: with npm's libsodium beside it.
export async function build ({ sodium = false } = {}) {
  const { rolldown } = await import(createRequire(path.join(root, 'apps/web/node_modules/x.js')).resolve('rolldown'))
  const out = fs.mkdtempSync(path.join(root, 'build/bench-tab-'))
  for (const [name, file] of [['tab_page', 'bench/tab_page.ts'], ['tab_worker', 'bench/tab_worker.ts'], ['job_worker', 'apps/web/src/tab/job_worker.ts']]) {
    const made = await rolldown({ input: path.join(root, file), resolve: { alias: { '@kith/client': path.join(root, 'apps/web/client/src/index.ts') } } })
    await made.write({ file: path.join(out, `${name}.js`), format: 'es', minify: true })
  }
  if (sodium) {
    const esm = name => path.join(process.env.KITH_JS || path.join(root, 'build/js/db2/node_modules'), name, 'dist/modules-esm', `${name}.mjs`)
    const made = await rolldown({ input: esm('libsodium-wrappers'), platform: 'browser', resolve: { alias: { './libsodium.mjs': esm('libsodium') } } })
    await made.write({ file: path.join(out, 'sodium.js'), format: 'es', codeSplitting: false })
  }
  fs.copyFileSync(path.join(root, 'build/wasm/kith.wasm'), path.join(out, 'kith.wasm'))
  fs.writeFileSync(path.join(out, 'index.html'), '<!doctype html><title>bench</title><script type="module" src="tab_page.js"></script>')
  return out
}

const types = { html: 'text/html', js: 'text/javascript', wasm: 'application/wasm', jsonl: 'text/plain' }
export async function serve (folder, host = '127.0.0.1') {
  const server = http.createServer((req, res) => {
    const file = path.join(folder, req.url === '/' ? 'index.html' : path.basename(req.url))
    if (!fs.existsSync(file)) return res.writeHead(404).end()
    res.writeHead(200, { 'content-type': types[file.split('.').pop()] || 'text/plain' })
    fs.createReadStream(file).pipe(res)
  })
  await new Promise(resolve => server.listen(0, host, resolve))
  return server
}

export function opened (profile, options = {}) {
  const { chromium } = createRequire(path.join(process.env.KITH_JS_E2E || path.join(root, 'build/js/e2e/node_modules'), 'x.js'))('playwright-core')
  return chromium.launchPersistentContext(profile, { executablePath: process.env.KITH_CHROMIUM || '/usr/bin/chromium', headless: true, args: ['--no-sandbox', '--disable-gpu'], ...options })
}

// Of the process that the page and its Workers live in: the one that has used most, since a spare one stands by.
export function costOf (profile) {
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

// What it costs to be connected and to have nothing to do.
export async function idleCost (profile, ms = 60e3) {
  const before = costOf(profile)
  await wait(ms)
  const after = costOf(profile)
  return { memory_mb: Math.round(after.mb), idle_cpu_percent: Number(((after.cpu_ms - before.cpu_ms) / ms * 100).toFixed(2)) }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) console.log((await serve(process.argv[2], '0.0.0.0')).address().port)
