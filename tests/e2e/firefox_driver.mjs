// SPDX-License-Identifier: MIT
// node firefox_driver.mjs: a Firefox in the network namespace where this process lives (its driver speaks with it by
// a socket, which crosses none). Each line of the input is [verb, ...words] in JSON; each has an answer.
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'
import { LIMIT, modules } from './browser.mjs'

const puppeteer = await import(createRequire(path.join(modules, 'index.js')).resolve('puppeteer-core'))
const [profile, host] = process.argv.slice(2)
const browser = await puppeteer.launch({
  browser: 'firefox',
  executablePath: process.env.KITH_FIREFOX || '/usr/bin/firefox-esr',
  headless: true,
  userDataDir: profile,
  timeout: LIMIT,
  protocolTimeout: LIMIT * 2,
  extraPrefsFirefox: {
    // Browsers keep files for https only; this one is told that the lab's wire is as good.
    'dom.securecontext.allowlist': host,
    'intl.accept_languages': 'en-GB',
    'app.update.enabled': false,
    'browser.shell.checkDefaultBrowser': false,
    'datareporting.policy.dataSubmissionEnabled': false,
    'network.captive-portal-service.enabled': false,
    'network.connectivity-service.enabled': false
  }
})
const [page] = await browser.pages()
page.setDefaultTimeout(LIMIT)
page.setDefaultNavigationTimeout(LIMIT)
const faults = []
page.on('pageerror', error => faults.push(String(error)))

const has = (text, among) => page.waitForFunction((text, among) => [...document.querySelectorAll(among)].some(e => e.checkVisibility() && e.textContent.includes(text)), { polling: 200 }, text, among)
const verbs = {
  goes: where => page.goto(where, { waitUntil: 'domcontentloaded' }),
  fills: (label, text) => page.locator(`::-p-aria([name="${label}"][role="textbox"])`).fill(text),
  presses: name => page.locator(`::-p-aria([name="${name}"][role="button"])`).click(),
  opens: name => page.locator(`::-p-aria([name="${name}"][role="link"])`).click(),
  sees: (text, among = 'body') => has(text, among),
  // What arrives while somebody reads waits behind a button.
  seesPost: text => page.waitForFunction(text => {
    if ([...document.querySelectorAll('article')].some(e => e.checkVisibility() && e.textContent.includes(text))) return true
    for (const button of document.querySelectorAll('button')) if (/^\d+ new posts?$/.test(button.textContent.trim())) button.click()
    return false
  }, { polling: 300 }, text),
  seesPicture: description => page.waitForFunction(name => {
    const image = document.querySelector(`button[aria-label="Enlarge: ${name}"] img`)
    return image?.complete && image.naturalWidth > 0
  }, { polling: 300 }, description),
  shows: async file => { await page.screenshot({ path: file }) },
  faults: () => faults
}

process.stdout.write('ready\n')
for await (const line of readline.createInterface({ input: process.stdin })) {
  const [verb, ...words] = JSON.parse(line)
  let said = {}
  try {
    const value = await verbs[verb](...words)
    if (verb === 'faults') said = { value }
  } catch (error) {
    said = { error: String(error.message || error) }
  }
  process.stdout.write(JSON.stringify(said) + '\n')
}
await browser.close()
process.exit(0)
