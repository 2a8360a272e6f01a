// SPDX-License-Identifier: MIT
// Friends who are never online together: what the page shows of roads that store and forward.
import fs from 'node:fs'
import path from 'node:path'
import { check, done, journey, same } from './journey.mjs'
import { friends } from './node.mjs'
import { person } from './people.mjs'
import { newHome, until } from '../interop/lab.mjs'

await journey('Anna and Ben are never online together', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const stick = path.join(newHome('stick'), 'kith') // not plugged in yet
  const lies = () => fs.existsSync(stick) ? fs.readdirSync(stick).filter(name => name.endsWith('.kith')) : []
  const sleeps = async one => { await one.context.close(); one.context = null; await one.node.stop() }
  await given('Anna and Ben know each other’s ids, and Ben knows the folder in which Anna is to be reached', async () => {
    await ben.node.init('--name', 'Ben')
    await anna.arrives({ named: true })
    await ben.node.run('follow', anna.id)
    await ben.node.run('road', 'add', anna.id, `dir:${stick}`)
  })
  await when('Anna asks Ben to be her friend, and says that a folder leads to him', async () => {
    await anna.page.goto(`${anna.node.origin}/#/wall/${encodeURIComponent(ben.id)}`)
    await anna.presses('Ask to be friends')
    await anna.page.getByText('Reached only when you are both online').click()
    await anna.addsRoad('Folder', 'Path of the folder', stick)
    await anna.sees(`Reached by: Folder ${stick}`)
  })
  await and('she writes', async () => { await anna.opensTheirWall(); await anna.writes('Frozen over at last', { to: 'Public' }) })
  await then('her page says that it waits, and why', async () => {
    await anna.whereabouts('Frozen over', /waiting on this device/)
    await anna.whereabouts('Frozen over', /The folder is not there. Is the stick plugged in\?/)
  })
  await when('the stick is plugged in, and Anna goes to see what waits', async () => {
    fs.mkdirSync(stick)
    await anna.opensPackets()
    await anna.sees('What waits, and for whom')
  })
  await and('sends it now', () => anna.presses(/^Send now to/))
  await then('a packet lies in the folder', async () => { await until('a packet', () => lies().length > 0); await anna.sees('Handed on. Waiting to hear') })
  await and('her page says that the post was handed to it', async () => { await anna.opensTheirWall(); await anna.whereabouts('Frozen over', /handed to the folder/) })
  await but('no word of it can be read there', async () => {
    for (const name of lies()) check(!fs.readFileSync(path.join(stick, name)).includes('Frozen'), `${name} says it`)
  })

  await when('Anna’s machine sleeps, and Ben’s wakes up', async () => { await sleeps(anna); await ben.node.serve(); await ben.opensThePage() })
  await then('Ben reads it', async () => { await ben.goesHome(); await ben.seesPost('Frozen over') })
  await when('he comments', async () => { await ben.opens('Frozen over'); await ben.comments('I bring the skates') })
  await then('his page says that the comment lies in the folder', () => ben.whereabouts('bring the skates', /handed to the folder/))
  await when('Ben’s machine sleeps, and Anna’s wakes up', async () => { await sleeps(ben); await anna.node.serve(); await anna.opensThePage() })
  await then('her page says that Ben has received it', async () => { await anna.opensTheirWall(); await anna.whereabouts('Frozen over', /Ben.*received/) })
  await and('she reads his comment', async () => { await anna.opens('Frozen over'); await anna.seesPost('bring the skates') })
  await and('they never met', async () => same((await anna.node.ask('conn.peers')).length, 0))
})

