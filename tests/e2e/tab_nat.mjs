// SPDX-License-Identifier: MIT
// Friends behind routers: two ordinary ones let them through to each other, by what the broker's STUN says;
// where one is of the kind that STUN cannot help, a TURN server beside the broker carries what it cannot read.
import { execFileSync } from 'node:child_process'
import { check, done, enters, journey, skip } from './journey.mjs'
import { behindRouters, whyNot } from './netns.mjs'
import { options, origin, startBroker, startTurn } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'

const has = program => { try { execFileSync('sh', ['-c', `command -v ${program}`]); return true } catch { return false } }
const reason = whyNot() || (!has('nft') && 'nft is not installed') || (!has('turnserver') && 'turnserver is not installed')
if (reason) {
  skip('friends behind routers', reason)
  await done()
}

// What the page's connections go through: 'host', 'srflx' and 'prflx' are direct, 'relay' is not.
const watchRoads = () => {
  window.kithCalls = []
  const Real = RTCPeerConnection
  window.RTCPeerConnection = class extends Real { constructor (...args) { super(...args); window.kithCalls.push(this) } }
}
const road = page => page.evaluate(async () => {
  for (const call of window.kithCalls) {
    const stats = await call.getStats().catch(() => new Map())
    for (const it of stats.values()) {
      if (it.type === 'candidate-pair' && it.nominated && it.state === 'succeeded') return stats.get(it.localCandidateId).candidateType + ' ' + stats.get(it.remoteCandidateId).candidateType
    }
  }
  return 'none'
})

async function meet (title, kinds, wanted) {
  await journey(title, async ({ given, when, then, and }) => {
    const lab = behindRouters(kinds)
    const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
    let broker, link
    await given('Anna and Ben are behind their routers, and a broker is outside', async () => {
      broker = await startBroker(lab.hub, ...startTurn(lab.hub))
      await anna.arrivesAt({ origin }, options(lab.machines[0]))
      await anna.context.addInitScript(watchRoads)
      await anna.page.reload()
      await anna.saysTheirName()
      await anna.opensTheirWall()
      await anna.writes('From behind a router', { to: 'Public' })
      await anna.goesTo('Friends')
      await anna.presses('Make a link')
      link = await anna.page.getByLabel('Your link').inputValue()
    })
    await when('Ben opens Anna’s link', async () => {
      await ben.arrivesAt({ origin }, { ...options(lab.machines[1]), path: link.slice(origin.length) })
      await ben.saysTheirName()
      await ben.presses('Become friends')
    })
    await then('he sees her wall', () => ben.seesPost('From behind a router'))
    await and(wanted === 'relay' ? 'it came by the relay' : 'it came by no relay', async () => {
      const found = await road(anna.page)
      check(found !== 'none' && found.includes('relay') === (wanted === 'relay'), `the road was ${found}`)
    })
    await anna.closesTheBrowser()
    await ben.closesTheBrowser()
    await broker.stop()
    lab.close()
  })
}

await meet('Two ordinary routers', { a: 'cone', b: 'cone' }, 'direct')
await meet('An ordinary router and a symmetric one', { a: 'cone', b: 'symmetric' }, 'relay')

await done()
