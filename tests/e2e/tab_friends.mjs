// SPDX-License-Identifier: MIT
// The broker has gone for good, and two friends have lost each other: whoever is a friend of both, and
// connected with both, carries what they have to say to meet again.
import { done, enters, journey, same, skip } from './journey.mjs'
import { HUB, together, whyNot } from './netns.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'
import { Kith, kithProgram, newHome, sleep, until } from '../interop/lab.mjs'

const reason = whyNot()
if (reason) {
  skip('meeting again without a broker', reason)
  await done()
}
const machines = together('a', 'b', 'c')
const [hub, ...around] = machines
const named = (...names) => names.map(name => enters(new TabPerson(name)))
const arrive = people => Promise.all(people.map(async (person, i) => {
  await person.arrivesAt({ origin }, options(around[i]))
  await person.saysTheirName()
}))
const befriend = async (a, b) => {
  await b.followsTheLink(await a.makesALink())
  await Promise.all([a.isConnectedWith(b), b.isConnectedWith(a)])
}
const ends = async (broker, people) => {
  for (const person of people) person.watch.allow(/WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch/)
  await broker.stop()
}

await journey('Two meet again through a friend of both', async ({ given, when, then, and }) => {
  const [anna, ben, carl] = named('Anna', 'Ben', 'Carl')
  let broker, cut
  await given('Anna, Ben and Carl are friends of each other, in three browsers', async () => {
    broker = await startBroker(hub)
    await arrive([anna, ben, carl])
    await befriend(anna, ben)
    await befriend(anna, carl)
    await anna.opensTheirWall()
    await anna.writes('I know Ben and Carl') // who has read it knows that she follows both
    await Promise.all([anna.isFriendsWith(carl), carl.isFriendsWith(anna)])
    await carl.goesHome()
    await carl.seesPost('I know Ben and Carl')
    await befriend(ben, carl)
  })
  await then('Ben reads by whom Carl knows him, and Anna that Ben came by himself', async () => {
    const taken = (person, by) => person.page.getByRole('paragraph').filter({ hasText: 'has become your friend by your link' }).filter({ hasText: by.name })
    await ben.goesTo('Friends')
    await taken(ben, carl).filter({ hasText: 'Known to' }).getByRole('link', { name: 'Anna' }).waitFor()
    await anna.goesTo('Friends')
    await taken(anna, ben).waitFor()
    same(await taken(anna, ben).filter({ hasText: 'Known to' }).count(), 0)
  })
  await when('the broker is gone', () => ends(broker, [anna, ben, carl]))
  await and('the link between Anna and Ben is cut', async () => {
    await anna.opensRoads()
    await sleep(3000) // so that the new one is younger
    await anna.presses('More about the connection with Ben')
    await anna.presses('Disconnect')
    cut = Date.now()
  })
  await then('they meet again', () => Promise.all([anna.isConnectedAnewWith(ben, cut), ben.isConnectedAnewWith(anna, cut)]))
  await when('Carl closes his browser', () => carl.closesTheBrowser())
  await and('Anna writes on her wall', async () => { await anna.opensTheirWall(); await anna.writes('Carl did not read what he carried') })
  await then('Ben sees it', async () => { await ben.goesHome(); await ben.seesPost('Carl did not read what he carried') })
})

await journey('A machine at home that both know', async ({ given, when, then, and }) => {
  const [anna, ben] = named('Anna', 'Ben')
  const home = new Kith(newHome('carl'))
  let broker, daemon
  await given('Carl’s node runs at home, open to browsers', async () => {
    await home.init('--name', 'Carl')
    daemon = hub.start(kithProgram, ['serve', '--listen', `${HUB}:8008`, '--ws', `${HUB}:8989`, '--no-web', '--no-lan', '--home', home.home], { stdio: 'ignore' })
  })
  await and('Anna and Ben are friends, in two browsers', async () => {
    broker = await startBroker(hub)
    await arrive([anna, ben])
    await befriend(anna, ben)
  })
  await and('both are friends with Carl', async () => {
    for (const person of [anna, ben]) {
      person.watch.origins.add(`http://${HUB}:8989`)
      await person.opensRoads()
      await person.page.getByRole('textbox', { name: 'Address or invite' }).fill(`ws://${HUB}:8989~shs:${home.id.slice(1, -8)}`)
      await person.presses('Connect')
      await person.isConnectedWith({ id: home.id })
      await person.asksToBeFriends({ id: home.id })
      await until('Carl to know them', () => home.run('follow', person.id).then(() => true, () => false))
      await person.isFriendsWith({ name: 'Carl' })
    }
  })
  await when('the broker is gone, and Ben closes his browser', async () => {
    await anna.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    await ben.page.evaluate(() => navigator.serviceWorker.ready.then(() => {}))
    await ends(broker, [anna, ben])
    await ben.closesTheBrowser()
    await anna.opensRoads()
    await until('Ben to be gone', async () => !await anna.page.locator(`[data-peer="${ben.id}"]`).getByText(/^for \d/).count())
  })
  await and('he opens it again', async () => {
    await ben.arrivesAt({ origin }, options(around[1]))
    await ben.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  })
  await then('they meet', () => Promise.all([anna.isConnectedWith(ben), ben.isConnectedWith(anna)]))
  await when('Carl’s machine is off', async () => { daemon.kill('SIGKILL'); await ben.page.locator(`[data-peer="${home.id}"]`).getByText(/^for \d/).waitFor({ state: 'detached' }) })
  await and('Anna writes on her wall', async () => { await anna.opensTheirWall(); await anna.writes('From one browser to the other') })
  await then('Ben sees it', async () => { await ben.goesHome(); await ben.seesPost('From one browser to the other') })
})

await done()
