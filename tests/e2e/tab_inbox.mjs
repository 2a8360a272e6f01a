// SPDX-License-Identifier: MIT
// Two tabs that are never open together: friends by a link, once, and from then on each writes while the other is away. What they
// write waits in the broker's inboxes. Everything is counted, and the broker's files are searched for every word.
import fs from 'node:fs'
import path from 'node:path'
import { check, done, enters, journey, same, skip } from './journey.mjs'
import { noise } from './media.mjs'
import { around, whyNot } from './netns.mjs'
import { Away, modules, waiting } from './tab_away.mjs'
import { options, origin, startBroker, startBrokerAgain } from './tab_broker.mjs'
import { until } from '../interop/lab.mjs'

const reason = whyNot()
if (reason) {
  skip('two tabs never open together', reason)
  await done()
}
const PHOTO_MIN = 2.9e6
const picture = await noise()
const [hub, here, there] = around('a', 'b')

const said = { anna: ['Anna on Monday, canary-4401', 'Anna on Tuesday, canary-4402', 'A photo, canary-4403'], ben: ['Ben on Friday, canary-4411', 'Ben on Saturday, canary-4412'] }
const comment = 'How lovely, canary-4421'
const onWall = 'Ben was here, canary-4422'
const answer = 'Was he, canary-4423'
const late = 'Nobody there, canary-4424'

await journey('Two tabs that are never open together', async ({ given, when, then, and }) => {
  const anna = enters(new Away('Anna', hub, here))
  const ben = enters(new Away('Ben', hub, there))
  let broker, link
  await given('a broker with inboxes, and Anna and Ben ask for one each', async () => {
    broker = await startBroker(hub, ...modules)
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.wantsAnInbox()
    link = await anna.makesALink()
    await ben.arrivesAt({ origin }, { ...options(there), path: link.slice(origin.length) })
    await ben.saysTheirName()
    await ben.presses('Become friends')
    await ben.page.getByRole('heading', { name: 'Anna’s wall' }).waitFor()
    await ben.wantsAnInbox()
  })
  await and('they are friends, and have told each other where to write', async () => {
    await Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)])
    for (const person of [anna, ben]) {
      await person.opensAccount()
      await person.sees('One friend has told you where to leave what you write while they are away.')
    }
    same(anna.counted('inboxes'), 2)
  })
  await and('Ben closes his browser', () => ben.closesTheBrowser())
  await when('Anna writes, and adds a photo of 3 MB', async () => {
    anna.before = anna.counted('packets_taken_total')
    await anna.opensTheirWall()
    await anna.writes(said.anna[0])
    await anna.writes(said.anna[1], { to: 'Public' })
    await anna.types(said.anna[2])
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('Snow')
    await anna.sendsWhenReady()
    await anna.seesPicture(said.anna[2], 'Snow')
    await anna.hasTheFiles(1, PHOTO_MIN)
    await anna.hasSaidAll()
    await anna.closesTheBrowser()
  })
  await then('Ben finds all of it when he opens his', async () => {
    await ben.opensTheBrowser()
    await ben.visits(anna.node.id ? { name: 'Anna', id: anna.node.id } : anna)
    for (const text of said.anna) await ben.seesPost(text, 90e3)
    await ben.seesPicture(said.anna[2], 'Snow')
    await ben.hasTheFiles(1, PHOTO_MIN)
    await ben.readsOnce(said.anna)
  })
  await when('he comments, writes on her wall and on his, and closes it', async () => {
    await ben.types(onWall)
    await ben.sendsNow('Post')
    await ben.seesPost(onWall)
    await ben.opens(said.anna[2])
    await ben.comments(comment)
    await ben.opensTheirWall()
    for (const text of said.ben) await ben.writes(text)
    await ben.hasSaidAll()
    await ben.closesTheBrowser()
  })
  await then('Anna finds his words when she opens hers', async () => {
    await anna.opensTheBrowser()
    await anna.visits({ name: 'Ben', id: ben.node.id })
    for (const text of said.ben) await anna.seesPost(text)
    await anna.readsOnce(said.ben)
    await anna.opensTheirWall()
    await anna.seesPost(onWall)
    await anna.readsOnce([...said.anna, onWall])
    await anna.opens(said.anna[2])
    await anna.seesPost(comment)
    await anna.readsOnce([comment])
  })
  await when('she answers and closes it', async () => {
    await anna.comments(answer)
    await anna.hasSaidAll()
    await anna.closesTheBrowser()
  })
  await then('he has each of them once', async () => {
    await ben.opensTheBrowser()
    await ben.visits({ name: 'Anna', id: anna.node.id })
    await ben.seesPost(said.anna[2])
    await ben.readsOnce([...said.anna, onWall])
    await ben.opens(said.anna[2])
    await ben.seesPost(answer)
    await ben.readsOnce([comment, answer])
    same((await ben.files('blobs')).filter(it => it.size >= PHOTO_MIN).length, 1)
    await ben.closesTheBrowser()
  })
  await and('when each has looked once more nothing waits at the broker', async () => {
    for (let turn = 0; turn < 6 && waiting(broker); turn++) {
      const person = [anna, ben][turn % 2]
      await person.opensTheBrowser()
      await person.isQuiet(broker)
      await person.closesTheBrowser()
    }
    same(waiting(broker), 0)
  })
  await when('the broker is down while Anna writes', async () => {
    await anna.opensTheBrowser()
    anna.watch.allow(/WebSocket connection|ERR_CONNECTION|ERR_FAILED|Failed to fetch/)
    await broker.stop()
    await anna.opensTheirWall()
    await anna.writes(late)
    await until('the packet to wait', async () => (await anna.files('outpackets')).length > 0, 60e3)
    await anna.goesTo('Settings')
    await anna.page.getByRole('link', { name: 'Folders, mail and inboxes' }).click()
    await anna.page.getByText(/does not answer|no answer|cannot be reached/i).first().waitFor({ timeout: 60e3 })
    await anna.closesTheBrowser()
  })
  await and('it is back when she opens her browser the next day', async () => {
    broker = await startBrokerAgain(hub, broker.folder, ...modules)
    await anna.opensTheBrowser()
    await anna.hasSaidAll()
    await anna.closesTheBrowser()
  })
  await then('Ben has that once, too', async () => {
    await ben.opensTheBrowser()
    await ben.visits({ name: 'Anna', id: anna.node.id })
    await ben.seesPost(late)
    await ben.readsOnce([...said.anna, onWall, late])
    await ben.isQuiet(broker)
  })
  await and('nothing of it can be read in what the broker has kept', async () => {
    check(anna.counted('packets_taken_total') >= 1, 'no packets went by the broker')
    const ids = [anna, ben].flatMap(({ node: { id } }) => [id, Buffer.from(id.slice(1, 45), 'base64')])
    const words = [...said.anna, ...said.ben, comment, onWall, answer, late, 'canary-44', 'Snow', 'Anna', 'kitchen.jpg', ...ids]
    for (const file of fs.readdirSync(broker.folder)) {
      const bytes = fs.readFileSync(path.join(broker.folder, file))
      for (const word of words) check(!bytes.includes(word), `${file} has ${word}`)
    }
    check(fs.existsSync(path.join(broker.folder, 'inboxes.db')), 'there are no inboxes')
  })
  await broker.stop()
})

await done()
