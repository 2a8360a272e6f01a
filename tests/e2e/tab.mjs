// SPDX-License-Identifier: MIT
// The page alone: files from any server, a node in a Worker of the tab, everything kept in the browser.
import fs from 'node:fs'
import path from 'node:path'
import { done, enters, journey, same } from './journey.mjs'
import { photo } from './media.mjs'
import { person } from './people.mjs'
import { TabPerson, serveFiles } from './tabs.mjs'
import { freePort, newHome, root, until } from '../interop/lab.mjs'

const picture = await photo()

await journey('A page of files is a whole node', async ({ given, when, then, and }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  await given('Anna opens the page from a server that has nothing but files', () => anna.arrivesAt(files))
  await when('she says her name', () => anna.saysTheirName())
  await and('she writes on her wall', async () => { await anna.opensTheirWall(); await anna.writes('Nothing is installed here') })
  await and('she reloads the page', () => anna.comesBack())
  await then('the post is there', async () => { await anna.opensTheirWall(); await anna.seesPost('Nothing is installed here') })
  await when('she closes the browser and opens it again', async () => { await anna.closesTheBrowser(); await anna.arrivesAt(files) })
  await then('she is the same person, and the post is there', async () => {
    const id = anna.id
    await anna.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    same(await anna.knowsTheirId(), id, 'her id')
    await anna.opensTheirWall()
    await anna.seesPost('Nothing is installed here')
  })
  await files.close()
})

await journey('A node that somebody has exchanged', async ({ given, when, then, and }) => {
  const folder = newHome('exchanged')
  fs.cpSync(path.join(root, 'build/web'), folder, { recursive: true })
  const name = fs.readdirSync(path.join(folder, 'assets')).find(it => /^kith.*\.wasm$/.test(it))
  const file = path.join(folder, 'assets', name)
  const good = fs.readFileSync(file)
  const files = await serveFiles(folder)
  const anna = enters(new TabPerson('Anna'))
  await given('a server gives out another kith.wasm than the page was built with', () => {
    const other = Buffer.from(good)
    other[other.length - 1] ^= 1
    fs.writeFileSync(file, other)
  })
  await when('Anna opens the page', async () => { await anna.arrivesAt(files) })
  await then('it does not run, and she is told why', () => anna.sees('the node that was loaded is not the one that belongs to this page'))
  await when('the server gives out the right one, and she opens the page in another browser', async () => {
    fs.writeFileSync(file, good)
    await anna.closesTheBrowser()
    anna.profile = newHome('tab-anna-again')
    await anna.arrivesAt(files)
  })
  await then('it runs', () => anna.saysTheirName())
  await files.close()
})

await journey('Asking the browser to keep everything', async ({ given, when, then, and }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  const asked = () => anna.page.evaluate(() => window.askedToKeep)
  await given('a browser that promises nothing, and counts how often it is asked', async () => {
    await anna.arrivesAt(files)
    await anna.context.addInitScript(() => {
      window.askedToKeep = 0
      StorageManager.prototype.persisted = async () => false
      StorageManager.prototype.persist = async () => { window.askedToKeep++; return false }
    })
  })
  await when('Anna opens the page', async () => {
    await anna.page.reload()
    await anna.page.getByLabel('Your name').fill('Anna')
  })
  await then('it is asked for nothing, since there is nothing to lose', async () => same(await asked(), 0, 'asked'))
  await when('she writes', async () => { await anna.saysTheirName(); await anna.opensTheirWall(); await anna.writes('Is this kept?') })
  await then('it is asked', () => until('the question', async () => await asked() === 1))
  await when('she writes more', () => anna.writes('And this?'))
  await then('it is not asked again, until she opens the page anew', async () => same(await asked(), 1, 'asked'))
  await files.close()
})

