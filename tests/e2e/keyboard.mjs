// SPDX-License-Identifier: MIT
// The keyboard alone: no pointer is moved in this journey, and whoever has the focus can be seen.
import { until } from '../interop/lab.mjs'
import { check, done, journey } from './journey.mjs'
import { friends } from './node.mjs'
import { person } from './people.mjs'

// What the focus stands on, as its role's name, and whether one sees that it does.
const focus = page => page.evaluate(() => {
  const it = document.activeElement
  if (!it || it === document.body) return { name: '', seen: true }
  const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(it)
  const box = it.getBoundingClientRect()
  return {
    name: (it.labels?.[0]?.textContent || it.getAttribute('aria-label') || it.textContent || '').trim().slice(0, 60),
    seen: (outlineStyle !== 'none' && parseFloat(outlineWidth) > 0) || boxShadow !== 'none',
    inside: box.width > 0 && box.height > 0
  }
})

// Tab until the focus stands on this name.
async function tabTo (page, name, most = 80) {
  for (let i = 0; i < most; i++) {
    await page.keyboard.press('Tab')
    const at = await focus(page)
    if (at.name) check(at.seen, `nobody sees that the focus is on “${at.name}”`)
    if (name.test(at.name)) return
  }
  throw new Error(`Tab never comes to ${name}`)
}

const standsOn = (page, name) => until(`the focus to come to ${name}`, async () => name.test((await focus(page)).name))

// The keys come a moment after the page that was reloaded: whoever was too early presses again.
const presses = (page, key, name) => until(`${key} to bring the focus to ${name}`, async () => {
  await page.keyboard.press(key)
  return name.test((await focus(page)).name)
})

// The post waits ten seconds: Tab to “Now”, if they have not passed on the way.
async function hurry (page) {
  const now = page.getByRole('button', { name: 'Now', exact: true })
  await now.waitFor()
  await tabTo(page, /^Now$/).catch(async err => { if (await now.count()) throw err })
  await page.keyboard.press('Enter')
}

await journey('With the keyboard alone', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  let page
  const press = async (...keys) => { for (const key of keys) await page.keyboard.press(key) }
  await given('Ben is a friend of Anna’s and has written twice', async () => {
    await anna.node.init()
    await anna.node.serve()
    await anna.opensThePage()
    await ben.node.init('--name', 'Ben')
    await ben.node.serve()
    await friends(anna.node, ben.node)
    page = anna.page
  })
  await when('Anna types her name and presses Enter', async () => {
    await tabTo(page, /^Your name/)
    await page.keyboard.type('Anna')
    await press('Enter')
    await page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  })
  await then('the first Tab offers to skip to the content', async () => {
    await page.reload()
    await page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await page.getByRole('heading', { name: 'Home', level: 1 }).waitFor()
    await press('Tab')
    await standsOn(page, /^Skip to the content$/)
    await press('Enter')
    await standsOn(page, /^Home$/)
  })
  await when('she presses n, writes, and sends with Ctrl+Enter', async () => {
    await presses(page, 'n', /Your post/)
    await page.keyboard.type('Written without a mouse, j k l r /')
    await press('Control+Enter')
    await hurry(page)
  })
  await then('the post stands there', () => anna.seesPost('Written without a mouse'))
  await when('Ben writes, and Anna asks for what is new by a full stop', async () => {
    await ben.node.publish({ type: 'post', text: 'Ben writes with a pencil' })
    await page.evaluate(() => document.activeElement?.blur())
    await anna.page.getByRole('button', { name: /new post/ }).or(anna.post('Ben writes with a pencil')).first().waitFor()
    await press('.')
  })
  await then('it stands there too', () => anna.post('Ben writes with a pencil').waitFor())
  await when('she goes to it with j and likes it with l', async () => {
    await until('j to come to it', async () => { await press('j'); return page.evaluate(() => /pencil/.test(document.activeElement.closest('[data-post]')?.textContent ?? '')) })
    await press('l')
  })
  await then('she likes it', () => anna.post('pencil').getByRole('button', { name: /^Like/, pressed: true }).waitFor())
  await when('she opens it with Enter and comments with r', async () => {
    await press('Enter')
    await page.getByLabel('Your comment').first().waitFor()
    await press('r')
    await page.waitForFunction(() => document.activeElement.tagName === 'TEXTAREA')
    await page.keyboard.type('Pencils do not need a battery')
    await press('Control+Enter')
    await hurry(page)
  })
  await then('the comment stands there', () => anna.seesPost('Pencils do not need a battery'))
  await when('she opens a menu, and a dialog from it', async () => {
    await tabTo(page, /^More about this post/)
    await press('Enter')
    await tabTo(page, /^Show the signed message/)
    await press('Enter')
    await page.getByRole('dialog').waitFor()
  })
  await then('the focus stays inside, Escape closes it, and the focus comes back', async () => {
    for (let i = 0; i < 6; i++) {
      await press('Tab')
      check(await page.evaluate(() => document.activeElement === document.body || document.activeElement.closest('dialog')), 'the focus left the dialog')
    }
    await press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'hidden' })
    await standsOn(page, /More about this post|Show the signed/)
  })
  await and('g and a letter go to every screen, / to the search, ? tells all of them', async () => {
    await page.evaluate(() => document.activeElement?.blur())
    for (const [keys, title] of [[['g', 'f'], 'Friends'], [['g', 'm'], 'Messages'], [['g', 'n'], 'News'], [['g', 'h'], 'Home']]) {
      await press(...keys)
      await page.getByRole('heading', { name: title, level: 1 }).waitFor()
    }
    await press('Shift+?')
    await page.getByRole('dialog', { name: 'Keyboard shortcuts' }).waitFor()
    await press('Escape')
    await press('/')
    await page.getByRole('searchbox').waitFor()
  })
  await when('she searches for the pencil', async () => { await page.waitForFunction(() => document.activeElement.type === 'search'); await page.keyboard.type('penc') })
  await then('she finds it', () => anna.seesPost('Ben writes with a pencil'))
})

await done()
