// SPDX-License-Identifier: MIT
// What only two people read, and how a person comes back on a new machine with 24 words.
import fs from 'node:fs'
import path from 'node:path'
import { check, done, journey, same } from './journey.mjs'
import { friends } from './node.mjs'
import { person } from './people.mjs'
import { until } from '../interop/lab.mjs'

await journey('A private message', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const carla = person('Carla')
  await given('Anna, Ben and Carla are friends of each other', async () => {
    for (const one of [anna, ben, carla]) await one.arrives({ named: true })
    await friends(anna.node, ben.node, carla.node)
  })
  await when('Anna writes to Ben in private', async () => { await anna.writesInPrivate(ben, 'The key is under the third stone') })
  await then('Ben sees that there is something new, and reads it', async () => {
    await ben.page.getByRole('link', { name: /^Messages.*1 new/ }).first().waitFor()
    await ben.opensTalkWith(anna)
    await ben.sees('The key is under the third stone')
  })
  await when('Ben answers', () => ben.answersInPrivate('Under which stone?'))
  await then('Anna reads it without a reload', () => anna.sees('Under which stone?'))
  await but('Carla’s page and Carla’s machine hold no word of it', async () => {
    const head = await ben.node.ask('latestSequence', ben.id)
    await until('all of Ben’s feed at Carla’s', async () => JSON.stringify(await carla.node.ask('latestSequence', ben.id)) === JSON.stringify(head))
    for (const screen of ['Home', /^Messages/, /^News/]) { await carla.goesTo(screen); await carla.settles(); await carla.seesNo('third stone') }
    const walk = dir => fs.readdirSync(dir, { withFileTypes: true }).flatMap(entry => entry.isDirectory() ? walk(path.join(dir, entry.name)) : entry.isFile() ? [path.join(dir, entry.name)] : [])
    for (const file of walk(carla.node.home)) check(!fs.readFileSync(file).includes('third stone'), `${file} says it`)
  })
})

await journey('A private message that somebody else sends again', async ({ given, when, then, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const carla = person('Carla')
  const warning = 'Somebody else has sent this very message, too'
  await given('Anna, Ben and Carla are friends, and Anna wrote to Ben alone', async () => {
    for (const one of [anna, ben, carla]) await one.arrives({ named: true })
    await friends(anna.node, ben.node, carla.node)
    await anna.writesInPrivate(ben, 'I owe you ten')
  })
  await when('Carla publishes the same encrypted bytes as hers', async () => {
    const owed = async () => (await ben.node.list('inbox', {})).find(m => m.value.content.text === 'I owe you ten')
    await until('Anna’s message at Ben’s', owed)
    const { key } = await owed()
    await until('Anna’s message at Carla’s', () => carla.node.ask('get', key).catch(() => false))
    const { content } = await carla.node.ask('get', key)
    same(typeof content, 'string')
    await carla.node.publish(content)
  })
  await then('Ben is warned that Carla may not have written it', async () => {
    await ben.opensTalkWith(carla)
    await ben.sees('I owe you ten')
    await ben.sees(warning)
  })
  await but('Anna’s own is shown as it was', async () => {
    await ben.goesTo(/^Messages/)
    await ben.page.getByRole('main').getByRole('link', { name: /^Anna/ }).filter({ hasNotText: 'Carla' }).first().click()
    await ben.sees('I owe you ten')
    await ben.settles()
    await ben.seesNo(warning)
  })
})

await journey('Coming back with 24 words', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const again = person('Anna')
  let words
  await given('Anna and Ben are friends, and both have written', async () => {
    for (const one of [anna, ben]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
    await anna.opensTheirWall()
    for (const text of ['The first', 'The second', 'The third']) await anna.node.publish({ type: 'post', text })
    await anna.seesPost('The third')
    await ben.goesHome()
    await ben.seesPost('The third')
  })
  await when('Anna writes down her words', async () => { words = await anna.readsHerWords(); same(words.length, 24) })
  await and('her machine falls into the lake', async () => { await anna.context.close(); anna.context = null; await anna.node.stop() })
  await and('she opens a new one and says the words', async () => {
    await again.arrives()
    again.watch.allow(/WebSocket connection to .* failed|ERR_CONNECTION/) // the node starts again as her
    await again.comesBackWith(words)
  })
  await then('it is her', async () => { await until('the old id', async () => (await again.node.ask('whoami').catch(() => null))?.id === anna.id); again.node.id = anna.id })
  await but('nothing can be signed before her friends were heard', async () => {
    const refused = await again.node.publish({ type: 'post', text: 'too early' }).then(() => false, () => true)
    check(refused, 'the node signed')
  })
  await when('Ben’s machine is found', () => again.isConnectedWith(ben))
  await then('her posts come back', async () => { await again.opensTheirWall(); await again.seesPost('The first'); await again.seesPost('The third') })
  await and('she writes on, as if nothing had been', async () => {
    await until('the word of the friends', async () => !(await again.node.ask('status')).quarantine, 60e3)
    await again.writes('Dry again')
    await ben.seesPost('Dry again')
  })
})

await done()
