// SPDX-License-Identifier: MIT
// The shortest way through the page: two people, two nodes, two browsers. ./test quick runs this one.
import { done, journey } from './journey.mjs'
import { person } from './people.mjs'

await journey('Two people make their walls and meet', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  await given('Anna and Ben each open a node that nobody has used before', () => Promise.all([anna.arrives(), ben.arrives()]))
  await when('they say their names', () => Promise.all([anna.saysTheirName(), ben.saysTheirName()]))
  await and('their machines have found each other', () => anna.isConnectedWith(ben))
  await and('they give each other their ids and ask to be friends', async () => { await anna.asksToBeFriends(ben); await ben.asksToBeFriends(anna) })
  await then('both see that they are friends, by name', () => Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)]))

  await when('Anna writes on her wall', async () => { await anna.opensTheirWall(); await anna.writes('Good morning from the lake') })
  await then('Ben sees it on his Home without a reload', async () => { await ben.goesHome(); await ben.seesPost('Good morning from the lake') })
  await when('Ben writes on Anna’s wall', async () => { await ben.visits(anna); await ben.writes('Happy birthday, Anna!') })
  await then('Anna sees it there', () => anna.seesPost('Happy birthday, Anna!'))
  await when('Anna comments on it', async () => { await anna.opens('Happy birthday, Anna!'); await anna.comments('Thank you, Ben') })
  await then('Ben reads the comment', async () => { await ben.opens('Happy birthday, Anna!'); await ben.seesPost('Thank you, Ben') })
  await when('Ben likes the comment', () => ben.likes('Thank you, Ben'))
  await then('Anna sees that somebody does', () => anna.seesLikes('Thank you, Ben', 1))
})

await done()
