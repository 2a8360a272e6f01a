// SPDX-License-Identifier: MIT
// A friend turns out to be hostile. Whatever such a person can publish (xss_vectors, xss_blobs,
// xss_contents) comes to Anna, who opens every screen and every post: nothing may run, nothing may be
// asked of anybody, nothing of it may stand in the page as more than text.
import fs from 'node:fs'
import http from 'node:http'
import { createRequire } from 'node:module'
import path from 'node:path'
import { audit } from './audit.mjs'
import { LIMIT, launch, watchedContext } from './browser.mjs'
import { canaryPort } from './canary.mjs'
import { check, done, enters, journey } from './journey.mjs'
import { asked } from './netlog.mjs'
import { Node, friends } from './node.mjs'
import { screens, settle, show } from './screens.mjs'
import { files, lists } from './xss_blobs.mjs'
import { contents, names } from './xss_contents.mjs'
import { modules, newHome, until } from '../interop/lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const canary = await canaryPort()
const canaryUrl = `http://127.0.0.1:${canary.port}`
const netLog = path.join(newHome('e2e-netlog'), 'net.json')
const browser = await launch({ flags: [`--log-net-log=${netLog}`] })

// People whose names are payloads: feeds signed here, and taken into Anna's node as a friend's copy would be.
function signedPeople (anna) {
  const keys = use('ssb-keys')
  const validate = use('ssb-validate')
  const lines = []
  const ids = names(canaryUrl).map(({ name }, i) => {
    const own = keys.generate()
    let state = validate.initial()
    for (const content of [
      { type: 'about', about: own.id, name, description: name },
      { type: 'contact', contact: anna.id, following: true },
      { type: 'post', text: `p${String(i).padStart(3, '0')} by somebody with a name` },
      { type: 'post', wall: anna.id, text: `[@${name}](${own.id}) #${name}`, mentions: [{ link: own.id, name }] }
    ]) {
      state = validate.appendNew(state, null, own, content, Date.now() + lines.length)
      lines.push(JSON.stringify(state.queue.at(-1)))
    }
    return own.id
  })
  return { ids, lines }
}

