// SPDX-License-Identifier: MIT
// node file_server.mjs [FOLDER [PORT]]: a server on 127.0.0.1 that has files and nothing else, as any host
// of static pages does; prints its origin. As strict with the page as such a host can be.
import fs from 'node:fs'
import http from 'node:http'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const here = path.dirname(fileURLToPath(import.meta.url))
const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', wasm: 'application/wasm', png: 'image/png', webmanifest: 'application/manifest+json' }
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; " +
  "font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types kith dompurify"

export async function serveFiles (folder = path.resolve(here, '../../build/web'), port = 0) {
  const asked = []
  const server = http.createServer((req, res) => {
    const name = decodeURIComponent(new URL(req.url, 'http://x').pathname).replace(/\/$/, '/index.html')
    const file = path.join(folder, path.normalize(name))
    asked.push(name)
    if (!file.startsWith(folder) || !fs.existsSync(file) || !fs.statSync(file).isFile()) return res.writeHead(404).end('not here')
    res.writeHead(200, {
      'content-type': TYPES[file.split('.').pop()] || 'application/octet-stream',
      'content-security-policy': CSP,
      'cache-control': name.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache'
    })
    res.end(req.method === 'HEAD' ? undefined : fs.readFileSync(file))
  })
  await new Promise(resolve => server.listen(port, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    asked,
    close: () => new Promise(resolve => { server.close(resolve); server.closeAllConnections() })
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { origin } = await serveFiles(process.argv[2] || undefined, Number(process.argv[3] || 0))
  console.log(origin)
}