await journey('Friends by a folder alone', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const stick = newHome('stick')
  const sleeps = async one => { await one.context.close(); one.context = null; await one.node.stop() }
  await given('Anna has Ben’s id, and both look into one folder', async () => {
    await ben.node.init('--name', 'Ben')
    await ben.node.run('road', 'listen', `dir:${stick}`)
    await anna.arrives({ named: true })
    await anna.opensPackets()
    await anna.addsRoad('Folder', 'Path of the folder', stick)
  })
  await when('Anna asks Ben by that folder', async () => {
    await anna.page.goto(`${anna.node.origin}/#/wall/${encodeURIComponent(ben.id)}`)
    await anna.page.getByText('Ask by a folder, by mail or by an inbox').click()
    await anna.page.getByLabel('A few words with it').fill('Anna, from the choir')
    await anna.page.getByLabel('Path of the folder').fill(stick)
    await anna.page.locator('details form').getByRole('button', { name: 'Ask to be friends' }).click()
    await anna.sees('The road is kept')
  })
  await then('the question lies in the folder', async () => {
    await anna.opensPackets()
    await anna.sees('Asked to be friends. Waiting for the answer.')
    await until('a packet', () => fs.readdirSync(stick).some(name => name.endsWith('.kith')))
  })
  await when('Anna’s machine sleeps, and Ben’s wakes up', async () => { await sleeps(anna); await ben.node.serve(); await ben.opensThePage() })
  await then('Ben reads who asks, and her words', async () => { await ben.goesTo('Friends'); await ben.sees('Anna, from the choir') })
  await when('he accepts', async () => { await ben.accepts(anna); await until('the answer to lie there', async () => (await ben.node.ask('outbox.list')).some(one => one.packets.some(x => x.state === 'stored'))) })
  await and('his machine sleeps, and Anna’s wakes up', async () => { await sleeps(ben); await anna.node.serve(); await anna.opensThePage() })
  await then('they are friends', () => anna.isFriendsWith(ben))
})

await journey('An invitation that needs nobody online', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const stick = newHome('stick')
  const sleeps = async one => { await one.context.close(); one.context = null; await one.node.stop() }
  let code
  await given('Anna looks into a folder', async () => {
    await anna.arrives({ named: true })
    await anna.opensPackets()
    await anna.addsRoad('Folder', 'Path of the folder', stick)
  })
  await when('she makes an invite', async () => {
    await anna.presses('Make an invite')
    code = await anna.page.locator('code').filter({ hasText: /^kith1i/ }).innerText()
    const mail = decodeURIComponent(await anna.page.getByRole('link', { name: 'Write a mail with it' }).getAttribute('href'))
    check(mail.includes(code) && mail.includes('Anna invites you'), mail)
  })
  await and('her machine sleeps, and Ben, who looks into that folder, too, uses it', async () => {
    await sleeps(anna)
    await ben.node.init('--name', 'Ben')
    await ben.node.run('road', 'listen', `dir:${stick}`)
    await ben.node.serve()
    await ben.opensThePage()
    await ben.goesTo('Settings')
    await ben.page.getByRole('main').getByRole('link', { name: /^Roads and peers/ }).click()
    await ben.page.getByLabel('Address or invite').fill(code)
    await ben.presses('Connect')
    await ben.sees('You follow them now')
    await until('the question to lie there', async () => (await ben.node.ask('outbox.list')).some(one => one.packets.some(x => x.state === 'stored')))
  })
  await and('his machine sleeps, and Anna’s wakes up', async () => { await sleeps(ben); await anna.node.serve(); await anna.opensThePage() })
  await then('her node answers by itself', async () => {
    await until('the answer to lie there', async () => (await anna.node.ask('outbox.list')).some(one => one.id === ben.id && one.packets.some(x => x.state === 'stored')))
  })
  await when('Anna’s machine sleeps again, and Ben’s wakes up', async () => { await sleeps(anna); await ben.node.serve(); await ben.opensThePage() })
  await then('they are friends, without another word', () => ben.isFriendsWith(anna))
})

await journey('Read, where the reader allows it', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  await given('Anna and Ben are friends, and Ben reads what she wrote', async () => {
    for (const one of [anna, ben]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
    await anna.opensTheirWall()
    await anna.writes('Thin ice at the mill')
    await ben.goesHome()
    await ben.seesPost('Thin ice')
  })
  await then('her page says that he has received it', () => anna.whereabouts('Thin ice', /Ben.*received/))
  await but('nothing says that he has read it', async () => {
    await anna.settles()
    check(!(await anna.node.ask('outbox.where', (await anna.post('Thin ice').getAttribute('data-post')))).some(step => step.state === 'read'), 'it was told')
  })
  await when('Ben allows it', async () => {
    await ben.goesTo('Settings')
    await ben.page.getByRole('main').getByRole('link', { name: /^Privacy/ }).click()
    await ben.page.getByRole('checkbox', { name: 'Tell my friends what I have read' }).check()
    await until('it to be kept', () => ben.node.ask('read.allow'))
  })
  await and('looks at her post again', async () => { await ben.goesHome(); await ben.seesPost('Thin ice') })
  await then('her page says that he has read it', () => anna.whereabouts('Thin ice', /Ben.*\bread\b/))
  await when('she writes to him in private, and he opens it', async () => { await anna.writesInPrivate(ben, 'Come to the bridge'); await ben.opensTalkWith(anna); await ben.sees('Come to the bridge') })
  await then('her node hears that he has read that, too', async () => {
    const { key } = (await anna.node.list('inbox', {})).find(m => m.value.content.text === 'Come to the bridge')
    await until('it to be told', async () => (await anna.node.ask('outbox.where', key)).some(step => step.id === ben.id && step.state === 'read'))
  })
})

