// SPDX-License-Identifier: MIT
// Every screen, light and dark, 320 and 1280 px wide: no fault that axe finds, nothing to scroll sideways,
// and a picture in build/screenshots.
import { inspect } from './axe.mjs'
import { launch, watchedContext } from './browser.mjs'
import { done, enters, journey } from './journey.mjs'
import { neighbourhood } from './neighbourhood.mjs'
import { newHome, until } from '../interop/lab.mjs'
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

const { anna, carla, dario, where } = await neighbourhood()
await roads()

// By packets: a stick that is not plugged in, a folder that is there, and a road that nobody here knows.
async function roads () {
  const stick = newHome('stick')
  await anna.ask('roads.add', { address: 'mailto:anna@example.org' })
  await anna.ask('roads.add', { address: `dir:${stick}` })
  await anna.ask('roads.add', { id: carla.id, address: `dir:${stick}` })
  await anna.ask('roads.add', { id: dario.id, address: `dir:${stick}/not-there` })
  await anna.ask('roads.add', { id: dario.id, address: 'pigeon:loft-7' })
  where.waits = await anna.publish({ type: 'post', text: 'Come and look at the lake.' })
  const emil = await new Node('Emil').init('--name', 'Emil') // who asks by a packet
  await emil.run('follow', '--road', `dir:${stick}`, '--text', 'Emil, from the choir', '--referrer', carla.id, anna.id)
  await emil.serve()
  await until('his request', async () => (await anna.ask('friends.list', { list: 'requests' })).some(one => one.request))
  await emil.stop()
  const state = async who => (await anna.ask('outbox.list')).find(one => one.id === who.id)?.state
  await until('a packet in the folder, and one that waits', async () => await state(carla) === 'waiting' && await state(dario) === 'trouble')
}

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
      await then('where a post is that waits has no fault', async () => {
        await show(page, anna.origin, `#/m/${encodeURIComponent(where.waits)}`)
        await page.getByRole('article').first().waitFor()
        await menu(page, 'Where is it now?')
        await page.getByText('handed to the folder').waitFor()
        await settle(page)
        await inspect(page, called('where-it-waits'))
        await page.keyboard.press('Escape')
      }).catch(() => {})
      await then('by which roads somebody is reached has no fault', async () => {
        await show(page, anna.origin, `#/wall/${encodeURIComponent(carla.id)}`)
        await page.getByText(/^Reached by/).click()
        await settle(page)
        await inspect(page, called('reached-by'))
      }).catch(() => {})
      await then('adding a road, and what is wrong with one, has no fault', async () => {
        await show(page, anna.origin, '#/settings/packets')
        await page.getByLabel('To whom').selectOption(carla.id)
        await page.getByRole('button', { name: 'Add', exact: true }).last().click()
        await page.getByRole('alert').filter({ hasText: 'This is no folder' }).waitFor()
        await settle(page)
        await inspect(page, called('add-road'))
      }).catch(() => {})
      await then('an invite that needs nobody online has no fault', async () => {
        await show(page, anna.origin, '#/settings/packets')
        await page.getByRole('button', { name: 'Make an invite' }).click()
        await page.getByRole('link', { name: 'Write a mail with it' }).scrollIntoViewIfNeeded()
        await settle(page)
        await inspect(page, called('invite'))
      }).catch(() => {})
      await then('giving up on somebody’s roads has no fault', async () => {
        await show(page, anna.origin, '#/settings/packets')
        await page.getByRole('button', { name: 'Give up on roads to Carla' }).click()
        await settle(page)
        await inspect(page, called('give-up'))
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
