// SPDX-License-Identifier: MIT
// A node with some life in it, for pictures and for looking at every screen: made over the RPC, without
// the page.
import { Node, friends } from './node.mjs'
import { until } from '../interop/lab.mjs'

export async function neighbourhood () {
  const people = []
  for (const name of ['Anna', 'Ben', 'Carla', 'Dario']) people.push(await (await new Node(name).init('--name', name)).serve())
  const [anna, ben, carla, dario] = people
  await friends(anna, ben, carla)
  await ben.follows(dario) // who is a friend of a friend of Anna's now, and asks to be hers
  await dario.follows(anna)
  await dario.meets(anna)
  const root = await anna.publish({ type: 'post', text: 'The lake is frozen, and the whole street is out on it.\n\nWho has **skates** in size 38? #winter #lake' })
  await until('the post at Ben’s', () => ben.ask('get', root).catch(() => null))
  await until('the post at Carla’s', () => carla.ask('get', root).catch(() => null))
  await ben.publish({ type: 'post', root, branch: root, text: 'Mine are 39, with two pairs of socks they will do.' })
  await carla.publish({ type: 'post', root, branch: root, text: 'I bring *tea*. See [the plan](https://example.org/plan).' })
  await ben.publish({ type: 'vote', vote: { link: root, value: 1, expression: 'Like' } })
  await carla.publish({ type: 'vote', vote: { link: root, value: 1, expression: '🎉' } })
  await ben.publish({ type: 'post', wall: anna.id, text: 'Happy birthday! You are older than this lake is deep.' })
  await dario.publish({ type: 'post', wall: anna.id, text: 'I moved in at number 7. Hello!' })
  await ben.publish({ type: 'post', text: 'A recipe:\n\n1. flour\n2. butter\n3. patience\n\n> It will rise.\n\n`220 °C`' })
  await carla.publish({ type: 'post', text: 'Do not read this before the last episode: it was the cat.', contentWarning: 'The last episode' })
  await carla.publish({ type: 'share', share: { link: root }, text: 'Everybody out!' })
  await anna.publish({ type: 'about', about: anna.id, description: 'By the lake, third house.' })
  await ben.ask('private.publish', { type: 'post', text: 'The surprise is at eight.', recps: [ben.id, anna.id] }, [ben.id, anna.id])
  await anna.ask('private.publish', { type: 'post', text: 'I know nothing.', recps: [ben.id, anna.id] }, [ben.id, anna.id])
  const group = (await anna.ask('circles.create', { kind: 'group', name: 'Book club', open: true })).id
  const circle = (await anna.ask('circles.create', { kind: 'circle', name: 'Family' })).id
  for (const id of [group, circle]) await anna.ask('circles.add', id, [ben.id, carla.id])
  await anna.ask('circles.about', group, { description: 'A book a month, and cake.' })
  const choir = (await ben.ask('circles.create', { kind: 'group', name: 'Choir' })).id
  await ben.ask('circles.add', choir, [anna.id]) // she has not answered yet
  await until('the invitation at Carla’s', async () => (await carla.ask('circles.list', {})).some(one => one.id === group))
  await carla.ask('circles.accept', group)
  await anna.publish({ type: 'post', text: 'The key is under the third stone.', recps: ['friends'] })
  const first = await anna.publish({ type: 'post', text: 'The first book is about stones.', recps: [group] })
  await until('the first book at Carla’s', () => carla.ask('get', first).catch(() => null))
  await carla.publish({ type: 'post', root: first, branch: first, text: 'I have read half of it.', recps: [group] })
  for (const one of [ben, carla, dario]) {
    const head = async node => JSON.stringify(await node.ask('latestSequence', one.id).catch(() => 0))
    await until(`all of ${one.home} at Anna’s`, async () => await head(anna) === await head(one))
  }
  await dario.stop()
  await carla.stop()
  return { anna, ben, carla, dario, where: { me: anna.id, other: ben.id, root, group, circle } }
}
