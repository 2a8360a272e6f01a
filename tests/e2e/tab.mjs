// SPDX-License-Identifier: MIT
// The page alone: files from any server, a node in a Worker of the tab, everything kept in the browser.
import { done, enters, journey, same } from './journey.mjs'
import { photo } from './media.mjs'
import { person } from './people.mjs'
import { TabPerson, serveFiles } from './tabs.mjs'
import { freePort } from '../interop/lab.mjs'

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
  await when('Ben writes on his wall', async () => { await ben.opensTheirWall(); await ben.writes('Hello from home') })
  await then('Anna sees it', async () => { await anna.goesHome(); await anna.seesPost('Hello from home') })
  await when('Anna writes on hers, with a photo', async () => {
    await anna.opensTheirWall()
    await anna.types('Hello from a tab')
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at sunset')
    await anna.sendsWhenReady()
  })
  await then('Ben sees both', async () => { await ben.goesHome(); await ben.seesPost('Hello from a tab'); await ben.seesPicture('Hello from a tab', 'A kitchen at sunset') })
  await files.close()
})

await done()
