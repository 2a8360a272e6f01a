// SPDX-License-Identifier: MIT
// node bench/tab_friends.mjs [WS [RTC]]: what a tab costs that has nothing to do, connected with WS friends (50 if not
// said), daemons that it reaches by WebSocket; and with RTC friends by WebRTC (50), each a node in a tab of another
// browser on a machine of its own (a network namespace: root), without which that row is left out.
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { twoMachines, whyNot } from '../tests/e2e/netns.mjs'
import { Node } from '../tests/e2e/node.mjs'
import { cleanUp, freePort, until } from '../tests/interop/lab.mjs'
import { build, costOf, idleCost, opened, root, serve, wait } from './tab_lab.mjs'

const SETTLE_MS = 15e3 // first notes, the first snapshot
const [ws, rtc] = [2, 3].map(i => Number(process.argv[i] ?? 50))
const out = await build()
const say = row => console.log(JSON.stringify(row))

async function begin (origin, options) {
  const profile = fs.mkdtempSync(path.join(out, 'profile-'))
  const context = await opened(profile, options)
  const page = context.pages()[0]
  page.setDefaultTimeout(600e3)
  await page.goto(origin)
  const id = await page.evaluate(() => window.bench.begin())
  await wait(3000)
  return { profile, context, page, id, alone: costOf(profile).mb }
}
const report = async (row, tab, count, connected) =>
  say({ row, count, connected, page_alone_mb: Math.round(tab.alone), ...await idleCost(tab.profile) })

async function byWebSocket (count) {
  const server = await serve(out)
  const tab = await begin(`http://127.0.0.1:${server.address().port}/`)
  const nodes = []
  const addresses = []
  for (let i = 0; i < count; i++) {
    const node = await new Node(`friend-${i}`).init('--name', `Friend ${i}`)
    const port = await freePort()
    await node.serve('--ws', `127.0.0.1:${port}`)
    nodes.push(node)
    addresses.push(`ws://127.0.0.1:${port}~shs:${node.id.slice(1, -8)}`)
  }
  await tab.page.evaluate(all => window.bench.follow(all), addresses)
  await until('friends', async () => await tab.page.evaluate(() => window.bench.connected()) >= count, 600e3)
  await wait(SETTLE_MS)
  await report('tab_friends_ws', tab, count, await tab.page.evaluate(() => window.bench.connected()))
  await tab.context.close()
  server.close()
}

async function byWebRtc (count) {
  const machines = twoMachines()
  const origins = await Promise.all(machines.map(async machine => {
    const child = machine.start(process.execPath, [path.join(root, 'bench/tab_lab.mjs'), out])
    return new Promise(resolve => readline.createInterface({ input: child.stdout }).once('line', resolve))
  }))
  const tab = await begin(`http://127.0.0.1:${origins[0]}/`, { executablePath: machines[0].chromium })
  const profile = fs.mkdtempSync(path.join(out, 'profile-'))
  const others = await opened(profile, { executablePath: machines[1].chromium })
  others.setDefaultTimeout(600e3)
  for (let n = 0; n < count; n++) {
    const friend = await others.newPage()
    await friend.goto(`http://127.0.0.${n + 2}:${origins[1]}/`) // an origin for each, since each has files of its own
    const id = await friend.evaluate(() => window.bench.begin())
    await friend.evaluate(id => window.bench.follow([id]), tab.id)
    await tab.page.evaluate(id => window.bench.follow([id]), id)
    const offer = await tab.page.evaluate(({ n, id }) => window.bench.offer(n, id), { n, id })
    const answer = await friend.evaluate(({ id, offer }) => window.bench.answer(0, id, offer), { id: tab.id, offer })
    await tab.page.evaluate(({ n, answer }) => window.bench.answered(n, answer), { n, answer })
    await until('a friend', async () => await tab.page.evaluate(() => window.bench.connected()) > n, 120e3)
  }
  await wait(SETTLE_MS)
  await report('tab_friends_rtc', tab, count, await tab.page.evaluate(() => window.bench.connected()))
  await tab.context.close()
  await others.close()
}

if (ws) await byWebSocket(ws)
const reason = whyNot()
if (rtc && reason) console.error(`friends by WebRTC: ${reason}`)
else if (rtc) await byWebRtc(rtc)
await cleanUp()
fs.rmSync(out, { recursive: true, force: true })
process.exit(0)
