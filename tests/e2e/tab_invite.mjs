// SPDX-License-Identifier: MIT
// The heart of it: a link from a friend, a name, and two walls in two browsers that stay in step; the broker
// introduces them and is then of no use to either.
import { done, enters, journey, skip } from './journey.mjs'
import { photo } from './media.mjs'
import { around, whyNot } from './netns.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'
import { until } from '../interop/lab.mjs'

const reason = whyNot()
if (reason) {
  skip('an invitation by way of a broker', reason)
  await done()
}
const picture = await photo()
const machines = around('a', 'b')
const [hub, here, there] = machines

// Ben has a telephone.
const phone = { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 }

await journey('A link from a friend', async ({ given, when, then, and }) => {
  const anna = enters(new TabPerson('Anna'))
  const ben = enters(new TabPerson('Ben', phone))
  let broker, link
  await given('a broker serves the page, and Anna has a wall in her browser', async () => {
    broker = await startBroker(hub)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('A lake, a boat, a book', { to: 'Public' })
  })
  await when('Anna makes a link', async () => {
    link = await anna.makesALink()
    await anna.page.getByText('Show as QR code').click()
    await anna.page.getByRole('img', { name: 'QR code for a camera' }).waitFor()
  })
  await and('Ben opens it, says his name and becomes her friend', async () => {
    await ben.arrivesAt({ origin }, { ...options(there), path: link.slice(origin.length) })
    await ben.saysTheirName()
    await ben.page.getByRole('heading', { name: 'Anna invites you' }).waitFor()
    await ben.page.getByLabel('A line to your friend').fill('Ben, from the choir')
    await ben.presses('Become friends')
  })
  await then('he sees her wall', async () => {
    await ben.page.getByRole('heading', { name: 'Anna’s wall' }).waitFor()
    await ben.seesPost('A lake, a boat, a book')
  })
  await and('both see that they are friends', () => Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)]))
  await and('she reads what he said with it', async () => {
    await anna.goesTo('Friends')
    await anna.page.getByText('has become your friend by your link').filter({ hasText: 'Ben, from the choir' }).waitFor()
  })
  await when('the broker is gone', async () => { await broker.stop(); for (const p of [anna, ben]) p.watch.allow(/WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch/) })
  await and('Anna writes on her wall, with a photo', async () => {
    await anna.opensTheirWall()
    await anna.types('Look, no server')
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at sunset')
    await anna.sendsWhenReady()
  })
  await then('Ben sees both', async () => { await ben.goesHome(); await ben.seesPost('Look, no server'); await ben.seesPicture('Look, no server', 'A kitchen at sunset') })
  await when('Ben closes his browser, the broker is back, and Anna writes', async () => {
    await ben.closesTheBrowser()
    await anna.writes('Where are you?')
    broker = await startBroker(hub)
  })
  await then('Ben finds it when he opens his browser again', async () => {
    await ben.arrivesAt({ origin }, options(there))
    await ben.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await ben.seesPost('Where are you?')
  })
  await broker.stop()
})

await journey('A link that is taken back', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
  const broker = await startBroker(hub)
  let link
  await given('Anna has made two links', async () => {
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.makesALink()
    link = await anna.makesALink()
    await until('both', async () => await anna.button('Take it back').count() === 2)
  })
  await when('she takes the second one back', async () => {
    await anna.page.getByRole('list', { name: 'Open links' }).getByRole('listitem').nth(1).getByRole('button', { name: 'Take it back' }).click()
    await until('one', async () => await anna.button('Take it back').count() === 1)
  })
  await and('Ben pastes it on his page', async () => {
    await ben.arrivesAt({ origin }, options(there))
    await ben.saysTheirName()
    await ben.goesTo('Friends')
    await ben.page.getByLabel('Link from a friend').fill('https://elsewhere.example/')
    await ben.page.getByRole('button', { name: 'Open', exact: true }).click()
    await ben.sees('That is no invitation, or not all of one.')
    await ben.page.getByLabel('Link from a friend').fill(link)
    await ben.page.getByRole('button', { name: 'Open', exact: true }).click()
    await ben.presses('Become friends')
  })
  await then('he is told that it has run out', () => ben.sees('This link has run out'))
  await broker.stop()
})

