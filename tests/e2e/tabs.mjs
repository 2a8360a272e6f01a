// SPDX-License-Identifier: MIT
// A person whose node lives in the tab: the page from a server that knows nothing but files, a profile
// of Chromium's own on the disk, and no program of ours running anywhere.
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { FLAGS, LIMIT, Watch, modules } from './browser.mjs'
import { Person } from './people.mjs'
import { newHome, root } from '../interop/lab.mjs'

const { chromium } = createRequire(path.join(modules, 'index.js'))('playwright-core')

const TYPES = { html: 'text/html; charset=utf-8', js: 'text/javascript; charset=utf-8', css: 'text/css; charset=utf-8', svg: 'image/svg+xml', wasm: 'application/wasm', png: 'image/png', webmanifest: 'application/manifest+json' }
// As strict as a host of files can be.
const CSP = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; " +
  "font-src 'self'; connect-src 'self' ws: wss:; worker-src 'self'; manifest-src 'self'; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types kith dompurify"

// Serves a folder of files on 127.0.0.1 and counts what is asked of it.
export async function serveFiles (folder = path.join(root, 'build/web')) {
  const asked = []
  const server = http.createServer((req, res) => {
    const name = decodeURIComponent(new URL(req.url, 'http://x').pathname).replace(/\/$/, '/index.html')
    const file = path.join(folder, path.normalize(name))
    asked.push(name)
    if (!file.startsWith(folder) || !fs.existsSync(file) || !fs.statSync(file).isFile()) return res.writeHead(404).end('not here')
    res.writeHead(200, { 'content-type': TYPES[file.split('.').pop()] || 'application/octet-stream', 'content-security-policy': CSP, 'cache-control': name.startsWith('/assets/') ? 'max-age=31536000, immutable' : 'no-cache' })
    res.end(req.method === 'HEAD' ? undefined : fs.readFileSync(file))
  })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    asked,
    close: () => new Promise(resolve => { server.close(resolve); server.closeAllConnections() })
  }
}

export class TabPerson extends Person {
  constructor (name, options) {
    super(name, options)
    this.profile = newHome(`tab-${name.toLowerCase()}`)
    this.node = { origin: '', id: '', stop: async () => {} }
  }

  // Opens the page from a server of files, in a browser that keeps its things.
  async arrivesAt (server, { path: where = '/', flags = [], executablePath } = {}) {
    this.server = server
    this.node.origin = server.origin
    this.context = await chromium.launchPersistentContext(this.profile, {
      executablePath: executablePath || process.env.KITH_CHROMIUM || '/usr/bin/chromium',
      args: [...FLAGS, ...flags],
      headless: true,
      locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce',
      ...this.options
    })
    this.context.setDefaultTimeout(LIMIT)
    this.watch ??= new Watch([server.origin])
    await this.watch.on(this.context)
    this.page = this.context.pages()[0] || await this.context.newPage()
    await this.page.goto(server.origin + where)
    return this
  }

  async saysTheirName (name) {
    await super.saysTheirName(name)
    this.node.id = await this.knowsTheirId()
  }

  // The address of one's own wall has it.
  async knowsTheirId () {
    const to = await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: 'My wall' }).first().getAttribute('href')
    return decodeURIComponent(to.replace(/^#\/wall\//, ''))
  }

  async comesBack () {
    await this.page.reload()
    await this.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  }

  async closesTheBrowser () {
    await this.context.close()
    this.context = null
  }

  async leaves () { await this.context?.close() }
}
