// SPDX-License-Identifier: MIT
// A handle and a password: in a second browser one sees one's wall and writes on it, the first turns read-only and
// says so, and can be made the one that writes again.
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { done, enters, journey, same, skip } from './journey.mjs'
import { HUB, around, whyNot } from './netns.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'
import { newHome, until } from '../interop/lab.mjs'

const { equal } = createRequire(import.meta.url)('node:assert/strict')
const reason = whyNot()
if (reason) {
  skip('a handle and a password', reason)
  await done()
}
const [hub, here, there] = around('a', 'b')
const modules = ['--vault', 'on', '--directory', 'on', '--name', 'kith.example', ...process.env.KITH_WEB ? ['--web', process.env.KITH_WEB] : []]
const PASSWORD = 'a lake, a boat, a book'

class Member extends TabPerson {
  async opensAccount () {
    await this.page.goto(origin + '/#/account')
    await this.page.getByRole('heading', { name: 'Handle and password' }).waitFor()
  }

  // The form under that heading.
  form (title) { return this.page.getByRole('region', { name: title }) }

  async fills (title, handle, password) {
    const form = this.form(title)
    if (handle) await form.getByLabel('Handle').fill(handle)
    await form.getByLabel('Password', { exact: true }).fill(password)
  }
}

await journey('A handle, a password, a second browser', async ({ given, when, then, and }) => {
  const anna = enters(new Member('Anna'))
  const second = enters(new Member('Anna-again'))
  let broker
  await given('a broker with vaults, and Anna has a wall in her browser', async () => {
    broker = await startBroker(hub, ...modules)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('Written before there was a handle')
  })
  await when('Anna takes a handle and lets the broker keep a sealed copy', async () => {
    await anna.opensAccount()
    await anna.fills('Take a handle', 'Anna.B', PASSWORD)
    await anna.form('Take a handle').getByLabel('Keep a sealed copy of me on the server').check()
    await anna.presses('Take this handle')
    await anna.page.getByRole('heading', { name: 'You are anna.b' }).waitFor()
    await anna.sees('Certified by kith.example')
    await anna.sees('Saved:')
  })
  await and('writes on', async () => {
    await anna.opensTheirWall()
    await anna.writes('Written after it')
    await anna.opensAccount()
    await anna.sees('Saved:')
  })
  await then('a wrong password opens nothing', async () => {
    await second.arrivesAt({ origin }, options(there))
    await second.page.getByRole('link', { name: 'Sign in' }).click()
    await second.fills('Sign in', 'anna.b', 'a lake, a boat, a boot')
    await second.form('Sign in').getByRole('button', { name: 'Sign in' }).click()
    await second.sees('Handle and password do not belong together')
  })
  await when('Anna signs in in a second browser', async () => {
    await second.fills('Sign in', 'anna.b', PASSWORD)
    await second.form('Sign in').getByRole('button', { name: 'Sign in' }).click()
  })
  await then('the first turns read-only and says so', async () => {
    await anna.page.getByRole('heading', { name: 'You write in another browser now' }).waitFor()
    await anna.opensTheirWall()
    await anna.sees('You write in another browser now. Here you can read.')
  })
  await and('the second shows the wall', async () => {
    await second.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    equal(await second.knowsTheirId(), anna.node.id)
    await second.opensTheirWall()
    await second.seesPost('Written before there was a handle')
    await second.seesPost('Written after it')
  })
  await when('she says there that nothing newer exists', async () => {
    await second.page.goto(origin + '/#/restore')
    await second.presses('I had posted nothing since')
    await second.presses('Nothing is missing, let me write', second.dialog)
    await second.sees('Welcome back')
  })
  await then('she can write in the second', async () => {
    await second.opensTheirWall()
    await second.writes('Written in the second browser')
    await second.opensAccount()
    await second.sees('Saved:')
  })
  await when('she wants to write in the first again', async () => {
    await anna.comesBack()
    await anna.opensAccount()
    await anna.page.getByRole('heading', { name: 'You write in another browser now' }).waitFor()
    await anna.fills('You write in another browser now', '', PASSWORD)
    await anna.presses('Write here again')
  })
  await then('it has what was written in the second, which turns read-only', async () => {
    await second.page.getByRole('heading', { name: 'You write in another browser now' }).waitFor()
    await anna.opensTheirWall()
    await anna.seesPost('Written in the second browser')
    await anna.writes('Back in the first')
  })
  await broker.stop()
})

