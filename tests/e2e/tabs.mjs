// SPDX-License-Identifier: MIT
// A person whose node lives in the tab: the page from a server that knows nothing but files, a profile
// of Chromium's own on the disk, and no program of ours running anywhere.
import { createRequire } from 'node:module'
import path from 'node:path'
import { FLAGS, LIMIT, Watch, modules } from './browser.mjs'
import { serveFiles } from './file_server.mjs'
import { Person } from './people.mjs'
import { newHome, until } from '../interop/lab.mjs'

const { chromium } = createRequire(path.join(modules, 'index.js'))('playwright-core')

export { serveFiles }

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

  // ---- two codes ----

  async opensRoads () {
    await this.goesTo('Settings')
    await this.page.getByRole('link', { name: 'Roads and peers' }).click()
    await this.page.getByRole('heading', { name: 'Without any server' }).waitFor()
  }

  async isConnectedWith ({ id }) {
    await this.opensRoads()
    await this.page.locator(`[data-peer="${id}"]`).getByText(/^for \d/).waitFor()
  }

  // With a link that is younger than this moment.
  async isConnectedAnewWith ({ id, name }, since) {
    await this.opensRoads()
    const seconds = /^for (\d+) seconds?/
    await until(`a new link with ${name}`, async () => {
      const [said] = await this.page.locator(`[data-peer="${id}"]`).getByText(seconds).allTextContents()
      return said && Number(said.match(seconds)[1]) * 1000 < Date.now() - since
    })
  }

  // Whoever comes with it becomes a friend.
  async makesALink () {
    await this.goesTo('Friends')
    const box = this.page.getByLabel('Your link')
    const before = await box.count() ? await box.inputValue() : ''
    await this.presses('Make a link')
    await until('a new link', async () => await box.count() && await box.inputValue() !== before)
    return box.inputValue()
  }

  async followsTheLink (link) {
    await this.page.goto(link)
    await this.presses('Become friends')
    await this.page.getByRole('heading', { name: 'wall' }).waitFor()
  }

  async makesACode () {
    await this.presses('Make a code')
    return this.page.getByLabel('Your code').inputValue()
  }

  async takesTheCode (code) {
    await this.page.getByLabel('Code from your friend').fill(code)
    await this.presses('Go on')
  }

  async answersTheCode (code) {
    await this.takesTheCode(code)
    return this.page.getByLabel('Your code').inputValue()
  }

  async closesTheBrowser () {
    await this.context.close()
    this.context = null
  }

  async leaves () { await this.context?.close() }
}