await journey('Several tabs are one person', async ({ given, when, then, and }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  let first, second
  const isThere = page => page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  // In a headless browser every tab is looked at; this is what the page hears otherwise.
  const look = (page, state) => page.evaluate(state => {
    Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => state })
    document.dispatchEvent(new Event('visibilitychange'))
  }, state)
  const hasTheNode = async page => {
    await page.goto(`${files.origin}/#/settings/roads`)
    await until('the tab to have the node', async () => !await page.getByText('Another tab of this browser has your node').count() &&
      await page.getByRole('button', { name: 'Make a code' }).isEnabled())
  }
  await given('Anna has a wall in this browser', async () => {
    await anna.arrivesAt(files)
    await anna.saysTheirName()
    first = anna.page
  })
  await when('she opens the page in a second tab', async () => {
    second = await anna.context.newPage()
    await second.goto(files.origin)
    await isThere(second)
  })
  await and('she writes there', async () => { anna.page = second; await anna.opensTheirWall(); await anna.writes('From the second tab') })
  await then('the first tab shows it', async () => { anna.page = first; await first.bringToFront(); await isThere(first); await anna.opensTheirWall(); await anna.seesPost('From the second tab') })
  await when('she writes in the first', () => anna.writes('From the first tab'))
  await then('the second shows it', async () => { anna.page = second; await second.bringToFront(); await anna.seesPost('From the first tab') })
  await when('she looks only at the second', async () => { await look(first, 'hidden'); await look(second, 'hidden'); await look(second, 'visible') })
  await then('that one has the node, and the first works through it', async () => {
    await hasTheNode(second)
    anna.page = first
    await anna.opensTheirWall()
    await anna.writes('From the first tab, through the second')
    anna.page = second
    await anna.opensTheirWall()
    await anna.seesPost('From the first tab, through the second')
  })
  await when('she closes the tab that has it, and writes in the other', async () => {
    await second.close()
    anna.page = first
    await anna.writes('From the tab that is left')
  })
  await then('nothing is missing', async () => {
    await anna.comesBack()
    await anna.opensTheirWall()
    for (const text of ['From the first tab', 'From the second tab', 'From the first tab, through the second', 'From the tab that is left']) await anna.seesPost(text)
  })
  await files.close()
})

await journey('A tab that does not answer', async ({ given, when, then, and, but }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  let first
  // What a Worker that hangs does to others: it has the lock and the files, and says nothing.
  const hangs = async () => {
    await navigator.locks.request('kith', async () => {
      const home = await (await navigator.storage.getDirectory()).getDirectoryHandle('kith')
      for await (const handle of (await home.getDirectoryHandle('store')).values()) await handle.createSyncAccessHandle()
      postMessage('hangs')
      for (;;);
    })
  }
  const hang = () => new Promise((resolve, reject) => {
    const policy = trustedTypes.createPolicy('kith', { createScriptURL: url => url })
    window.hanging = new Worker(policy.createScriptURL('hang.js'))
    window.hanging.onmessage = ({ data }) => data === 'hangs' ? resolve() : reject(new Error(data))
    window.hanging.onerror = () => reject(new Error('no worker'))
  })
  await given('Anna has a wall in a tab', async () => {
    await anna.arrivesAt(files)
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('Before it hung')
    first = anna.page
  })
  await when('it hangs, and she opens another', async () => {
    anna.watch.allow(/favicon/)
    await anna.context.route('**/hang.js', route => route.fulfill({ contentType: 'text/javascript', body: `(${hangs})().catch(error => postMessage(String(error)))` }))
    await first.goto(`${files.origin}/manifest.webmanifest`)
    await first.evaluate(hang)
    anna.page = await anna.context.newPage()
    await anna.page.goto(files.origin)
  })
  await then('she is told what to do', () => anna.sees('kith is open in another tab, which does not answer'))
  await and('her wall can be read', async () => { await anna.opensTheirWall(); await anna.seesPost('Before it hung') })
  await but('what she writes is not taken', async () => {
    await anna.types('While it hangs')
    await anna.sendsNow('Post')
    await anna.sees('Not published: the disk refused')
  })
  await when('she closes the tab that hangs', () => first.close())
  await then('this one goes on', async () => {
    await until('the advice to go', async () => !await anna.page.getByText('kith is open in another tab').count())
    await anna.opensTheirWall()
    await anna.seesPost('Before it hung')
    await anna.presses('Try again')
    await anna.seesPost('While it hangs')
  })
  await files.close()
})

await journey('Coming back with words', async ({ given, when, then, and }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  const again = enters(new TabPerson('Anna-again'))
  let words
  await given('Anna has a wall in one browser, and her words on paper', async () => {
    await anna.arrivesAt(files)
    await anna.saysTheirName()
    words = await anna.readsHerWords()
  })
  await when('she opens the page in another browser and puts them in', async () => {
    await again.arrivesAt(files)
    await again.comesBackWith(words)
  })
  await then('that browser is hers, and waits for a friend before it writes', async () => {
    await again.page.reload()
    await again.sees(/Your way back/)
    const kept = await again.page.evaluate(async () => {
      const kith = await (await navigator.storage.getDirectory()).getDirectoryHandle('kith')
      const names = []
      for await (const name of kith.keys()) names.push(name)
      const secret = await (await (await kith.getFileHandle('secret')).getFile()).text()
      return { names, id: secret.match(/@[A-Za-z0-9+/]{43}=\.ed25519/)[0] }
    })
    same(kept.id, anna.id, 'whose secret is kept')
    same(kept.names.filter(name => name.startsWith('secret.unused-')).length, 1, 'the other key is kept aside')
    same(kept.names.includes('guard'), false, 'the store is the original')
  })
  await files.close()
})

