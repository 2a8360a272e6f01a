// SPDX-License-Identifier: MIT
// What is said to friends, and to a group: who reads it, who carries it without reading it, and what
// changes when a friendship ends.
import fs from 'node:fs'
import path from 'node:path'
import { check, done, journey, same } from './journey.mjs'
import { photo } from './media.mjs'
import { friends } from './node.mjs'
import { person } from './people.mjs'
import { until } from '../interop/lab.mjs'

// Somebody's node has all that another has written, and no file of it says these words.
async function carriesUnread (carrier, author, text) {
  const head = async who => JSON.stringify(await who.node.ask('latestSequence', author.id).catch(() => 0))
  await until(`all of ${author.name}’s feed at ${carrier.name}’s`, async () => await head(carrier) === await head(author))
  const walk = dir => fs.readdirSync(dir, { withFileTypes: true }).flatMap(entry => entry.isDirectory() ? walk(path.join(dir, entry.name)) : entry.isFile() ? [path.join(dir, entry.name)] : [])
  for (const file of walk(carrier.node.home)) check(!fs.readFileSync(file).includes(text), `${file} says it`)
}
const seesNothingOf = async (someone, author, text) => {
  await someone.goesHome()
  await someone.settles()
  await someone.seesNoPost(text)
  await someone.visits(author)
  await someone.settles()
  check(await someone.posts(text).count() === 0, `${someone.name} reads it`)
}

await journey('What Anna says to her friends', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const carla = person('Carla')
  const dario = person('Dario')
  await given('Ben and Carla are friends of Anna’s, and Dario is a friend of Ben’s only', async () => {
    for (const one of [anna, ben, carla, dario]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
    await friends(anna.node, carla.node)
    await friends(ben.node, dario.node)
  })
  await when('Anna writes on her wall, and chooses nothing', async () => {
    await anna.opensTheirWall()
    await anna.types('The key is under the third stone')
    await anna.button(/^Who can read this: Your friends/).waitFor()
    await anna.presses('Post')
    await anna.page.locator('[data-undo]').getByText('Your friends').waitFor()
    await anna.hurries()
    await anna.seesPost('third stone')
  })
  await then('Ben reads it, and that it is for friends of Anna', async () => {
    await ben.goesHome()
    await ben.seesPost('third stone')
    await ben.seesAudience('third stone', 'Friends of Anna')
  })
  await and('Carla reads it', async () => { await carla.visits(anna); await carla.seesPost('third stone') })
  await but('Dario, who carries it, does not', async () => { await carriesUnread(dario, anna, 'third stone'); await seesNothingOf(dario, anna, 'third stone') })
  await and('Anna can look up who reads it', async () => same((await anna.looksWhoReads('third stone')).sort(), ['Ben', 'Carla', 'This is you']))

  await when('Ben comments on it', async () => {
    await ben.opens('third stone')
    await ben.page.getByText('Friends of Anna').and(ben.page.locator('form b')).waitFor()
    await ben.comments('I would have put it in the lake')
  })
  await then('Carla, who never met Ben, reads the comment', async () => { await carla.opens('third stone'); await carla.seesPost('in the lake') })
  await but('Dario, who is Ben’s friend, does not', async () => { await carriesUnread(dario, ben, 'in the lake'); await seesNothingOf(dario, ben, 'in the lake') })
  await when('Ben likes it and wants to share it with friends of his own', async () => {
    await ben.goesHome()
    await ben.likes('third stone')
    await ben.presses(/^Share/, ben.post('third stone'))
  })
  await then('he is told what that would do, and lets it be', async () => {
    await ben.dialog.locator('label').filter({ hasText: 'Your friends' }).click()
    await ben.sees('This was said to: Friends of Anna')
    await ben.button('Share with others too', ben.dialog).waitFor()
    await ben.presses('Cancel', ben.dialog)
  })
  await when('Ben writes on Anna’s wall', async () => { await ben.visits(anna); await ben.writes('Dinner at eight') })
  await then('it is for Anna’s friends: Carla reads it there', async () => {
    await carla.visits(anna)
    await carla.seesPost('Dinner at eight')
    await carla.seesAudience('Dinner at eight', 'Friends of Anna')
  })
  await but('Dario does not', async () => { await carriesUnread(dario, ben, 'Dinner at eight'); await seesNothingOf(dario, ben, 'Dinner at eight') })

  await when('Anna says something to everybody, and chooses so', async () => { await anna.opensTheirWall(); await anna.writes('The lake is open to all', { to: 'Public' }) })
  await then('Dario reads it', async () => { await dario.visits(anna); await dario.seesPost('The lake is open to all'); await dario.seesAudience('The lake is open', 'Public') })
  await and('what Anna writes next is for friends again', () => anna.button(/^Who can read this: Your friends/).waitFor())
  await when('she names somebody who is no friend', () => anna.types(`Ask [@Dario](${dario.id})`))
  await then('the page says that he cannot read it', async () => { await anna.sees('Dario cannot read this.'); await anna.types('') })

  await when('Anna ends the friendship with Ben', async () => {
    await anna.visits(ben)
    await anna.presses('More about Ben')
    await anna.page.getByRole('group', { name: 'More about Ben' }).filter({ visible: true }).getByRole('button', { name: 'End the friendship' }).click()
    await anna.dialog.getByText('What they could read before stays readable for them').waitFor()
    await anna.presses('End the friendship', anna.dialog)
  })
  await and('she writes to her friends', async () => { await anna.opensTheirWall(); await anna.writes('The key lies elsewhere now') })
  await then('Carla reads it', async () => { await carla.visits(anna); await carla.seesPost('The key lies elsewhere now') })
  await but('Ben does not', async () => { await carriesUnread(ben, anna, 'elsewhere now'); await seesNothingOf(ben, anna, 'elsewhere now') })
  await and('he still reads what he could read before', () => ben.seesPost('third stone'))
  await and('Anna’s page says who reads the new one', async () => same((await anna.looksWhoReads('elsewhere now')).sort(), ['Carla', 'This is you']))
})

