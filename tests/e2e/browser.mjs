// SPDX-License-Identifier: MIT
// Chromium for the tests: one process, one context for each person, and a watch on each context that
// writes down whatever a page must never do: raise an error, break its content security policy, open
// a dialog, or ask anything of anybody but its own node.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { root } from '../interop/lab.mjs'

export const modules = process.env.KITH_JS_E2E || path.join(root, 'build/js/e2e/node_modules')
const use = createRequire(path.join(modules, 'index.js'))
const { chromium } = use('playwright-core')
export const axeSource = use.resolve('axe-core/axe.min.js')
export const screenshots = path.join(root, 'build/screenshots')
export const LIMIT = Number(process.env.KITH_E2E_LIMIT || 90e3) // the longest that a page may take for one thing

// No name is ever resolved but those that a test maps: whatever tries to leave, fails, and is seen. What
// Chromium would ask of its maker on its own account is switched off as far as it can be.
export const FLAGS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync', '--disable-domain-reliability', '--no-pings', '--autoplay-policy=no-user-gesture-required']

// Of several --disable-features Chromium heeds the last alone, so this one repeats what Playwright switches off.
const OFF = ['AutofillServerCommunication', 'DnsOverHttpsUpgrade', 'Translate', 'OptimizationHints', 'OptimizationGuideModelDownloading', 'NetworkTimeServiceQuerying', 'InterestFeedContentSuggestions',
  'CertificateTransparencyComponentUpdater', 'MediaRouter', 'AimEnabled', 'PreconnectToSearch', 'LensOverlay', 'HttpsUpgrades', 'HttpsFirstBalancedModeAutoEnable', 'PaintHolding', 'ThirdPartyStoragePartitioning',
  'AvoidUnnecessaryBeforeUnloadCheckSync', 'DestroyProfileOnBrowserClose', 'AvoidCorsURLLoaderRestartOnRedirect']

const open = []
// map: [name, address] pairs that resolve; flags: more of Chromium's; off: more of its features to switch off.
export async function launch ({ map = [], flags = [], off = [] } = {}) {
  const rules = [...map.map(([name, to]) => `MAP ${name} ${to}`), 'MAP * ~NOTFOUND', 'EXCLUDE 127.0.0.1', 'EXCLUDE localhost', 'EXCLUDE [::1]']
  const browser = await chromium.launch({
    executablePath: process.env.KITH_CHROMIUM || '/usr/bin/chromium',
    args: [...FLAGS, `--host-resolver-rules=${rules.join(', ')}`, `--disable-features=${[...OFF, ...off].join(',')}`, ...flags],
    headless: true,
    timeout: LIMIT
  })
  open.push(browser)
  return browser
}
export async function closeAll () {
  await Promise.all(open.splice(0).map(browser => browser.close().catch(() => {})))
}

// Everything that a watched context did wrong, in words; `allow` are patterns of what this test itself causes,
// such as a connection that is refused while the node is away.
export class Watch {
  constructor (origins) {
    this.origins = new Set(origins)
    this.faults = []
    this.allowed = []
    this.requests = 0
  }

  allow (...patterns) { this.allowed.push(...patterns) }

  fault (kind, words) {
    if (this.allowed.some(pattern => pattern.test(words))) return
    const line = `${kind}: ${words}`.slice(0, 400)
    if (!this.faults.includes(line)) this.faults.push(line)
  }

  mayAsk (address) {
    const url = new URL(address)
    if (url.protocol === 'blob:' || url.protocol === 'data:') return true
    return this.origins.has(url.protocol.replace('ws', 'http') + '//' + url.host)
  }

  async on (context) {
    await context.exposeBinding('kithTestFault', (_, kind, words) => this.fault(kind, words))
    await context.addInitScript(() => {
      document.addEventListener('securitypolicyviolation', event => window.kithTestFault('CSP report',
        `${event.effectiveDirective} blocked ${event.blockedURI || event.sample} in ${event.sourceFile}:${event.lineNumber}`))
    })
    context.on('console', message => {
      if (message.type() === 'error') this.fault('console error', `${message.text()} (${message.location().url})`)
      if (message.type() === 'warning' && /content security|trusted/i.test(message.text())) this.fault('console warning', message.text())
    })
    context.on('weberror', error => this.fault('page error', String(error.error().stack || error.error())))
    context.on('dialog', dialog => {
      if (dialog.type() === 'beforeunload') return dialog.accept()
      this.fault('dialog', `${dialog.type()} “${dialog.message()}”`)
      dialog.dismiss().catch(() => {})
    })
    context.on('request', request => {
      this.requests++
      if (!this.mayAsk(request.url())) this.fault('request elsewhere', `${request.method()} ${request.url()}`)
    })
    context.on('page', page => page.on('websocket', socket => {
      this.requests++
      if (!this.mayAsk(socket.url())) this.fault('request elsewhere', `WebSocket ${socket.url()}`)
    }))
  }
}

// A context of one's own, watched. `origins` are what its page may talk to.
export async function watchedContext (browser, origins, options = {}) {
  const watch = new Watch(origins)
  const context = await browser.newContext({
    locale: 'en-GB', timezoneId: 'UTC', viewport: { width: 1280, height: 900 }, reducedMotion: 'reduce', ...options
  })
  context.setDefaultTimeout(LIMIT)
  context.setDefaultNavigationTimeout(LIMIT)
  await watch.on(context)
  return { context, watch }
}

export async function picture (page, name, options = {}) {
  const file = path.join(screenshots, `${name.replace(/[^a-z0-9/-]+/gi, '-')}.png`)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  await page.screenshot({ path: file, ...options })
  return file
}