await journey('When the browser has no room left', async ({ given, when, then, and, but }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  await given('Anna has a wall in a browser', async () => {
    await anna.arrivesAt(files)
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('While there was room')
  })
  await when('the browser allows no more, and she adds a photo', async () => {
    const session = await anna.context.newCDPSession(anna.page)
    await session.send('Storage.overrideQuotaForOrigin', { origin: files.origin, quotaSize: 1000 })
    await anna.types('One photo too many')
    await anna.adds(picture)
  })
  await then('she is told, and what to do', () => anna.sees('kitchen.jpg could not be added: there is no room left. Make some under Settings, Storage'))
  await but('nothing is lost', async () => { await anna.comesBack(); await anna.opensTheirWall(); await anna.seesPost('While there was room') })
  await files.close()
})

await journey('Without a network', async ({ given, when, then, and }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  await given('Anna has a wall in this browser, and the page is kept', async () => {
    await anna.arrivesAt(files)
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('Before the storm')
    await anna.page.evaluate(async () => { await navigator.serviceWorker.ready })
  })
  await when('the server is gone', () => files.close())
  await and('she opens the page', () => anna.comesBack())
  await then('her wall is there', async () => { await anna.opensTheirWall(); await anna.seesPost('Before the storm') })
  await when('she writes', () => anna.writes('In the storm'))
  await and('she looks at what this browser keeps', async () => {
    await anna.goesTo('Settings')
    await anna.page.getByRole('link', { name: 'Storage' }).click()
  })
  await then('it is said, with what the node is', async () => {
    await anna.page.getByRole('heading', { name: 'In this browser' }).waitFor()
    await anna.sees(/sha256 [0-9a-f]{64}/)
  })
  await and('what she wrote stays', async () => { await anna.comesBack(); await anna.opensTheirWall(); await anna.seesPost('In the storm') })
})

await journey('A tab and a machine at home', async ({ given, when, then, and }) => {
  const files = await serveFiles()
  const anna = enters(new TabPerson('Anna'))
  const ben = person('Ben')
  const port = await freePort()
  await given('Ben’s node runs at home, open to browsers', async () => {
    await ben.node.init('--name', 'Ben')
    await ben.node.serve('--ws', `127.0.0.1:${port}`)
    await ben.opensThePage()
  })
  await and('Anna opens a page of files and says her name', async () => {
    await anna.arrivesAt(files)
    anna.watch.origins.add(`http://127.0.0.1:${port}`)
    await anna.saysTheirName()
  })
  await when('she connects with his address', async () => {
    await anna.goesTo('Settings')
    await anna.page.getByRole('link', { name: 'Roads and peers' }).click()
    await anna.page.getByRole('textbox', { name: 'Address or invite' }).fill(`ws://127.0.0.1:${port}~shs:${ben.id.slice(1, -8)}`)
    await anna.presses('Connect')
  })
  await and('they ask each other to be friends', async () => { await anna.asksToBeFriends(ben); await ben.asksToBeFriends(anna) })
  await then('both see that they are, by name', () => Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)]))
  await when('Ben writes on his wall, with a photo', async () => {
    await ben.opensTheirWall()
    await ben.types('Hello from home')
    await ben.adds(picture)
    await ben.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at noon')
    await ben.sendsWhenReady()
  })
  await then('Anna sees both', async () => { await anna.goesHome(); await anna.seesPost('Hello from home'); await anna.seesPicture('Hello from home', 'A kitchen at noon') })
  await when('Anna writes on hers, with a photo', async () => {
    await anna.opensTheirWall()
    await anna.types('Hello from a tab')
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at sunset')
    await anna.sendsWhenReady()
  })
  await then('Ben sees both', async () => { await ben.goesHome(); await ben.seesPost('Hello from a tab'); await ben.seesPicture('Hello from a tab', 'A kitchen at sunset') })
  await when('Anna closes her browser, and neither the server nor Ben can be reached', async () => {
    await anna.page.evaluate(async () => { await navigator.serviceWorker.ready })
    await anna.closesTheBrowser()
    await files.close()
    await ben.node.stop()
    for (const one of [anna, ben]) one.watch.allow(/WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch/)
  })
  await and('she opens it again', () => anna.arrivesAt(files))
  await then('her post and photo are there', async () => {
    await anna.opensTheirWall()
    await anna.seesPost('Hello from a tab')
    await anna.seesPicture('Hello from a tab', 'A kitchen at sunset')
  })
  await and('so are his', async () => {
    await anna.goesHome()
    await anna.seesPost('Hello from home')
    await anna.seesPicture('Hello from home', 'A kitchen at noon')
  })
})

await done()
