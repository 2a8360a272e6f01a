// SPDX-License-Identifier: MIT
// Every screen, light and dark, 320 and 1280 px wide: no fault that axe finds, nothing to scroll sideways,
// and a picture in build/screenshots.
import { inspect } from './axe.mjs'
import { launch, watchedContext } from './browser.mjs'
import { done, enters, journey } from './journey.mjs'
import { neighbourhood } from './neighbourhood.mjs'
import { Node } from './node.mjs'
import { screens, settle, show } from './screens.mjs'

const menu = async (page, item) => {
  await page.getByRole('button', { name: 'More about this post' }).first().click()
  if (item) await page.getByRole('group', { name: 'More about this post' }).filter({ visible: true }).getByRole('button', { name: item }).click()
}

// What opens above a screen, here a thread, and closes with Escape.
const above = [
  ['the menu of a post', page => menu(page)],
  ['where it is now', page => menu(page, 'Where is it now?')],
  ['the signed message', page => menu(page, 'Show the signed message')],
  ['editing', page => menu(page, 'Edit')],
  ['who can read it', page => menu(page, 'Who can read this')],
  ['sharing', page => page.getByRole('button', { name: /^Share/ }).first().click()],
  ['the reactions', page => page.getByRole('button', { name: 'React' }).first().click()],
  ['the keys', page => page.keyboard.press('Shift+?')]
]

const { anna, where } = await neighbourhood()
const newcomer = await (await new Node('Newcomer').init()).serve()
const browser = await launch()
for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 1280]) {
    const viewport = { width, height: width === 320 ? 640 : 900 }
    const opens = async (node, name) => {
      const { context, watch } = await watchedContext(browser, [node.origin], { colorScheme, viewport })
      const page = await context.newPage()
      enters({ name, page, watch, leaves: () => context.close() })
      await page.goto(await node.pageAddress())
      await settle(page)
      return page
    }
    await journey(`Every screen, ${colorScheme}, ${width} px wide`, async ({ then }) => {
      const page = await opens(anna, 'Anna')
      const called = name => `${name.replace(/ /g, '-')}-${colorScheme}-${width}`
      for (const { name, at } of screens(where)) {
        await then(`${name} has no fault, and nothing to scroll sideways`, async () => {
          await show(page, anna.origin, at)
          await inspect(page, called(name))
        }).catch(() => {})
      }
      for (const [name, open] of above) {
        await then(`${name} has no fault`, async () => {
          await show(page, anna.origin, `#/m/${encodeURIComponent(where.root)}`)
          await page.getByRole('article').first().waitFor()
          await open(page)
          await settle(page)
          await inspect(page, called(name))
          await page.keyboard.press('Escape')
        }).catch(() => {})
      }
      await then('choosing who reads it has no fault', async () => {
        await show(page, anna.origin, '#/')
        await page.getByRole('button', { name: /^Who can read this:/ }).first().click()
        await page.getByRole('dialog').locator('label').filter({ hasText: 'Chosen people' }).click()
        await settle(page)
        await inspect(page, called('audience'))
        await page.keyboard.press('Escape')
      }).catch(() => {})
      await then('editing the profile has no fault', async () => {
        await show(page, anna.origin, `#/wall/${encodeURIComponent(anna.id)}`)
        await page.getByRole('button', { name: 'Edit profile' }).click()
        await page.getByRole('dialog').getByRole('radio', { name: 'Friends only' }).check()
        await settle(page)
        await inspect(page, called('profile'))
        await page.keyboard.press('Escape')
      }).catch(() => {})
      await then('a new group has no fault', async () => {
        await show(page, anna.origin, '#/circles')
        await page.getByRole('button', { name: 'New group' }).click()
        await settle(page)
        await inspect(page, called('new-group'))
        await page.keyboard.press('Escape')
      }).catch(() => {})
      const fresh = await opens(newcomer, 'somebody new')
      for (const [name, at] of [['welcome', '#/'], ['coming-back', '#/restore']]) {
        await then(`${name} has no fault`, async () => { await show(fresh, newcomer.origin, at); await inspect(fresh, called(name)) }).catch(() => {})
      }
    })
  }
}

await newcomer.stop()
await anna.stop()
await done()
