// SPDX-License-Identifier: MIT
// Two tabs that are never open together, and were strangers: a link, a request in an inbox, the answer in another, walls and a
// photo. There is no moment at which both browsers are open.
import fs from 'node:fs'
import path from 'node:path'
import { check, done, enters, journey, same, skip } from './journey.mjs'
import { noise } from './media.mjs'
import { around, whyNot } from './netns.mjs'
import { Away, modules, waiting } from './tab_away.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { until } from '../interop/lab.mjs'

const reason = whyNot()
if (reason) {
  skip('strangers who are never there together', reason)
  await done()
}
const PHOTO_MIN = 2.9e6
const picture = await noise()
const [hub, here, there] = around('a', 'b')

class Stranger extends Away {
  // A new person, with a link that somebody gave them.
  async comesWith (link) {
    this.before = this.counted('packets_taken_total')
    await this.arrivesAt({ origin }, { ...options(this.machine), path: link.slice(origin.length) })
    await this.saysTheirName()
    await this.page.getByRole('heading', { name: 'Anna invites you' }).waitFor()
  }

  async asks (words) {
    await this.page.getByLabel('A line to your friend').fill(words)
    await this.presses('Become friends')
    await this.sees('Your friend’s page is not open just now')
    await this.presses('Ask by their inbox')
    await this.sees('Your question waits for them.')
  }

  async goesAway () {
    await this.hasSaidAll()
    await this.closesTheBrowser()
  }
}

const early = 'Anna before anybody came, canary-5501'
const photo = 'A photo, canary-5502'
const comment = 'How lovely, canary-5511'
const onWall = 'Ben was here, canary-5512'
const answer = 'Was he, canary-5503'
const hello = { ben: 'Ben, from the choir, canary-5521', carl: 'Carl, with an old link, canary-5522' }

