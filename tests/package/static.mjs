// SPDX-License-Identifier: MIT
// static.mjs FOLDER: serves it as any host of files would, on 127.0.0.1, and asks for the page and all that
// its index and its service worker name. Prints its count.
import { existsSync, readFileSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize } from 'node:path'

const folder = process.argv[2]
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css', '.wasm': 'application/wasm' }
const server = createServer((q, a) => {
  let file = join(folder, normalize(new URL(q.url, 'http://host').pathname))
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html')
  if (!existsSync(file)) return a.writeHead(404).end()
  a.writeHead(200, { 'content-type': types[extname(file)] ?? 'application/octet-stream' }).end(readFileSync(file))
})
await new Promise(done => server.listen(0, '127.0.0.1', done))
const base = `http://127.0.0.1:${server.address().port}/`
let passed = 0
let failed = 0
const is = (name, good) => {
  good ? passed++ : failed++
  if (!good) console.log(`FAIL: ${name}`)
}
const text = async path => {
  const answer = await fetch(base + path)
  is(`${path || 'the page'}: ${answer.status}`, answer.status === 200)
  return answer.text()
}
const index = await text('')
is('index.html is the page', index.includes('<title>kith</title>'))
const worker = await text('sw.js')
const named = new Set([...index.matchAll(/(?:src|href)="(?:\.\/)?([^":]+)"/g)].map(m => m[1]))
for (const [, path] of worker.matchAll(/["'`](?:\.\/)?(assets\/[^"'`]+)["'`]/g)) named.add(path)
is(`it names its files (${named.size})`, named.size > 10)
for (const path of named) await text(path)
const modules = [...named].filter(path => path.endsWith('.wasm'))
is('one of them is kith.wasm', modules.length === 1)
is('which is WebAssembly', modules[0] && (await WebAssembly.compile(readFileSync(join(folder, modules[0])))) && true)
server.close()
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
