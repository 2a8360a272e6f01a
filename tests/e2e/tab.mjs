// SPDX-License-Identifier: MIT
// The page alone: files from any server, a node in a Worker of the tab, everything kept in the browser.
import { done, enters, journey, same } from './journey.mjs'
import { TabPerson, serveFiles } from './tabs.mjs'

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

await done()