await journey('What came before its key', async ({ given, when, then }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  await given('Anna wrote to friends when she had none, and Ben, who only follows her, looks at her wall', async () => {
    for (const one of [anna, ben]) await one.arrives({ named: true })
    await anna.opensTheirWall()
    await anna.writes('Nobody reads this yet')
    await ben.node.follows(anna.node)
    await ben.isConnectedWith(anna)
    await carriesUnread(ben, anna, 'reads this yet')
    await ben.visits(anna)
    await ben.settles()
    await ben.seesNoPost('Nobody reads this yet')
  })
  await when('Anna follows him too, and they are friends', () => anna.node.follows(ben.node))
  await then('he reads it without a reload', () => ben.seesPost('Nobody reads this yet'))
})

await journey('A group of three', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const carla = person('Carla')
  const dario = person('Dario')
  await given('Anna, Ben and Carla are friends of each other, and Dario is a friend of Anna’s', async () => {
    for (const one of [anna, ben, carla, dario]) await one.arrives({ named: true })
    await friends(anna.node, ben.node, carla.node)
    await friends(anna.node, dario.node)
  })
  await when('Anna makes a group and invites two of them', async () => {
    await anna.goesTo('Circles')
    await anna.presses('New group')
    await anna.dialog.getByLabel('Name', { exact: true }).fill('Book club')
    for (const who of ['Ben', 'Carla']) await anna.dialog.getByRole('checkbox', { name: who }).check()
    await anna.presses('Create', anna.dialog)
    await anna.page.getByRole('heading', { name: 'Book club' }).waitFor()
  })
  await then('Ben finds the invitation among his news, and accepts', async () => {
    await ben.page.getByRole('link', { name: /^News.*new/ }).first().waitFor()
    await ben.goesTo(/^News/)
    await ben.sees('Anna invites you to the group “Book club”')
    await ben.presses('Accept')
    await ben.page.getByRole('link', { name: /“Book club”/ }).first().click()
    await ben.page.getByRole('heading', { name: 'Book club' }).waitFor()
  })
  await and('Carla finds it among her groups, and accepts', async () => {
    await carla.goesTo('Circles')
    await carla.presses('Accept')
    await carla.page.getByRole('link', { name: /^Book club/ }).click()
    await carla.page.getByRole('heading', { name: 'Book club' }).waitFor()
  })
  await and('Anna sees that they are three', () => anna.sees('3 people'))
  await when('Anna writes to the group', () => anna.writes('First book: a wall of stones'))
  await then('Ben and Carla read it on the group’s wall', () => Promise.all([ben, carla].map(one => one.seesPost('a wall of stones'))))
  await when('Carla answers', async () => { await carla.opens('a wall of stones'); await carla.comments('I have read half of it') })
  await then('Ben reads her answer', async () => { await ben.opens('a wall of stones'); await ben.seesPost('half of it') })
  await but('Dario, who carries all of it, reads nothing', async () => {
    await carriesUnread(dario, anna, 'wall of stones')
    await seesNothingOf(dario, anna, 'wall of stones')
    await dario.goesTo('Circles')
    await dario.settles()
    await dario.seesNo('Book club')
  })
  await and('it is not on Anna’s wall', async () => { await dario.visits(anna); await dario.settles(); check(await dario.posts('wall of stones').count() === 0, 'it is there') })

  await when('Anna takes Ben out of the group', async () => {
    await anna.presses('More about Ben')
    await anna.page.getByRole('group', { name: 'More about Ben' }).filter({ visible: true }).getByRole('button', { name: 'Take out' }).click()
    await anna.dialog.getByText('What they could read before stays readable').waitFor()
    await anna.presses('Take out', anna.dialog)
    await anna.sees('Ben reads nothing new here')
    await anna.sees('2 people')
  })
  await and('writes to the group again', () => anna.writes('Second book: keys'))
  await then('Carla reads it', async () => { await carla.goesTo('Circles'); await carla.page.getByRole('link', { name: /^Book club/ }).click(); await carla.seesPost('Second book') })
  await but('Ben does not', async () => { await carriesUnread(ben, anna, 'Second book'); await ben.goesHome(); await ben.settles(); await ben.seesNoPost('Second book') })
  await and('he still reads the first', () => ben.seesPost('a wall of stones'))
  await when('Carla leaves', async () => {
    await carla.presses('Leave')
    await carla.presses('Leave', carla.dialog)
    await carla.sees('You have left “Book club”')
  })
  await then('Anna is alone in it', async () => { await anna.sees('1 person') })
})

