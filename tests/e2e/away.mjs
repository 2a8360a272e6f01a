// SPDX-License-Identifier: MIT
// Being away: friends who are off line, and a node that dies while its page is open.
import { check, done, journey, same } from './journey.mjs'
import { friends } from './node.mjs'
import { person } from './people.mjs'

await journey('A friend is away and comes back', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  await given('Anna and Ben are friends', async () => {
    for (const one of [anna, ben]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
  })
  await when('Ben’s machine is switched off', async () => { await ben.context.close(); ben.context = null; await ben.node.stop() })
  await and('Anna writes', async () => { await anna.opensTheirWall(); await anna.writes('Are you there?') })
  await then('her page says that it is on her device only', () => anna.whereabouts('Are you there?', /Not yet on Ben’s device|Nobody else has it yet/))
  await when('Ben comes back', async () => { await ben.node.serve(); await ben.opensThePage(); await ben.goesHome() })
  await then('he reads it', () => ben.seesPost('Are you there?'))
  await and('Anna’s page says that it is on Ben’s device', () => anna.whereabouts('Are you there?', /On Ben’s device/))
})

await journey('The node is killed while the page is open', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  await given('Anna has a post and has begun another', async () => {
    await anna.arrives({ named: true })
    anna.watch.allow(/ERR_CONNECTION_REFUSED|WebSocket connection to .* failed|ERR_CONNECTION_RESET|Failed to load resource/)
    await anna.opensTheirWall()
    await anna.writes('Before the storm')
    await anna.types('Half a sentence that must not be lost')
  })
  await when('her node is killed', () => anna.node.kill())
  await then('the page says so in words', () => anna.sees('Your node is not running'))
  await and('what was on the page can still be read', () => anna.seesPost('Before the storm'))
  await and('the half sentence is still in its box', async () => same(await anna.page.getByLabel('Your post').first().inputValue(), 'Half a sentence that must not be lost'))
  await when('she ends the sentence and sends it', async () => { await anna.types('Half a sentence that was not lost'); await anna.presses('Post') })
  await then('the page says that it waits for the node', () => anna.sees(/Waits for your node|not running/))
  await when('the node is back', () => anna.node.serve())
  await then('the page goes on by itself', () => anna.seesNo('Your node is not running'))
  await and('the post is signed, once', async () => {
    await anna.seesPost('Half a sentence that was not lost')
    await anna.isSigned('Half a sentence that was not lost', 1)
  })
  await when('a page is reloaded with a draft in it', async () => {
    await anna.types('A draft for tomorrow')
    await anna.settles()
    await anna.page.reload()
    await anna.opensTheirWall()
  })
  await then('the draft is there', async () => {
    await anna.page.waitForFunction(() => [...document.querySelectorAll('textarea')].some(box => box.value === 'A draft for tomorrow'))
  })
  await but('nobody has seen it', async () => check(!(await anna.node.list('wall', { person: anna.id })).some(message => JSON.stringify(message).includes('tomorrow')), 'it was published'))
})

await journey('A part of the page is not to be had', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const parts = /\/assets\/(Settings|late)-/
  const failed = 'This part could not be loaded'
  await given('Anna opens the page, and some of its files do not come', async () => {
    await anna.arrives({ named: true })
    anna.watch.allow(/Failed to load resource|ERR_FAILED|ERR_INTERNET_DISCONNECTED|dynamically imported module/)
    await anna.page.route(parts, route => route.abort())
    await anna.page.reload()
    await anna.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  })
  await when('she goes where they are needed', () => anna.page.getByRole('link', { name: 'Settings' }).first().click())
  await then('the page says so', () => anna.sees(failed))
  await when('they can be had', () => anna.page.unroute(parts))
  await then('she is there without another word', () => anna.page.getByRole('heading', { name: 'Settings', level: 1 }).waitFor())
  await and('nothing of it is left', () => anna.seesNo(failed))
})

await done()
