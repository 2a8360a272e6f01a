// SPDX-License-Identifier: MIT
// Anna has Chromium and Ben has Firefox: from a link to two walls that stay in step, the broker gone.
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'
import { screenshots } from './browser.mjs'
import { check, done, enters, journey, skip } from './journey.mjs'
import { photo } from './media.mjs'
import { HUB, around, whyNot } from './netns.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'
import { newHome } from '../interop/lab.mjs'

const reason = whyNot() ?? (fs.existsSync(process.env.KITH_FIREFOX || '/usr/bin/firefox-esr') ? undefined : 'there is no firefox-esr')
if (reason) {
  skip('Firefox with Chromium', reason)
  await done()
}

// A person in Firefox says everything by way of a process in the same namespace.
class FirefoxPerson {
  constructor (name, machine) {
    this.name = name
    const driver = path.join(path.dirname(fileURLToPath(import.meta.url)), 'firefox_driver.mjs')
    const home = newHome(`firefox-${name.toLowerCase()}`)
    this.child = machine.start(process.execPath, [driver, fs.mkdtempSync(path.join(home, 'profile-')), HUB],
      { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, HOME: home, TZ: 'UTC', LANG: 'en_GB.UTF-8' } })
    this.lines = readline.createInterface({ input: this.child.stdout })[Symbol.asyncIterator]()
  }

  async #line () {
    const { value, done } = await this.lines.next()
    check(!done, `${this.name}’s Firefox has ended`)
    return value
  }

  async starts () { check(await this.#line() === 'ready', 'Firefox does not start') }

  async does (...words) {
    this.child.stdin.write(JSON.stringify(words) + '\n')
    const { value, error } = JSON.parse(await this.#line())
    if (error && words[0] !== 'shows') {
      fs.mkdirSync(path.join(screenshots, 'failed'), { recursive: true })
      await this.does('shows', path.join(screenshots, 'failed', `firefox-${this.name}.png`))
    }
    check(!error, `${words.join(' ')}: ${error}`)
    return value
  }

  async leaves () {
    const gone = new Promise(resolve => this.child.once('exit', resolve))
    this.child.stdin.end()
    const timer = setTimeout(() => this.child.kill('SIGKILL'), 15e3)
    await gone
    clearTimeout(timer)
  }
}

const picture = await photo()
const [hub, here, there] = around('a', 'b')

await journey('Firefox with Chromium', async ({ given, when, then, and }) => {
  const anna = enters(new TabPerson('Anna'))
  const ben = enters(new FirefoxPerson('Ben', there))
  let broker, link
  await given('Anna has a wall in Chromium, and Ben has Firefox', async () => {
    broker = await startBroker(hub)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('A lake, a boat, a book')
    await ben.starts()
  })
  await when('Anna makes a link', async () => { link = await anna.makesALink() })
  await and('Ben opens it, says his name and becomes her friend', async () => {
    await ben.does('goes', link)
    await ben.does('fills', 'Your name', 'Ben')
    await ben.does('presses', 'Begin')
    await ben.does('sees', 'Anna invites you', 'h1, h2')
    await ben.does('presses', 'Become friends')
  })
  await then('he sees her wall', async () => {
    await ben.does('sees', 'Anna’s wall', 'h1, h2')
    await ben.does('seesPost', 'A lake, a boat, a book')
  })
  await when('the broker is gone', async () => { await broker.stop(); anna.watch.allow(/WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch/) })
  await and('Anna writes on her wall, with a photo', async () => {
    await anna.opensTheirWall()
    await anna.types('Look, no server')
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at sunset')
    await anna.sendsWhenReady()
  })
  await then('Ben sees both', async () => { await ben.does('seesPost', 'Look, no server'); await ben.does('seesPicture', 'A kitchen at sunset') })
  await when('Ben writes on his wall', async () => {
    await ben.does('goes', `${origin}/#/`)
    await ben.does('fills', 'Your post', 'From Firefox')
    await ben.does('presses', 'Post')
    await ben.does('presses', 'Now')
  })
  await then('Anna sees it', async () => { await anna.goesHome(); await anna.seesPost('From Firefox') })
  await and('no page raised an error', async () => {
    const faults = (await ben.does('faults')).filter(words => !/(establish a connection to the server at|The connection to) ws:/.test(words)) // to the broker
    check(!faults.length, faults.join('\n'))
  })
})

await done()
