// SPDX-License-Identifier: MIT
// What friends do on each other's walls, and what a third person sees of it who knows only one of them.
import { check, done, journey } from './journey.mjs'
import { friends } from './node.mjs'
import { person } from './people.mjs'
import { until } from '../interop/lab.mjs'

await journey('A post on a friend’s wall, and taking it down', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const carla = person('Carla')
  await given('Anna and Ben are friends, and Carla is a friend of Anna’s only', async () => {
    for (const one of [anna, ben, carla]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
    await friends(anna.node, carla.node)
  })
  await when('Ben writes on Anna’s wall', async () => { await ben.visits(anna); await ben.writes('Dinner at yours on Friday?') })
  await then('Anna finds it on her wall', async () => { await anna.opensTheirWall(); await anna.seesPost('Dinner at yours on Friday?') })
  await and('Carla, who never met Ben, reads it on Anna’s wall', async () => { await carla.visits(anna); await carla.seesPost('Dinner at yours on Friday?') })
  await when('Anna takes it down', () => anna.takesDown('Dinner at yours on Friday?'))
  await then('it is gone from her wall', () => anna.seesNoPost('Dinner at yours on Friday?'))
  await and('it goes from what Carla sees, without a reload', () => carla.seesNoPost('Dinner at yours on Friday?'))
  await and('it does not come back when Carla opens the wall anew', async () => {
    await carla.page.reload()
    await carla.page.getByRole('heading', { name: 'Anna’s wall' }).waitFor()
    await carla.settles()
    check(await carla.posts('Dinner at yours on Friday?').count() === 0, 'it came back')
  })

  await when('Carla, whom Ben does not follow, writes on Ben’s wall', async () => {
    await carla.node.follows(ben.node)
    await carla.isConnectedWith(ben)
    await carla.visits(ben)
    await carla.writes('Hello Ben, I am Carla', { to: 'Public' })
  })
  await then('Ben is asked before it stands there', async () => {
    await ben.opensTheirWall()
    await ben.shows('Waiting for you')
    await ben.seesPost('Hello Ben, I am Carla')
  })
  await but('Anna does not see it', async () => { await anna.visits(ben); await anna.settles(); check(await anna.posts('Hello Ben, I am Carla').count() === 0, 'Anna sees it') })
  await when('Ben lets it in', () => ben.presses('Let it in', ben.post('Hello Ben, I am Carla')))
  await then('Anna sees it', () => anna.seesPost('Hello Ben, I am Carla'))
})

await journey('Reacting, sharing, changing and taking back', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  await given('Anna and Ben are friends', async () => {
    for (const one of [anna, ben]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
  })
  await and('Anna has written a post that Ben sees', async () => {
    await anna.opensTheirWall()
    await anna.writes('The lake is **frozen** #winter')
    await ben.goesHome()
    await ben.seesPost('The lake is frozen')
  })
  await when('Ben likes it', () => ben.likes('The lake is frozen'))
  await then('Anna sees one like', () => anna.seesLikes('The lake is frozen', 1))
  await when('Ben says that it is party time', () => ben.reacts('The lake is frozen', 'Hooray'))
  await then('Anna sees his reaction', () => anna.seesReaction('The lake is frozen', '🎉'))
  await when('Ben shares it', () => ben.shares('The lake is frozen', 'Skates out!'))
  await then('it stands on Ben’s wall, as Anna sees it', async () => { await anna.visits(ben); await anna.seesPost('Skates out!') })
  await when('Anna changes her post', async () => { await anna.opensTheirWall(); await anna.changes('The lake is frozen', 'The lake is thawing') })
  await then('Ben sees the new words, and that they are new', async () => {
    await ben.visits(anna)
    await ben.seesPost('The lake is thawing')
    await ben.post('The lake is thawing').getByText('edited').waitFor()
  })
  await when('Anna takes it back', () => anna.takesBack('The lake is thawing'))
  await then('Ben sees that she did, and not what it said', async () => { await ben.sees('Anna took this back'); await ben.seesNo('The lake is thawing') })
  await and('nobody’s page shows the old words after a reload', async () => {
    await ben.page.reload()
    await ben.sees('Anna took this back')
    await ben.seesNo('The lake is')
  })
})

await journey('Blocking', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const mallory = person('Mallory')
  await given('Anna and Mallory are friends', async () => {
    for (const one of [anna, mallory]) await one.arrives({ named: true })
    await friends(anna.node, mallory.node)
    await mallory.opensTheirWall()
    await mallory.writes('I know where you live')
    await anna.goesHome()
    await anna.seesPost('I know where you live')
  })
  await when('Anna blocks Mallory', () => anna.blocks(mallory))
  await then('Mallory’s posts are gone from her Home', async () => { await anna.goesHome(); await anna.seesNoPost('I know where you live') })
  await and('the wall says that Mallory is blocked', async () => { await anna.visits(mallory); await anna.sees('You have blocked Mallory') })
  await when('Mallory writes again, on Anna’s wall', () => mallory.node.publish({ type: 'post', wall: anna.id, text: 'You cannot stop me' }))
  await then('Anna’s node does not even take it', async () => {
    await until('the link to end', async () => (await anna.node.ask('conn.peers')).every(peer => !peer.connected && peer.state !== 'connected'), 90e3)
    await anna.opensTheirWall()
    await anna.settles()
    check(await anna.posts('You cannot stop me').count() === 0, 'it is there')
  })
})

await done()
