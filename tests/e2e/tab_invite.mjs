// SPDX-License-Identifier: MIT
// The heart of it: a link from a friend, a name, and two walls in two browsers that stay in step; the broker
// introduces them and is then of no use to either.
import path from 'node:path'
import { done, enters, journey, skip } from './journey.mjs'
import { photo } from './media.mjs'
import { HUB, around, whyNot } from './netns.mjs'
import { TabPerson } from './tabs.mjs'
import { newHome, root } from '../interop/lab.mjs'

const reason = whyNot()
if (reason) {
  skip('an invitation by way of a broker', reason)
  await done()
}
const picture = await photo()
const machines = around('a', 'b')
process.on('exit', () => { for (const machine of machines) machine.close() })
const [hub, here, there] = machines
const origin = `http://${HUB}:8787`
const options = machine => ({
  executablePath: machine.chromium,
  // Browsers keep files for https only; this one is told that the lab's wire is as good.
  flags: [`--unsafely-treat-insecure-origin-as-secure=${origin}`, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE ' + HUB]
})

async function startBroker () {
  const program = process.env.KITH_BROKER || path.join(root, 'build/release/bin/kith-broker')
  const child = hub.start(program, ['--data', newHome('broker'), '--listen', `${HUB}:8787`, '--stun', `${HUB}:3478`, '--metrics', 'off'], { stdio: ['ignore', 'ignore', 'pipe'] })
  await new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', data => { said += data; if (/broker\.listening/.test(said)) resolve() })
    child.once('exit', code => reject(new Error(`kith-broker ended with ${code}: ${said}`)))
  })
  return child
}

await journey('A link from a friend', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
  let broker, link
  await given('a broker serves the page, and Anna has a wall in her browser', async () => {
    broker = await startBroker()
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('A lake, a boat, a book')
  })
  await when('Anna makes a link', async () => {
    await anna.goesTo('Friends')
    await anna.presses('Make a link')
    link = await anna.page.getByLabel('Your link').inputValue()
  })
  await and('Ben opens it, says his name and becomes her friend', async () => {
    await ben.arrivesAt({ origin }, { ...options(there), path: link.slice(origin.length) })
    await ben.saysTheirName()
    await ben.page.getByRole('heading', { name: 'Anna invites you' }).waitFor()
    await ben.presses('Become friends')
  })
  await then('he sees her wall', async () => {
    await ben.page.getByRole('heading', { name: 'Anna’s wall' }).waitFor()
    await ben.seesPost('A lake, a boat, a book')
  })
  await and('both see that they are friends', () => Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)]))
  await when('the broker is gone', () => { broker.removeAllListeners('exit'); broker.kill('SIGKILL'); for (const p of [anna, ben]) p.watch.allow(/WebSocket connection|ERR_CONNECTION_REFUSED|Failed to fetch/) })
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
    broker = await startBroker()
  })
  await then('Ben finds it when he opens his browser again', async () => {
    await ben.arrivesAt({ origin }, options(there))
    await ben.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await ben.seesPost('Where are you?')
  })
})

await done()
