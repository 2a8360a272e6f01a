// SPDX-License-Identifier: MIT
// Two tabs and nothing between them but a wire: no node, no broker, no server that knows of either.
import { done, enters, journey, same, skip } from './journey.mjs'
import { photo } from './media.mjs'
import { twoMachines, whyNot } from './netns.mjs'
import { TabPerson } from './tabs.mjs'
import { until } from '../interop/lab.mjs'

const reason = whyNot()
if (reason) {
  skip('two tabs without any server', reason)
  await done()
}
const picture = await photo()
const machines = twoMachines()

await journey('Two codes connect two tabs', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
  await given('Anna and Ben each open the page on a machine of their own', () => Promise.all([anna, ben].map(async (person, i) => {
    await person.arrivesAt(await machines[i].serveFiles(), { executablePath: machines[i].chromium })
    await person.saysTheirName()
  })))
  const connects = async () => {
    await Promise.all([anna.opensRoads(), ben.opensRoads()])
    const answer = await ben.answersTheCode(await anna.makesACode())
    await anna.takesTheCode(answer)
    await Promise.all([anna.sees('1 person connected'), ben.sees('1 person connected')])
  }
  await when('they give each other two codes', connects)
  await and('they ask each other to be friends', async () => { await anna.asksToBeFriends(ben); await ben.asksToBeFriends(anna) })
  await then('both see that they are, by name', () => Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)]))
  await when('Anna writes on her wall, with a photo', async () => {
    await anna.opensTheirWall()
    await anna.types('From browser to browser')
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at sunset')
    await anna.sendsWhenReady()
  })
  await then('Ben sees both', async () => { await ben.goesHome(); await ben.seesPost('From browser to browser'); await ben.seesPicture('From browser to browser', 'A kitchen at sunset') })
  await when('Ben closes his browser', () => ben.closesTheBrowser())
  await then('Anna sees that he has gone', async () => { await anna.opensRoads(); await anna.sees('Nobody is connected') })
  await when('she writes, and he comes back with another two codes', async () => {
    await anna.opensTheirWall()
    await anna.writes('While you were away')
    await ben.arrivesAt(ben.server, { executablePath: machines[1].chromium })
    await ben.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await connects()
  })
  await then('he has it', async () => { await ben.goesHome(); await ben.seesPost('While you were away') })
})

await done()