await journey('A copy that one keeps oneself', async ({ given, when, then, and }) => {
  const [anna, second] = ['Anna', 'Anna-again'].map(name => enters(new Member(name)))
  const kept = path.join(newHome('kept'), 'vault')
  let broker
  await given('Anna has a handle, and lets the broker keep nothing', async () => {
    broker = await startBroker(hub, ...modules)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('Written at home')
    await anna.opensAccount()
    await anna.fills('Take a handle', 'anna.k', PASSWORD)
    await anna.presses('Take this handle')
    await anna.page.getByRole('heading', { name: 'You are anna.k' }).waitFor()
  })
  await when('she saves a copy as a file', async () => {
    const [download] = await Promise.all([anna.page.waitForEvent('download'), anna.presses('Save as a file')])
    same(/^anna\.k-\d{4}-\d\d-\d\d\.kith-vault$/.test(download.suggestedFilename()), true, download.suggestedFilename())
    await download.saveAs(kept)
    const bytes = fs.readFileSync(kept)
    same(bytes.subarray(0, 13).toString(), 'kith-vault 1\n')
    same(bytes.includes('Written at home') || bytes.includes('anna.k'), false, 'it can be read')
  })
  await and('her browser and the broker are gone', async () => { await anna.closesTheBrowser(); await broker.stop() })
  await and('she opens a page from somewhere else', async () => {
    await second.arrivesAt(await there.serveFiles(), { executablePath: there.chromium })
    await second.page.getByRole('link', { name: 'I have been here before' }).click()
  })
  const reads = async (file, password) => {
    await second.page.getByLabel('Backup file').setInputFiles(file)
    await second.page.getByLabel('Its passphrase').fill(password)
    await second.presses('Read it in')
  }
  await then('a wrong password opens nothing, and neither does a file that was changed', async () => {
    await reads(kept, 'a lake, a boat, a boot')
    await second.sees('That is not its passphrase.')
    const bytes = fs.readFileSync(kept)
    bytes[bytes.length - 100] ^= 1
    fs.writeFileSync(kept + '-changed', bytes)
    await reads(kept + '-changed', PASSWORD)
    await second.sees('The file is damaged')
  })
  await when('she reads it in with her password', () => reads(kept, PASSWORD))
  await then('she is herself, and reads her wall', async () => {
    await second.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await second.opensTheirWall()
    await second.seesPost('Written at home')
    equal(await second.knowsTheirId(), anna.node.id)
  })
})

await journey('A store of one’s own', async ({ given, when, then, and }) => {
  const [anna, second] = ['Anna', 'Anna-again'].map(name => enters(new Member(name)))
  const folder = newHome('store')
  const kept = path.join(folder, 'me')
  const sequence = () => fs.existsSync(kept) ? Number(fs.readFileSync(kept).readBigUInt64LE(53)) : 0
  const broker = await startBroker(hub, ...modules)
  let store
  const { executablePath, flags } = options(here)
  const trusting = { executablePath, flags: [...flags, '--ignore-certificate-errors'] } // the store's is its own
  const secret = to => to.replace('//', '//anna:a%20key@')
  await given('Anna has a handle, and a store of her own', async () => {
    const child = hub.start(process.execPath, [path.join(path.dirname(fileURLToPath(import.meta.url)), 'http_store.mjs'), folder, HUB])
    store = await new Promise(resolve => child.stdout.once('data', data => resolve(String(data).trim())))
    await anna.arrivesAt({ origin }, trusting)
    anna.watch.origins.add(store)
    anna.watch.allow(/Failed to load resource/)
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('Written at home')
    await anna.opensAccount()
    await anna.fills('Take a handle', 'anna.s', PASSWORD)
    await anna.presses('Take this handle')
    await anna.page.getByRole('heading', { name: 'You are anna.s' }).waitFor()
  })
  const names = async to => {
    await anna.page.getByLabel('Address of a store of your own').fill(to)
    await anna.presses('Keep a copy there')
  }
  await when('she names its address without the password', () => names(`${store}/me`))
  await then('she is told that it took nothing', () => anna.sees('The store did not take the copy'))
  await when('she names it as it wants', () => names(secret(`${store}/me`)))
  await then('it has all that she has written', () => anna.sees('has all that you have written'))
  let before
  await when('she writes on', async () => { before = sequence(); await anna.opensTheirWall(); await anna.writes('Written later') })
  await then('it has that as well', async () => {
    await until('a newer copy', () => sequence() > before)
    await anna.opensAccount()
    await anna.sees('has all that you have written')
  })
  await when('her browser is gone, and she opens another one', async () => {
    await anna.closesTheBrowser()
    await second.arrivesAt({ origin }, trusting)
    second.watch.origins.add(store)
    await second.page.getByRole('link', { name: 'I have been here before' }).click()
    await second.page.getByLabel('Or the address where it is kept').fill(secret(`${store}/me`))
    await second.page.getByLabel('Its passphrase').fill(PASSWORD)
    await second.presses('Read it in')
  })
  await then('she is herself, and reads her wall', async () => {
    await second.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await second.opensTheirWall()
    await second.seesPost('Written at home')
    await second.seesPost('Written later')
    equal(await second.knowsTheirId(), anna.node.id)
  })
  await broker.stop()
})