await journey('Giving up', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const outbox = () => fs.readdirSync(path.join(anna.node.home, 'outpackets')).filter(name => name.endsWith('.packet'))
  await given('Anna has a packet for Ben that nobody takes', async () => {
    await ben.node.init('--name', 'Ben')
    await anna.arrives({ named: true })
    await anna.node.follows(ben.node)
    await anna.node.ask('roads.add', { id: ben.id, address: `dir:${newHome('stick')}/nowhere` })
    await anna.opensPackets()
    await anna.sees('The folder is not there.')
    check(outbox().length > 0, 'nothing waits')
  })
  await when('she gives up, and is asked whether she means it', async () => {
    await anna.presses(/^Give up on roads to/)
    await anna.dialog.getByText('What was written stays on your wall').waitFor()
    await anna.presses('Give up', anna.dialog)
  })
  await then('there is no road any more', () => anna.sees('There is no road to anybody yet.'))
  await and('no packet', () => until('an empty outbox', () => outbox().length === 0))
})

await journey('Roads of one’s own', async ({ given, when, then, and, but }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  const folder = newHome('letters')
  await given('Anna and Ben are friends', async () => {
    for (const one of [anna, ben]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
  })
  await when('Anna types half an address, by keyboard alone', async () => {
    await anna.opensPackets()
    await anna.page.getByRole('radio', { name: 'Mail' }).first().focus()
    await anna.page.keyboard.press('Space')
    await anna.page.getByLabel('Mail address').first().waitFor()
    await anna.page.keyboard.press('Tab')
    await anna.page.keyboard.type('anna at example')
    await anna.page.keyboard.press('Enter')
  })
  await then('she is told what is wrong with it, and is in the box still', async () => {
    await anna.sees('This is no mail address')
    same(await anna.page.getByLabel('Mail address').first().evaluate(box => box === document.activeElement && box.getAttribute('aria-invalid')), 'true')
  })
  await when('she types it whole', async () => { await anna.page.keyboard.press('Control+a'); await anna.page.keyboard.type('anna@example.org'); await anna.page.keyboard.press('Enter') })
  await then('it is kept', async () => { await anna.sees('Mail to anna@example.org'); same((await anna.node.ask('roads.list')).own, ['mailto:anna@example.org']) })
  await when('she adds a folder', () => anna.addsRoad('Folder', 'Path of the folder', folder))
  await then('her page says how it goes there', () => anna.sees('looked at from time to time'))
  await when('she adds one that is not there', () => anna.addsRoad('Folder', 'Path of the folder', `${folder}/nowhere`))
  await then('her page says so, and what to do', () => anna.sees('Is the stick plugged in?'))
  await then('Ben’s page says how she is reached', async () => {
    await ben.visits(anna)
    await ben.sees(/^Reached by: .*Mail to anna@example\.org/)
  })
  await but('a folder of hers is not written to, unless he says so', async () => {
    await ben.page.getByText(/^Reached by/).click()
    await ben.sees('it cannot be used from here')
  })
  await when('she takes the mail address back', async () => { await anna.presses('Remove: Mail to anna@example.org') })
  await then('Ben is told', () => ben.seesNo('anna@example.org'))
  await when('Ben has a road that no kith knows', () => ben.node.ask('roads.add', { address: 'pigeon:loft-7' }))
  await then('Anna’s page shows it as it is', async () => {
    await anna.visits(ben)
    await anna.sees('Reached by: pigeon:loft-7')
  })
})

await done()