await journey('Strangers who are never there together', async ({ given, when, then, and, but }) => {
  const anna = enters(new Stranger('Anna', hub, here))
  const [ben, carl] = ['Ben', 'Carl'].map(name => enters(new Stranger(name, hub, there)))
  let broker, link, second
  await given('a broker with inboxes, and Anna, who has one and has written', async () => {
    broker = await startBroker(hub, ...modules)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.wantsAnInbox()
    await anna.opensTheirWall()
    await anna.writes(early, { to: 'Public' })
  })
  await when('she makes two links, takes the second one back, and closes her browser', async () => {
    link = await anna.makesALink()
    await anna.sees('It can be opened while you are away, too')
    second = await anna.makesALink()
    await until('both', async () => await anna.button('Take it back').count() === 2)
    await anna.page.getByRole('list', { name: 'Open links' }).getByRole('listitem').nth(1).getByRole('button', { name: 'Take it back' }).click()
    await until('one', async () => await anna.button('Take it back').count() === 1)
    await anna.closesTheBrowser()
  })
  await and('Ben opens the first, and asks by her inbox', async () => {
    await ben.comesWith(link)
    await ben.asks(hello.ben)
  })
  await then('one packet waits there, and he can go', async () => {
    await ben.goesAway()
    same(waiting(broker), 1)
  })
  await when('Anna opens hers', () => anna.opensTheBrowser())
  await then('they are friends, and she reads what he said', async () => {
    await anna.isFriendsWith(ben)
    await anna.page.getByText('has become your friend by your link').filter({ hasText: hello.ben }).waitFor()
  })
  await when('she adds a photo of 3 MB and closes it', async () => {
    await anna.opensTheirWall()
    await anna.types(photo)
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('Snow')
    await anna.sendsWhenReady()
    await anna.seesPicture(photo, 'Snow')
    await anna.goesAway()
  })
  await and('Ben opens his', () => ben.opensTheBrowser())
  await then('they are friends, and he sees her wall and the photo', async () => {
    await ben.isFriendsWith(anna)
    await ben.visits({ name: 'Anna', id: anna.node.id })
    for (const text of [early, photo]) await ben.seesPost(text, 90e3)
    await ben.seesPicture(photo, 'Snow')
    await ben.hasTheFiles(1, PHOTO_MIN)
    await ben.readsOnce([early, photo])
  })
  await when('he writes on her wall, comments, and closes it', async () => {
    await ben.types(onWall)
    await ben.sendsNow('Post')
    await ben.seesPost(onWall)
    await ben.opens(photo)
    await ben.comments(comment)
    await ben.goesAway()
  })
  await and('Carl asks with the same link, and then with the one that was taken back', async () => {
    await carl.comesWith(link)
    await carl.asks(hello.carl)
    await carl.page.goto(second)
    await carl.asks(hello.carl)
    await carl.goesAway()
  })
  await and('Anna opens hers', () => anna.opensTheBrowser())
  await then('she has each of Ben’s words once', async () => {
    await anna.opensTheirWall()
    await anna.seesPost(onWall)
    await anna.readsOnce([early, photo, onWall])
    await anna.opens(photo)
    await anna.seesPost(comment)
    await anna.readsOnce([comment])
  })
  await but('Carl is nobody’s friend by a link that is used or taken back: he asks', async () => {
    await anna.goesTo('Friends')
    await anna.card(carl).getByText(hello.carl).waitFor()
    same(await anna.card(carl).getByText('You are friends').count(), 0)
  })
  await when('she refuses and tells him, and answers Ben', async () => {
    await anna.presses('More about Carl', anna.card(carl))
    await anna.page.getByRole('group', { name: 'More about Carl' }).filter({ visible: true }).getByRole('button', { name: 'Refuse, and tell them' }).click()
    await anna.sees('Refused. They will be told.')
    await until('the card to go', async () => !await anna.card(carl).count())
    await anna.opensTheirWall()
    await anna.opens(photo)
    await anna.comments(answer)
    await anna.goesAway()
  })
  await and('Carl opens his browser', () => carl.opensTheBrowser())
  await then('he hears it', async () => {
    await carl.goesTo('Settings')
    await carl.page.getByRole('link', { name: 'Folders, mail and inboxes' }).click()
    await carl.sees('Does not want to be friends now.')
    await carl.closesTheBrowser()
  })
  await and('Ben has her answer once', async () => {
    await ben.opensTheBrowser()
    await ben.visits({ name: 'Anna', id: anna.node.id })
    await ben.opens(photo)
    await ben.seesPost(answer)
    await ben.readsOnce([comment, answer])
    await ben.closesTheBrowser()
  })
  await and('nothing of it can be read in what the broker has kept', () => {
    const ids = [anna, ben, carl].flatMap(({ node: { id } }) => [id, Buffer.from(id.slice(1, 45), 'base64')])
    const words = [early, photo, comment, onWall, answer, ...Object.values(hello), 'canary-55', 'Snow', 'Anna', 'Carl', ...ids]
    for (const file of fs.readdirSync(broker.folder)) {
      const bytes = fs.readFileSync(path.join(broker.folder, file))
      for (const word of words) check(!bytes.includes(word), `${file} has ${word}`)
    }
    check(fs.existsSync(path.join(broker.folder, 'inboxes.db')), 'there are no inboxes')
  })
  await broker.stop()
})

await journey('A link to an invite, as a mail has it', async ({ given, when, then, and }) => {
  const anna = enters(new Stranger('Anna', hub, here))
  const ben = enters(new Stranger('Ben', hub, there))
  let broker, code
  await given('Anna has an inbox, makes an invite, and closes her browser', async () => {
    broker = await startBroker(hub, ...modules)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.wantsAnInbox()
    await anna.goesTo('Settings')
    await anna.page.getByRole('link', { name: 'Folders, mail and inboxes' }).click()
    await anna.presses('Make an invite')
    code = await anna.page.locator('code').filter({ hasText: /^kith1i/ }).innerText()
    await anna.closesTheBrowser()
  })
  await when('Ben opens the link that a mail would have, and asks', async () => {
    await ben.comesWith(`${origin}/#/i/${code}`)
    await ben.presses('Become friends')
    await ben.sees('Your question waits for them.')
    await ben.goesAway()
  })
  await and('Anna opens her browser for a while', async () => { await anna.opensTheBrowser(); await anna.isFriendsWith(ben); await anna.goesAway() })
  await then('they are friends', async () => { await ben.opensTheBrowser(); await ben.isFriendsWith(anna) })
  await broker.stop()
})

await done()