await journey('What friends have written is there as well', async ({ given, when, then, and }) => {
  const [anna, ben, second] = ['Anna', 'Ben', 'Anna-again'].map(name => enters(new Member(name)))
  let broker
  await given('Anna and Ben are friends, and Ben has written', async () => {
    broker = await startBroker(hub, ...modules)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await ben.arrivesAt({ origin }, options(there))
    await ben.saysTheirName()
    await ben.followsTheLink(await anna.makesALink())
    await ben.opensTheirWall()
    await ben.writes('A heron on the pond', { to: 'Public' })
    await anna.goesHome()
    await anna.seesPost('A heron on the pond')
  })
  await when('Anna takes a handle and lets the broker keep a sealed copy', async () => {
    await anna.opensAccount()
    await anna.fills('Take a handle', 'anna.f', PASSWORD)
    await anna.form('Take a handle').getByLabel('Keep a sealed copy of me on the server').check()
    await anna.presses('Take this handle')
    await anna.page.getByRole('heading', { name: 'You are anna.f' }).waitFor()
    await anna.sees('Saved:')
  })
  await and('all browsers are closed', async () => { await anna.closesTheBrowser(); await ben.closesTheBrowser() })
  await and('she signs in in a second one', async () => {
    await second.arrivesAt({ origin }, options(there))
    await second.page.getByRole('link', { name: 'Sign in' }).click()
    await second.fills('Sign in', 'anna.f', PASSWORD)
    await second.form('Sign in').getByRole('button', { name: 'Sign in' }).click()
    await second.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    equal(await second.knowsTheirId(), anna.node.id)
  })
  await then('she reads what Ben has written, who is not there', async () => {
    await second.goesHome()
    await second.seesPost('A heron on the pond')
  })
  await when('Ben opens his browser and writes', async () => {
    await ben.arrivesAt({ origin }, options(there))
    await ben.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await ben.opensTheirWall()
    await ben.writes('It caught a frog', { to: 'Public' })
  })
  await then('she reads that too, and the first once', async () => {
    await second.seesPost('It caught a frog')
    equal(await second.posts('A heron on the pond').count(), 1)
  })
  await broker.stop()
})

await journey('A handle that friends can check', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new Member(name)))
  const broker = await startBroker(hub, ...modules)
  await given('Anna has a handle, and wants to be found by her name', async () => {
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensAccount()
    await anna.fills('Take a handle', 'anna.b', PASSWORD)
    await anna.presses('Take this handle')
    await anna.page.getByRole('heading', { name: 'You are anna.b' }).waitFor()
    await anna.page.getByLabel('Name', { exact: true }).fill('Anna Bäcker')
    await anna.presses('Be found by this name')
    await anna.sees('Who knows the name Anna Bäcker finds you')
  })
  await when('Ben becomes her friend by a link', async () => {
    await anna.goesTo('Friends')
    await anna.presses('Make a link')
    const link = await anna.page.getByLabel('Your link').inputValue()
    await ben.arrivesAt({ origin }, { ...options(there), path: link.slice(origin.length) })
    await ben.saysTheirName()
    await ben.presses('Become friends')
    await ben.page.getByRole('heading', { name: 'Anna’s wall' }).waitFor()
  })
  await then('her wall says what the broker has certified', () => ben.sees(`anna.b, certified by ${new URL(origin).host}`)) // where he met that key; the name in the certificate is anybody's to write
  await and('he finds her by handle and by name, in any letters', async () => {
    await ben.opensAccount()
    for (const words of ['anna.b', 'ANNA BACKER']) {
      await ben.page.getByLabel('Handle or whole name').fill(words)
      await ben.presses('Find')
      await ben.sees('1 person found.')
      await ben.page.getByRole('link', { name: words === 'anna.b' ? 'anna.b' : 'Anna Bäcker' }).waitFor()
    }
  })
  const warning = 'says that another key has'
  await and('nothing speaks against it', async () => {
    await ben.page.goto(`${origin}/#/wall/${encodeURIComponent(anna.node.id)}`)
    await ben.sees('anna.b, certified by')
    same(await ben.page.getByText(warning).count(), 0)
  })
  await when('another key gets the handle, and Ben opens his browser again', async () => {
    const child = hub.start(process.execPath, [path.join(path.dirname(fileURLToPath(import.meta.url)), 'takes_handle.mjs'), origin, 'anna.b', PASSWORD])
    equal(await new Promise(resolve => {
      child.stdout.once('data', data => resolve(String(data).trim()))
      child.once('exit', code => resolve(`ended with ${code}`))
    }), 'taken')
    await ben.comesBack()
  })
  await then('her wall says so, and she is still his friend', async () => {
    await ben.page.goto(`${origin}/#/wall/${encodeURIComponent(anna.node.id)}`)
    await ben.page.getByRole('alert').getByText(warning).waitFor()
    await ben.page.getByRole('heading', { name: 'Anna’s wall' }).waitFor()
  })
  await and('she is told where her handle is', async () => {
    await anna.comesBack()
    await anna.opensAccount()
    await anna.page.getByRole('alert').getByText('another key has your handle anna.b').waitFor()
  })
  await broker.stop()
})

await done()
