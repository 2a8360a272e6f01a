// SPDX-License-Identifier: MIT
// Friends by a handle or a name, without a link and without a friend of both: the request waits at the broker while one is away, and
// the answer while the other is.
import path from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { done, enters, journey, same, skip } from './journey.mjs'
import { around, whyNot } from './netns.mjs'
import { options, origin, startBroker } from './tab_broker.mjs'
import { TabPerson } from './tabs.mjs'
import { until } from '../interop/lab.mjs'

const reason = whyNot()
if (reason) {
  skip('friends by a handle', reason)
  await done()
}
const [hub, here, there] = around('a', 'b')
const modules = ['--letters', 'on', '--directory', 'on', ...process.env.KITH_WEB ? ['--web', process.env.KITH_WEB] : []]
const PASSWORD = 'a lake, a boat, a book'

// What the broker keeps.
function count (broker, file, table) {
  const db = new DatabaseSync(path.join(broker.folder, file), { readOnly: true })
  try { return db.prepare(`SELECT count(*) AS n FROM ${table}`).get().n } finally { db.close() }
}

class Member extends TabPerson {
  async opensAccount () {
    await this.page.goto(origin + '/#/account')
    await this.page.getByRole('heading', { name: 'Handle and password' }).waitFor()
  }

  async takesTheHandle (handle) {
    await this.opensAccount()
    const form = this.page.getByRole('region', { name: 'Take a handle' })
    await form.getByLabel('Handle').fill(handle)
    await form.getByLabel('Password', { exact: true }).fill(PASSWORD)
    await this.presses('Take this handle')
    await this.page.getByRole('heading', { name: `You are ${handle}` }).waitFor()
  }

  async mayBeAsked (may = true) {
    await this.opensAccount()
    const box = this.page.getByLabel('Who finds me here may ask me to be friends')
    await (may ? box.check() : box.uncheck())
    await this.page.getByText('People may ask you.').waitFor({ state: may ? 'visible' : 'hidden' })
  }

  async finds (words) {
    await this.opensAccount()
    await this.page.getByLabel('Handle or whole name').fill(words)
    await this.presses('Find')
    await this.sees('1 person found.')
  }

  async asks (words, text) {
    await this.finds(words)
    await this.page.getByLabel('A line to your friend').fill(text)
    await this.presses('Ask to be friends')
  }

  request (name) { return this.page.getByRole('region', { name: 'Requests' }).getByRole('listitem').filter({ hasText: name }) }

  chooses (name) { return this.page.getByRole('group', { name: /^More about/ }).filter({ visible: true }).getByRole('button', { name, exact: true }).click() }

  async isBackAt (where, machine) {
    await this.arrivesAt({ origin }, { ...options(machine), path: where })
    await this.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  }
}

await journey('A request that waits, and an answer that waits', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new Member(name)))
  const broker = await startBroker(hub, ...modules)
  await given('Anna has a wall and a handle, and may be asked', async () => {
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('The plums are ripe')
    await anna.takesTheHandle('anna.b')
    await anna.mayBeAsked()
  })
  await and('her browser is closed', () => anna.closesTheBrowser())
  await when('Ben finds her by her handle, and asks', async () => {
    await ben.arrivesAt({ origin }, options(there))
    await ben.saysTheirName()
    await ben.opensTheirWall()
    await ben.writes('First day in town')
    await ben.asks('anna.b', 'We met at the pond')
  })
  await then('he is told that it waits, as it does', async () => {
    await ben.sees('Your request waits at the server until they come, 14 days at the most.')
    same(count(broker, 'letters.db', 'letter'), 1)
  })
  await when('he closes his browser', () => ben.closesTheBrowser())
  await and('Anna opens hers', () => anna.isBackAt('/#/friends', here))
  await then('she sees his request, who he is and what he says', async () => {
    const request = anna.request('Ben')
    await request.getByText('We met at the pond').waitFor()
    await request.getByText('Found you by handle or name').waitFor()
  })
  await when('she accepts', () => anna.request('Ben').getByRole('button', { name: 'Accept' }).click())
  await and('Ben opens his browser', () => ben.isBackAt('/#/', there))
  await then('they are friends, and see what the other has written, to friends too', async () => {
    await ben.seesPost('The plums are ripe')
    await anna.goesHome()
    await anna.seesPost('First day in town')
    await ben.goesTo('Friends')
    await ben.page.getByRole('region', { name: 'Your friends' }).getByText('Anna').waitFor()
  })
  await and('the broker has nothing of it any more', () => until('both letters to be gone', () => count(broker, 'letters.db', 'letter') === 0))
  await when('nobody may ask Anna any more', () => anna.mayBeAsked(false))
  await then('the broker knows no address of hers', () => same(count(broker, 'broker.db', 'door'), 0))
  await broker.stop()
})

