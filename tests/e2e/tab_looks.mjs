// SPDX-License-Identifier: MIT
// What only a tab shows, as looks.mjs looks at the rest: light and dark, 320 and 1280 px wide, no fault that axe
// finds and nothing to scroll sideways.
import { inspect } from './axe.mjs'
import { done, enters, journey, skip } from './journey.mjs'
import { around, whyNot } from './netns.mjs'
import { settle } from './screens.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'

const reason = whyNot()
if (reason) {
  skip('how a tab looks', reason)
  await done()
}
const [hub, here, there] = around('a', 'b')

// What is there now, in all four.
async function looks (page, name) {
  await settle(page)
  for (const colorScheme of ['light', 'dark']) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    for (const width of [320, 1280]) {
      await page.setViewportSize({ width, height: width === 320 ? 640 : 900 })
      await settle(page)
      await inspect(page, `tab-${name}-${colorScheme}-${width}`)
    }
  }
}

await journey('How a tab looks', async ({ given, then }) => {
  const anna = enters(new TabPerson('Anna'))
  const ben = enters(new TabPerson('Ben'))
  let link, code
  // A fault on one screen keeps nobody from the next.
  const has = (what, act) => then(`${what} has no fault, and nothing to scroll sideways`, act).catch(() => {})
  await given('a broker that serves the page', async () => {
    await startBroker(hub, '--vault', 'on', '--directory', 'on', '--name', 'kith.example')
    await anna.arrivesAt({ origin }, options(here))
    await anna.page.getByLabel('Your name').waitFor()
  })
  await has('the welcome in a tab', () => looks(anna.page, 'welcome'))
  await given('Anna has said her name', () => anna.saysTheirName())
  await has('a link for a friend', async () => { link = await anna.makesALink(); await looks(anna.page, 'link') })
  await has('what this browser keeps', async () => {
    await anna.page.goto(`${origin}/#/settings/storage`)
    await anna.page.getByRole('heading', { name: 'In this browser' }).waitFor()
    await anna.sees(/sha256 [0-9a-f]{64}/)
    await looks(anna.page, 'storage')
  })
  await has('a code to give by hand', async () => { await anna.opensRoads(); code = await anna.makesACode(); await looks(anna.page, 'code') })
  await has('a handle and a password', async () => {
    await anna.page.goto(`${origin}/#/account`)
    await anna.page.getByRole('heading', { name: 'Handle and password' }).waitFor()
    await looks(anna.page, 'account')
  })
  await has('roads that store and forward', async () => {
    await anna.page.goto(`${origin}/#/settings/packets`)
    await anna.sees('A browser tab can look into no folder')
    await looks(anna.page, 'packets')
  })
  await given('Ben opens the link', () => ben.arrivesAt({ origin }, { ...options(there), path: link.slice(origin.length) }))
  await has('the welcome of who was invited', async () => { await ben.page.getByLabel('Your name').waitFor(); await looks(ben.page, 'invited-welcome') })
  await given('he has said his name', () => ben.saysTheirName())
  await has('the invitation', async () => { await ben.page.getByRole('heading', { name: 'Anna invites you' }).waitFor(); await looks(ben.page, 'invited') })
  await has('the answer to a code', async () => { await ben.opensRoads(); await ben.answersTheCode(code); await looks(ben.page, 'answer') })
})

await done()