let origin
await journey('A hostile friend', async ({ given, when, then, and }) => {
  let anna, mallory, all, where, page
  const shown = new Set()
  const faults = []
  const ran = []

  await given('Anna has befriended Mallory', async () => {
    anna = await (await new Node('Anna').init('--name', 'Anna')).serve()
    mallory = await (await new Node('Mallory').init('--name', 'Mallory')).serve()
    origin = anna.origin
    enters({ name: 'the nodes', leaves: async () => { await anna.stop(); await mallory.stop() } })
    await friends(anna, mallory)
  })
  await and('Mallory publishes everything that we could think of', async () => {
    const root = await mallory.publish({ type: 'post', text: 'r0000 the post that others speak of' })
    const edited = await mallory.publish({ type: 'post', text: 'e0000 the post that is changed' })
    where = { me: mallory.id, friend: anna.id, root, edited }
    const js = "kithCanary('file')"
    const withIds = async list => {
      const all = []
      for (const file of list) all.push({ ...file, id: await mallory.addBlob(file.bytes) })
      return all
    }
    const part = { id: await mallory.addBlob(Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" onload="${js}"/>`)), size: 60 }
    all = contents({
      canary: canaryUrl,
      where,
      files: await withIds(files(js, `${canaryUrl}/file`)),
      lists: await withIds(lists(js, `${canaryUrl}/list`, part).map(text => ({ bytes: Buffer.from(text) })))
    })
    check(all.length >= 1000, `only ${all.length} payloads`)
    const refused = []
    for (const { place, content } of all) {
      const sent = place === 'private' ? mallory.ask('private.publish', content, content.recps) : mallory.publish(content)
      await sent.catch(err => refused.push(`${place} ${err.message}: ${JSON.stringify(content).slice(0, 120)}`))
    }
    console.log(`       ${all.length} payloads, ${refused.length} that Mallory’s own node refuses to sign`)
    for (const line of refused.slice(0, 60)) console.log('       ' + line)
    check(refused.length <= 60, `${refused.length} were refused`)
    const people = signedPeople(anna)
    const file = path.join(newHome('e2e-names'), 'people.jsonl')
    fs.writeFileSync(file, people.lines.join('\n') + '\n')
    await anna.run('import', file)
    for (const id of people.ids.slice(0, 15)) await anna.publish({ type: 'contact', contact: id, following: true })
  })
  await and('all of it has come to Anna', async () => {
    const head = await mallory.ask('latestSequence', mallory.id)
    await until('Mallory’s feed', async () => JSON.stringify(await anna.ask('latestSequence', mallory.id)) === JSON.stringify(head), 120e3)
  })
  await when('Anna opens her page', async () => {
    const { context, watch } = await watchedContext(browser, [anna.origin])
    await context.exposeBinding('kithCanary', (_, id) => ran.push(id))
    await context.addInitScript(() => { for (const name of ['open', 'print', 'find']) window[name] = () => window.kithCanary('window.' + name) })
    page = await context.newPage()
    enters({ name: 'Anna', page, watch, leaves: () => context.close() })
    page.on('framenavigated', frame => {
      if (frame !== page.mainFrame()) faults.push('a frame went to ' + frame.url())
      else if (!frame.url().startsWith(anna.origin + '/')) faults.push('the page went to ' + frame.url())
    })
    context.on('page', other => { if (other !== page) faults.push('a window opened: ' + other.url()) })
    page.on('download', it => faults.push('a file was saved: ' + it.suggestedFilename()))
    page.on('worker', it => faults.push('a worker began: ' + it.url()))
    await page.goto(await anna.pageAddress())
    await page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  })

  const look = async (name, whole = false) => {
    for (const fault of await page.evaluate(audit, whole)) faults.push(`${name}: ${fault}`)
    for (const id of await page.evaluate(() => [...document.querySelectorAll('article, .who, .embedded')].flatMap(it => it.textContent.match(/[xrpe]\d{4}|[np]\d{3}/g) ?? []))) shown.add(id)
  }
  // Down to the end of a list, opening what is folded on the way.
  const toTheEnd = async (name, most) => {
    for (let i = 0; i < most; i++) {
      if (process.env.KITH_E2E_TREE) console.log(name, i, await page.getByRole('article').count(), shown.size, Date.now() % 1e6)
      await page.evaluate(() => {
        for (const folded of document.querySelectorAll('details')) folded.open = true
        for (const button of document.querySelectorAll('article button')) if (button.textContent === 'Show all of it') button.click()
        scrollTo(0, document.documentElement.scrollHeight)
      })
      await settle(page, 100, 20e3)
      await look(name)
      // It also goes by itself as one comes near, so it is not waited for.
      if (!await page.evaluate(() => { const older = [...document.querySelectorAll('main button')].find(button => button.textContent === 'Show older'); older?.click(); return !!older })) break
      await settle(page, 100, 20e3)
    }
    await look(name, true)
  }
  for (const { name, at } of screens({ me: '@me', other: '@other', root: '%root' })) {
    await then(`nothing happens on ${name}`, async () => {
      const real = decodeURIComponent(at).replace('@me', anna.id).replace('@other', mallory.id).replace('%root', where.root)
      const [door, id] = real.split(/(?=[@%])/)
      const before = [faults.length, ran.length]
      await show(page, anna.origin, door + (id ? encodeURIComponent(id) : ''))
      if (name === 'my-wall') await page.getByRole('article').first().waitFor()
      // My wall has everything; elsewhere the same posts are shown in the same way.
      await toTheEnd(name, name === 'my-wall' ? 60 : 3)
      check(faults.length === before[0] && ran.length === before[1], [...faults.slice(before[0]), ...ran.slice(before[1]).map(id => 'it ran: ' + id)].slice(0, 20).join('\n'))
    }).catch(() => {})
  }
  await and('what was meant to be seen was seen', () => {
    const meant = all.filter(it => it.id).map(it => it.id)
    const missed = meant.filter(id => !shown.has(id))
    console.log(`       ${meant.length - missed.length} of ${meant.length} texts were on the screen`)
    const called = Array.from({ length: 30 }, (_, i) => `n${String(i).padStart(3, '0')}`).filter(id => shown.has(id))
    check(called.length >= 15, `only ${called.length} names were shown`)
    check(missed.length <= meant.length * 0.03, `never shown: ${missed.slice(0, 40).join(' ')}`)
  })
  await and('nothing ran, nobody was asked, no window opened', () => {
    check(!ran.length, `it ran: ${ran.slice(0, 20).join(', ')}`)
    check(!canary.connections, `${canary.connections} connections: ${canary.seen.slice(0, 10).join(', ')}`)
    check(!faults.length, faults.slice(0, 20).join('\n'))
  })
})

await browser.close()
await journey('The browser’s own log', async ({ then }) => {
  await then('it knows of nothing that Anna’s page asked of others, and of no connection but to her node', () => {
    const { own, elsewhere } = asked(netLog, origin)
    check(own > 20, `only ${own} requests to her node: the log says too little`)
    check(!elsewhere.length, elsewhere.join('\n'))
  })
})

await journey('The log of a careless page', async ({ given, then }) => {
  const file = path.join(newHome('e2e-netlog'), 'careless.json')
  let port
  await given('a page that asks others for its pictures', async () => {
    const server = http.createServer((_, answer) => answer.setHeader('content-type', 'text/html').end(`<!doctype html>
      <link rel="dns-prefetch" href="//early.example"><img src="http://late.example/x.png"><img src="http://127.0.0.1:${canary.port}/y.png">`))
    await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
    port = server.address().port
    const careless = await launch({ flags: [`--log-net-log=${file}`] })
    const page = await careless.newPage()
    await page.goto(`http://127.0.0.1:${port}/`, { timeout: LIMIT }) // until everything has been loaded or not
    await careless.close()
    server.close()
  })
  await then('it tells whom that one asked', () => {
    const { elsewhere } = asked(file, `http://127.0.0.1:${port}`)
    for (const what of [/^URL_REQUEST.*late\.example/, /^TCP_CONNECT/, /^SOCKET_POOL/, /^HOST_RESOLVER/]) check(elsewhere.some(line => what.test(line)), `not ${what}: ${elsewhere.join(', ')}`)
  })
})
canary.close()
await done()