await journey('Who is refused is told, and who is blocked is not', async ({ given, when, then, and }) => {
  const [anna, carl, dora, emil] = ['Anna', 'Carl', 'Dora', 'Emil'].map(name => enters(new Member(name)))
  const broker = await startBroker(hub, ...modules)
  const no = 'Does not want to be friends now.'
  const looksAtHerWall = person => person.page.goto(`${origin}/#/wall/${encodeURIComponent(anna.node.id)}`)
  const more = async (name, item) => {
    const card = anna.request(name)
    await anna.presses(`More about ${name}`, card)
    await anna.page.getByRole('group', { name: `More about ${name}` }).filter({ visible: true }).getByRole('button', { name: item, exact: true }).click()
  }
  await given('Anna may be asked, and Carl and Dora have asked her', async () => {
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.takesTheHandle('anna.c')
    await anna.mayBeAsked()
    for (const person of [carl, dora]) {
      await person.arrivesAt({ origin }, options(there))
      await person.saysTheirName()
      await person.asks('anna.c', `It is ${person.name}`)
      await person.sees('They have your request')
      await looksAtHerWall(person)
    }
    await anna.goesTo('Friends')
    for (const name of ['Carl', 'Dora']) await anna.request(name).getByText(`It is ${name}`).waitFor()
  })
  await when('she blocks Dora', async () => {
    await more('Dora', 'Block')
    await anna.presses('Block', anna.dialog)
    await anna.request('Dora').waitFor({ state: 'detached' })
  })
  await and('refuses Carl, so that he hears it', async () => {
    await more('Carl', 'Refuse, and tell them')
    await anna.sees('Refused. They will be told.')
    await anna.request('Carl').waitFor({ state: 'detached' })
  })
  await then('Carl sees it on her wall', () => carl.sees(no))
  await and('still when he has opened the page anew', async () => { await carl.comesBack(); await carl.sees(no) })
  await and('Dora, whose turn was before his, has heard nothing', async () => {
    await dora.comesBack()
    await dora.sees('asked') // as before
    await dora.sees('anna.c, certified by') // what is known of her handle, and of an answer, is there
    same(await dora.page.getByText(no).count(), 0)
  })
  await when('Dora asks once more, from the same handle and the same wall', async () => {
    // As if ten minutes had gone by: what her browser keeps of her request is taken away.
    dora.watch.allow(/favicon/)
    await dora.page.goto(`${origin}/manifest.webmanifest`)
    await until('the file to be free', () => dora.page.evaluate(async () => {
      await (await (await navigator.storage.getDirectory()).getDirectoryHandle('kith')).removeEntry('requests')
      return true
    }).catch(() => false))
    await dora.page.goto(`${origin}/#/account`)
    await dora.finds('anna.c')
    await dora.page.getByLabel('A line to your friend').fill('Once more')
    await dora.presses('Ask again')
    await dora.sees('They have your request')
  })
  await and('somebody else asks after her', async () => {
    await carl.finds('anna.c')
    await carl.page.getByLabel('A line to your friend').fill('Please')
    await carl.presses('Ask again')
    await carl.sees('They have your request')
  })
  await and('Emil, who came last', async () => {
    await emil.arrivesAt({ origin }, options(there))
    await emil.saysTheirName()
    await emil.asks('anna.c', 'It is Emil')
    await emil.sees('They have your request')
  })
  await then('Anna sees what Emil asks, and neither of the others', async () => {
    await anna.comesBack()
    await anna.goesTo('Friends')
    await anna.request('Emil').getByText('It is Emil').waitFor() // one after the other: theirs came before
    same(await anna.request('Dora').count(), 0)
    same(await anna.request('Carl').count(), 0)
  })
  await broker.stop()
})

await journey('Both are there, and a name is enough', async ({ given, when, then, and, but }) => {
  const [anna, ben, carl] = ['Anna', 'Ben', 'Carl'].map(name => enters(new Member(name)))
  const broker = await startBroker(hub, ...modules)
  await given('Anna can be found by her name', async () => {
    await anna.arrivesAt({ origin }, options(here))
    await anna.saysTheirName()
    await anna.opensTheirWall()
    await anna.writes('The plums are ripe')
    await anna.takesTheHandle('anna.c')
    await anna.page.getByLabel('Name', { exact: true }).fill('Anna Bäcker')
    await anna.presses('Be found by this name')
    await anna.sees('Who knows the name Anna Bäcker finds you')
  })
  await when('Ben finds her', async () => {
    await ben.arrivesAt({ origin }, options(there))
    await ben.saysTheirName()
    await ben.finds('anna backer')
  })
  await then('he is told that she cannot be asked, since she has not said that she may', () => ben.sees('They cannot be asked here. A link from them makes you friends.'))
  await when('she says so', () => anna.mayBeAsked())
  await and('he asks', async () => { await anna.goesTo('Friends'); await ben.asks('anna backer', 'We met at the pond') })
  await then('he is told that she has it', () => ben.sees('They have your request'))
  await and('she sees it without doing anything', () => anna.request('Ben').getByText('We met at the pond').waitFor())
  await when('she accepts', () => anna.request('Ben').getByRole('button', { name: 'Accept' }).click())
  await then('he sees what she has written, without doing anything', async () => { await ben.goesHome(); await ben.seesPost('The plums are ripe') })

  await when('Carl asks her, and she blocks him', async () => {
    await carl.arrivesAt({ origin }, options(there))
    await carl.saysTheirName()
    await carl.asks('anna.c', 'Buy my plums')
    await anna.goesTo('Friends')
    await anna.request('Carl').getByRole('button', { name: /^More/ }).click()
    await anna.chooses('Block')
    await anna.presses('Block', anna.dialog)
    await anna.request('Carl').waitFor({ state: 'detached' })
  })
  await and('he takes it back and asks again, before Dora asks', async () => {
    await carl.goesTo('Friends')
    const card = carl.page.getByRole('region', { name: 'You asked' }).getByRole('listitem')
    await card.getByRole('button', { name: /^More/ }).click()
    await carl.chooses('Withdraw my request')
    await card.waitFor({ state: 'detached' })
    await carl.asks('anna.c', 'Buy my pears')
    await carl.sees('They have your request')
    await carl.closesTheBrowser()
    const dora = enters(new Member('Dora'))
    await dora.arrivesAt({ origin }, options(there))
    await dora.saysTheirName()
    await dora.asks('anna.c', 'From the choir')
  })
  await then('she sees what Dora asks', () => anna.request('Dora').getByText('From the choir').waitFor())
  await but('nothing of Carl', async () => { same(await anna.request('Buy').count(), 0); same(await anna.request('Carl').count(), 0) })
  await broker.stop()
})

await done()
