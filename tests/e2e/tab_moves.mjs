// SPDX-License-Identifier: MIT
// Another address for somebody: the call between two browsers finds another way and is the same call, with the same
// link on it. Where the machine itself has moved, its next packet shows where it is; where its router has, the other
// router lets nothing in from there, and both ask each other anew by way of the broker (ICE restart).
import { execFileSync } from 'node:child_process'
import { check, done, enters, journey, skip } from './journey.mjs'
import { around, behindRouters, whyNot } from './netns.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'
import { until } from '../interop/lab.mjs'

const has = program => { try { execFileSync('sh', ['-c', `command -v ${program}`]); return true } catch { return false } }
const reason = whyNot() || (!has('nft') && 'nft is not installed')
if (reason) {
  skip('another address', reason)
  await done()
}

// The page's calls, and what each went through.
const watchCalls = () => {
  window.kithCalls = []
  const Real = RTCPeerConnection
  window.RTCPeerConnection = class extends Real {
    constructor (...args) {
      super(...args)
      const states = []
      window.kithCalls.push(states)
      this.addEventListener('connectionstatechange', () => states.push(this.connectionState))
    }
  }
}
const calls = people => Promise.all(people.map(({ page }) => page.evaluate(() => window.kithCalls)))

// `moves(i)` gives the i-th of the two another address.
async function move (title, hub, machines, moves, isCut) {
  await journey(title, async ({ given, when, then, and }) => {
    const people = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
    const [anna, ben] = people
    const anew = []
    let broker
    let kept = 0
    await given('Anna and Ben are friends, in two browsers', async () => {
      broker = await startBroker(hub)
      for (const [i, person] of people.entries()) {
        await person.arrivesAt({ origin }, options(machines[i]))
        await person.context.addInitScript(watchCalls)
        await person.page.reload()
        await person.saysTheirName()
        person.watch.allow(/WebSocket connection|ERR_/)
      }
      await ben.followsTheLink(await anna.makesALink())
      await Promise.all([anna.isConnectedWith(ben), ben.isConnectedWith(anna)])
    })
    for (const [i, person] of people.entries()) {
      const other = people[1 - i]
      const text = `From another address, ${person.name}`
      let before
      await when(`${person.name} has another address`, async () => { before = await calls(people); moves(i) })
      if (isCut) {
        await then('the call loses its way and finds another one', async () => {
          // One side notices first, and may be done before the other does.
          const isLost = (now, j) => /disconnected|failed/.test(now.map((states, k) => states.slice(before[j][k]?.length ?? 0)).flat())
          await until('another way', async () => {
            const now = await calls(people)
            return now.some(isLost) && now.every(all => all.some(states => states.at(-1) === 'connected'))
          }).catch(async () => check(false, JSON.stringify({ before, now: await calls(people) })))
        })
      }
      await when(`${person.name} writes`, async () => { await person.opensTheirWall(); await person.writes(text) })
      await then(`${other.name} sees it`, async () => { await other.goesHome(); await other.seesPost(text) })
      const now = await calls(people)
      if (now.every((all, j) => all.length === before[j].length)) kept++
      else anew.push({ before, now })
    }
    // On a busy machine one of them may be too late and is made anew.
    await and('it is still the same call, at least once', async () => check(kept, `calls were made anew: ${JSON.stringify(anew)}`))
    for (const person of people) await person.closesTheBrowser()
    await broker.stop()
  })
}

const [hub, ...machines] = around('a', 'b')
const ip = (machine, ...args) => execFileSync('ip', ['-n', machine.name, ...args])
await move('A machine moves', hub, machines, i => {
  ip(machines[i], 'addr', 'flush', 'dev', 'eth0', 'scope', 'global')
  ip(machines[i], 'addr', 'add', `10.78.${i + 1}.3/24`, 'dev', 'eth0')
  ip(machines[i], 'route', 'replace', 'default', 'via', `10.78.${i + 1}.1`)
}, false)

const lab = behindRouters({ a: 'cone', b: 'cone' })
await move('A router moves', lab.hub, lab.machines, lab.moves, true)
lab.close()

await done()