// A link with another time in it, as somebody could write who wants more of it.
function lasting (link, seconds) {
  const [, before, code, after] = link.match(/^(.*#\/i\/)([\w-]+)(.*)$/)
  const bytes = Buffer.from(code, 'base64url')
  bytes.writeUInt32LE(Math.floor(Date.now() / 1000) + seconds, 1)
  return before + bytes.toString('base64url') + after
}

await journey('A link whose days are over', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
  const broker = await startBroker(hub)
  const DAY = 24 * 3600
  let link
  const opens = async link => { await ben.page.goto(link); await ben.presses('Become friends') }
  await given('Anna has made a link', async () => {
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    link = await anna.makesALink()
  })
  await when('eight days have gone by', async () => {
    // In what her browser keeps, while no page of hers has it open.
    anna.watch.allow(/favicon/)
    await anna.page.goto(`${origin}/manifest.webmanifest`)
    await until('the file to be free', () => anna.page.evaluate(async days => {
      const kith = await (await navigator.storage.getDirectory()).getDirectoryHandle('kith')
      const file = await kith.getFileHandle('introductions')
      const kept = JSON.parse(await (await file.getFile()).text())
      for (const invite of kept.invites) invite.expires -= days * 86400e3
      const out = await file.createWritable()
      await out.write(JSON.stringify(kept))
      await out.close()
      return true
    }, 8).catch(() => false))
  })
  await and('she opens the page', async () => { await anna.page.goto(origin); await anna.page.getByRole('navigation', { name: 'Main' }).first().waitFor() })
  await and('Ben opens the link, in which the same days have gone by', async () => {
    await ben.arrivesAt({ origin }, options(there))
    await ben.saysTheirName()
    await opens(lasting(link, -DAY))
  })
  await then('his page tells him that it has run out', () => ben.sees('This link has run out'))
  await when('he has written another day into it', async () => {
    await ben.goesHome()
    await until('the words to go', async () => !await ben.page.getByText('This link has run out').count())
    await opens(lasting(link, DAY))
  })
  await then('hers tells him', () => ben.sees('This link has run out'))
  await broker.stop()
})

await journey('From a telephone', async ({ given, when, then, and }) => {
  const ben = enters(new TabPerson('Ben', phone))
  const anna = enters(new TabPerson('Anna'))
  let broker, link
  await given('Ben has a wall on his telephone', async () => {
    broker = await startBroker(hub)
    await ben.arrivesAt({ origin }, options(there))
    await ben.saysTheirName()
  })
  await when('he makes a link there', async () => { link = await ben.makesALink() })
  await and('Anna becomes his friend by it', async () => {
    await anna.arrivesAt({ origin }, { ...options(here), path: link.slice(origin.length) })
    await anna.saysTheirName()
    await anna.presses('Become friends')
    await anna.page.getByRole('heading', { name: 'Ben’s wall' }).waitFor()
  })
  await then('both see that they are friends', () => Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)]))
  await when('he writes, and sends a photo', async () => {
    await ben.opensTheirWall()
    await ben.writes('From the tram')
    await ben.types('What I cook')
    await ben.adds(picture)
    await ben.page.getByLabel('Describe this photo for people who cannot see it').fill('A pan')
    await ben.sendsWhenReady()
  })
  await then('Anna sees both', async () => { await anna.goesHome(); await anna.seesPost('From the tram'); await anna.seesPost('What I cook'); await anna.seesPicture('What I cook', 'A pan') })
  await broker.stop()
})

await journey('A link holds once, and waits for who has made it', async ({ given, when, then, and }) => {
  const [anna, ben, carl] = ['Anna', 'Ben', 'Carl'].map(name => enters(new TabPerson(name)))
  const broker = await startBroker(hub)
  let link
  await given('Anna has made a link and closed her browser', async () => {
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.goesTo('Friends')
    await anna.presses('Make a link')
    link = await anna.page.getByLabel('Your link').inputValue()
    await anna.closesTheBrowser()
  })
  await when('Ben opens it', async () => {
    await ben.arrivesAt({ origin }, { ...options(there), path: link.slice(origin.length) })
    await ben.saysTheirName()
    await ben.presses('Become friends')
  })
  await then('he is told that she is not there', () => ben.sees('Your friend’s page is not open just now'))
  await when('Anna opens her browser', () => anna.arrivesAt({ origin }, options(here)))
  await then('both are friends without another word', async () => {
    await ben.page.getByRole('heading', { name: 'Anna’s wall' }).waitFor()
    await Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)])
  })
  await when('Carl scans the same link with his camera', async () => {
    const { executablePath, flags } = options(there)
    await carl.arrivesAt({ origin }, { executablePath, flags: [...flags, '--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'] })
    // Chromium reads codes by itself on some systems only; what it reads is not ours to test.
    await carl.context.addInitScript(link => {
      window.BarcodeDetector = class { static async getSupportedFormats () { return ['qr_code'] } async detect (from) { return from.videoWidth ? [{ rawValue: link }] : [] } }
    }, link)
    await carl.page.reload()
    await carl.saysTheirName()
    await carl.goesTo('Friends')
    await carl.presses('Scan a QR code')
    await carl.page.getByRole('heading', { name: 'Anna invites you' }).waitFor()
    await carl.presses('Become friends')
  })
  await then('he is told that it was used', () => carl.sees('This link was used by somebody else'))
  await broker.stop()
})

await done()
