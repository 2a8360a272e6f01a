// SPDX-License-Identifier: MIT
// node bench/invite.mjs [TIMES]: Anna's link in a browser that was never here, until her first post stands there; two
// browsers on machines of their own around one with kith-broker (network namespaces: root). The typing takes no time;
// what is measured from the click on "Become friends" is what a person waits for, from the link includes the first load
// of the page and making an identity.
import { around, whyNot } from '../tests/e2e/netns.mjs'
import { options, origin, startBroker } from '../tests/e2e/tab_broker.mjs'
import { TabPerson } from '../tests/e2e/tabs.mjs'
import { cleanUp } from '../tests/interop/lab.mjs'

const reason = whyNot()
if (reason) {
  console.error(`an invite: ${reason}`)
  process.exit(0)
}
const times = Number(process.argv[2] ?? 5)
const [hub, here, there] = around('a', 'b')
const broker = await startBroker(hub)
const anna = new TabPerson('Anna')
await anna.arrivesAt({ origin }, options(here))
await anna.saysTheirName()
await anna.opensTheirWall()
await anna.writes('A lake, a boat, a book', { to: 'Public' })

const clicks = []
const links = []
for (let i = 0; i < times; i++) {
  const link = await anna.makesALink()
  const ben = new TabPerson(`Ben ${i}`)
  await ben.arrivesAt({ origin: 'about:blank' }, { ...options(there), path: '' })
  const start = performance.now()
  await ben.page.goto(link)
  await ben.saysTheirName()
  await ben.button('Become friends').waitFor()
  const click = performance.now()
  await ben.presses('Become friends')
  await ben.seesPost('A lake, a boat, a book')
  const end = performance.now()
  clicks.push(end - click)
  links.push(end - start)
  await ben.closesTheBrowser()
}
const seconds = all => all.map(ms => Number((ms / 1000).toFixed(2)))
const median = all => seconds(all.sort((a, b) => a - b))[all.length >> 1]
console.log(JSON.stringify({ row: 'invite', click_s: median(clicks), link_s: median(links), clicks: seconds(clicks), links: seconds(links) }))
await anna.closesTheBrowser()
await broker.stop()
await cleanUp()
process.exit(0)