await journey('A picture for friends', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const dario = person('Dario')
  const file = await photo('anna.jpg', [300, 300])
  const face = someone => someone.page.getByRole('region', { name: 'Anna', exact: true }).locator('.avatar.big')
  const linkAt = async someone => (await someone.node.ask('people.get', anna.id)).image ?? ''
  const looksAtAnna = someone => someone === anna ? anna.opensTheirWall() : someone.visits(anna)
  const seesPicture = async someone => {
    await looksAtAnna(someone)
    const image = face(someone).locator('img')
    await image.waitFor()
    await until('the picture to be drawn', () => image.evaluate(it => it.complete && it.naturalWidth > 0))
  }
  const hasAllOfAnna = someone => until(`all of Anna’s feed at ${someone.name}’s`, async () =>
    JSON.stringify(await someone.node.ask('latestSequence', anna.id).catch(() => 0)) === JSON.stringify(await anna.node.ask('latestSequence', anna.id)))
  const gives = async (sees, withPhoto) => {
    await anna.opensTheirWall()
    await anna.presses('Edit profile')
    if (withPhoto) {
      await anna.dialog.locator('input[type=file]').setInputFiles(file)
      await anna.dialog.getByText('Made smaller').waitFor()
    }
    await anna.dialog.getByRole('radio', { name: sees, exact: true }).check()
    if (sees === 'Friends only' && !withPhoto) await anna.dialog.getByText('Others go on seeing the photo').waitFor()
    await anna.presses('Save', anna.dialog)
    await anna.dialog.waitFor({ state: 'hidden' })
  }
  await given('Ben is a friend of Anna’s, and Dario is a friend of Ben’s only', async () => {
    for (const one of [anna, ben, dario]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
    await friends(ben.node, dario.node)
  })
  await when('Anna gives herself a picture that only friends see', () => gives('Friends only', true))
  await then('she and Ben see it', async () => { await seesPicture(anna); await seesPicture(ben) })
  await but('Dario, who carries what she said, sees the drawn shape', async () => {
    await hasAllOfAnna(dario)
    await dario.visits(anna)
    await dario.settles()
    await dario.page.getByRole('region', { name: 'Anna', exact: true }).locator('.avatar.big.drawn').waitFor()
    same(await linkAt(dario), '')
  })
  await and('her name is for everybody, as before', async () => same((await dario.node.ask('people.get', anna.id)).name, 'Anna'))
  await when('she lets everyone see it', () => gives('Everyone', false))
  await then('Dario sees it, too', () => seesPicture(dario))
  await when('she makes it one for friends again', () => gives('Friends only', false))
  await then('Ben sees the new one', async () => {
    await until('the new one at Ben’s', async () => (await linkAt(ben)).includes('?unbox='))
    await seesPicture(ben)
  })
  await but('Dario sees the one that was public, and no more', async () => {
    await hasAllOfAnna(dario)
    check(!(await linkAt(dario)).includes('unbox'), 'he has the key')
    await seesPicture(dario)
  })
})

await done()
