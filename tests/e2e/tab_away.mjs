// SPDX-License-Identifier: MIT
// A person whose browser is closed when a friend writes: what they do until all has gone out, and what waits at the broker.
import { execFileSync } from 'node:child_process'
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { same } from './journey.mjs'
import { HUB } from './netns.mjs'
import { options, origin } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'
import { until } from '../interop/lab.mjs'

const PORT = 9787
export const modules = ['--inbox', 'on', '--metrics', `${HUB}:${PORT}`, ...process.env.KITH_WEB ? ['--web', process.env.KITH_WEB] : []]

// A number of the broker's.
export function counted (hub, name) {
  const script = `fetch('http://${HUB}:${PORT}/metrics').then(async a => console.log(await a.text()))`
  const text = execFileSync('ip', ['netns', 'exec', hub.name, process.execPath, '-e', script], { encoding: 'utf8' })
  return Number(text.match(new RegExp(`^kith_broker_${name} (\\d+)`, 'm'))[1])
}

// Packets that lie there.
export function waiting ({ folder }) {
  const db = new DatabaseSync(path.join(folder, 'inboxes.db'), { readOnly: true })
  try { return db.prepare('SELECT count(*) AS n FROM packet').get().n } finally { db.close() }
}

export class Away extends TabPerson {
  constructor (name, hub, machine) {
    super(name)
    this.machine = machine
    this.counted = name => counted(hub, name)
  }

  async opensTheBrowser () {
    this.before = this.counted('packets_taken_total')
    await this.arrivesAt({ origin }, options(this.machine))
    await this.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  }

  // A network of namespaces may change while a page loads.
  async arrivesAt (...where) {
    await super.arrivesAt(...where)
    this.watch.allow(/ERR_NETWORK_CHANGED/)
    return this
  }

  async opensAccount () {
    await this.page.goto(origin + '/#/account')
    await this.page.getByRole('heading', { name: 'While you are away' }).waitFor()
  }

  async wantsAnInbox () {
    await this.opensAccount()
    await this.page.getByLabel('Keep what friends send me while I am away').check()
    await this.sees('Your inbox is open.')
  }

  // Files in the browser's own store.
  files (folder) {
    return this.page.evaluate(async folder => {
      const found = []
      const home = await (await navigator.storage.getDirectory()).getDirectoryHandle('kith')
      const all = await home.getDirectoryHandle(folder).catch(() => null)
      if (all) for await (const [name, handle] of all) found.push({ name, size: (await handle.getFile().catch(() => ({ size: -1 }))).size })
      return found
    }, folder)
  }

  // Something has gone out, and nothing more for a while. It takes half a minute until a browser knows that the other one is
  // gone. Who closes the browser too early loses nothing: it goes when it is open again.
  async hasSaidAll () {
    let last = this.before
    let since = 0
    await until(`${this.name} to have brought all`, async () => {
      const now = this.counted('packets_taken_total')
      if (now === this.before || now !== last || (await this.files('outpackets')).length) since = Date.now()
      last = now
      return Date.now() - since > 6000
    }, 120e3)
  }

  async isQuiet (broker) {
    let last, files
    let since = 0
    const said = []
    await until(`${this.name} to have fetched and brought all`, async () => {
      const now = `${waiting(broker)} wait, ${this.counted('packets_taken_total')} taken`
      files = await this.files('outpackets')
      if (now !== last || files.length) since = Date.now()
      if (now !== last) said.push(now)
      last = now
      return Date.now() - since > 6000
    }, 120e3).catch(err => { throw new Error(`${err.message}: ${said.join('; ')}; ${files.length} in outpackets`) })
  }

  async hasTheFiles (count, least) {
    let files
    await until(`${count} large files`, async () => { files = await this.files('blobs'); return files.filter(it => it.size >= least).length === count }, 60e3).catch(err => { throw new Error(`${err.message}: ${files.map(it => it.size)}`) })
  }

  async readsOnce (texts) {
    for (const text of texts) same(await this.posts(text).count(), 1, text)
  }
}
