// SPDX-License-Identifier: MIT
// A person in a journey: a node, a browser context, and what people do, in the page's own words. Everything
// on the page is found as a person finds it, by its role and its name.
import { enters, same } from './journey.mjs'
import { LIMIT, launch, watchedContext } from './browser.mjs'
import { Node } from './node.mjs'
import { settle } from './screens.mjs'
import { until } from '../interop/lab.mjs'

let browser
const chromium = async () => (browser?.isConnected() ? browser : (browser = await launch()))

const words = text => text instanceof RegExp ? text : new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))

export class Person {
  constructor (name, options) { this.name = name; this.options = options; this.node = new Node(name) }

  // ---- coming and going ----

  // With a node of one's own that runs; what `kith init` does is done by `kith ui` for a person.
  async arrives ({ named = false } = {}) {
    await this.node.init(...(named ? ['--name', this.name] : []))
    await this.node.serve()
    return this.opensThePage()
  }

  // Opens the address that `kith ui --print` says, in a browser that was never here.
  async opensThePage (options = {}) {
    if (this.context) await this.context.close()
    const { context, watch } = await watchedContext(await chromium(), [this.node.origin], { ...this.options, ...options })
    this.context = context
    this.watch = watch
    await context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin: this.node.origin })
    this.page = await context.newPage()
    await this.page.goto(await this.node.pageAddress())
    await this.page.getByRole('navigation', { name: 'Main' }).first().or(this.page.getByLabel('Your name')).first().waitFor()
    same(this.page.url().includes('token'), false, 'the token is gone from the address bar')
    return this
  }

  async leaves () {
    await this.context?.close()
    this.context = null
    await this.node.stop()
  }

  // The first visit: a name, and in.
  async saysTheirName (name = this.name) {
    await this.page.getByLabel('Your name').fill(name)
    await this.page.getByRole('button', { name: 'Begin' }).click()
    await this.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
  }

  get id () { return this.node.id }
  button (name, within = this.page) { return within.getByRole('button', { name, exact: typeof name === 'string' }) }
  async presses (name, within) { await this.button(name, within).first().click() }

  // ---- finding one's way ----

  async goesTo (screen) {
    await this.page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: screen }).first().click()
  }

  async goesHome () { await this.goesTo('Home') }
  async opensTheirWall () { await this.goesTo('My wall') }
  async visits (someone) {
    await this.page.goto(`${this.node.origin}/#/wall/${encodeURIComponent(someone.id)}`)
    await this.page.getByRole('heading', { name: `${someone.name}’s wall` }).waitFor()
  }

  async opens (text) {
    await this.presses(/^(Comment|\d+ comments?)$/, this.post(text))
    await this.page.getByLabel('Your comment').first().waitFor()
  }

  async settles () { await settle(this.page) }

  // ---- posts ----

  post (text) { return this.posts(text).first() }
  posts (text) { return this.page.getByRole('article').filter({ hasText: words(text) }).filter({ visible: true }) }
  async sees (text, limit = LIMIT) { await this.page.getByText(words(text)).filter({ visible: true }).first().waitFor({ timeout: limit }) }
  async seesNo (text, limit = LIMIT) { await until(`“${text}” to go`, async () => await this.page.getByText(words(text)).filter({ visible: true }).count() === 0, limit) }
  async seesNoPost (text, limit = LIMIT) { await until(`“${text}” to go`, async () => await this.posts(text).count() === 0, limit) }

  // What arrives while somebody reads waits behind a button, which a reader presses.
  async seesPost (text, limit = LIMIT) {
    const fresh = this.page.getByRole('button', { name: /^\d+ new posts?$/ })
    await until(`the post “${text}”`, async () => {
      if (await this.posts(text).count()) return true
      if (await fresh.count()) await fresh.first().click({ timeout: 1000 }).catch(() => {})
    }, limit)
  }

  // A box is found by what it is called; the post waits its ten seconds unless somebody presses Now.
  async types (text, box = 'Your post') { await this.page.getByRole('textbox', { name: box }).first().fill(text) }
  async sendsNow (button) {
    await this.page.getByRole('button', { name: button, exact: true }).and(this.page.locator('[type=submit]')).first().click()
    await this.hurries()
  }

  // Not to wait the ten seconds. Where the machine is so slow that they have passed, there is nothing to press.
  async hurries () {
    const now = this.button('Now').first()
    await now.click({ timeout: 12e3 }).catch(async err => { if (await now.count()) throw err })
  }

  // Posts are for friends unless somebody else is chosen; on a friend's wall once that friend's key is here.
  async writes (text, { to, sees = plain(text) } = {}) {
    await this.types(text)
    if (to) await this.choosesAudience(to)
    else await this.page.locator('form [data-kind=friends], form p.audience').first().waitFor()
    await this.sendsNow('Post')
    await this.seesPost(sees)
  }

  // The button below what is written says who can read it; in its dialog each kind is a radio button.
  async choosesAudience (name) {
    await this.button(/^Who can read this:/).first().click()
    await this.dialog.locator('label').filter({ hasText: words(name) }).first().click()
    await this.presses('Choose', this.dialog)
  }

  // On a post: an icon that says in words for whom it is.
  async seesAudience (text, says) { await this.button(new RegExp(`^${words(says).source}`), this.post(text)).first().waitFor() }
  async looksWhoReads (text) {
    await this.chooses('Who can read this', text)
    const lines = this.dialog.getByRole('list', { name: 'Who can read this' }).getByRole('listitem')
    await lines.first().waitFor()
    const found = await lines.allInnerTexts()
    await this.presses('Close', this.dialog)
    return found.map(line => line.trim().split('\n')[0])
  }

  async comments (text) {
    await this.types(text, 'Your comment')
    await this.sendsNow('Comment')
    await this.seesPost(text)
  }

  // The menu of a post: "More about this post".
  async chooses (item, text) {
    await this.presses('More about this post', this.post(text))
    await this.page.getByRole('group', { name: 'More about this post' }).filter({ visible: true }).getByRole('button', { name: item }).click()
  }

  get dialog () { return this.page.getByRole('dialog').filter({ visible: true }).last() }

  async likes (text) { await this.presses(/^Like/, this.post(text)) }
  async seesLikes (text, count) { await this.post(text).getByRole('button', { name: new RegExp(`^Like ?${count}$`) }).waitFor() }
  async reacts (text, name) {
    await this.presses('React', this.post(text))
    await this.page.getByRole('group', { name: 'React' }).filter({ visible: true }).getByRole('button', { name }).click()
  }

  async seesReaction (text, emoji) { await this.post(text).getByRole('group', { name: 'Reactions' }).getByRole('button', { name: `${emoji}: 1 person` }).waitFor() }

  async shares (text, saying = '') {
    await this.presses(/^Share/, this.post(text))
    await this.dialog.getByRole('textbox').fill(saying)
    await this.presses('Share', this.dialog)
    await this.sees('Shared on your wall')
  }

  async changes (text, to) {
    await this.chooses('Edit', text)
    await this.dialog.getByRole('textbox', { name: 'Text' }).fill(to)
    await this.presses('Save', this.dialog)
    await this.seesPost(to)
  }

  async takesBack (text) {
    await this.chooses('Take back', text)
    await this.presses('Take back', this.dialog)
  }

  async takesDown (text) { await this.chooses('Take down from my wall', text) }
  async shows (choice) { await this.page.locator('label').filter({ has: this.page.getByRole('radio', { name: choice }) }).click() }

  // "Where is it now?", until it says what is expected.
  async whereabouts (text, says) {
    await this.chooses('Where is it now?', text)
    await this.dialog.getByText(says).first().waitFor({ state: 'attached' })
    await this.presses('Close', this.dialog)
  }

  // Roads that store and forward.
  async opensPackets () {
    await this.goesTo('Settings')
    await this.page.getByRole('main').getByRole('link', { name: /^Folders, mail and inboxes/ }).click()
    await this.page.getByRole('heading', { name: 'Folders, mail and inboxes' }).waitFor()
  }

  async addsRoad (kind, label, address) {
    await this.page.locator('label').filter({ has: this.page.getByRole('radio', { name: kind, exact: true }) }).first().click()
    await this.page.getByLabel(label).first().fill(address)
    await this.presses('Add')
    await this.sees('The road is kept')
  }

  // Presses a photo, which is then all that there is; Escape goes back.
  async enlarges (description) {
    await this.presses(`Enlarge: ${description}`)
    await this.page.getByRole('dialog', { name: description }).waitFor()
    await this.page.keyboard.press('Escape')
    await this.page.getByRole('dialog', { name: description }).waitFor({ state: 'hidden' })
  }

  async isSigned (text, times) {
    const count = async () => (await this.node.list('wall', { person: this.id })).filter(message => message.value.content.text === text).length
    await until(`“${text}” to be signed`, async () => await count() >= times)
    same(await count(), times, `how often “${text}” was signed`)
  }

  // ---- files ----

  async adds (file) { await this.page.locator('form input[type=file]').first().setInputFiles(file) }
  async sendsWhenReady () {
    await this.page.getByRole('button', { name: 'Post', exact: true }).first().click()
    await this.hurries()
  }

  async seesPicture (text, description) {
    const picture = this.post(text).getByRole('button', { name: `Enlarge: ${description}` }).locator('img')
    await picture.first().waitFor()
    await until('the picture to be drawn', () => picture.first().evaluate(image => image.complete && image.naturalWidth > 0))
  }

  async plays (text, name) {
    await this.presses(`Play ${name}`, this.post(text))
    const film = this.post(text).locator('video')
    await film.waitFor()
    await film.evaluate(film => { film.muted = true; return film.play() })
    await until('the film to move', () => film.evaluate(film => film.currentTime > 0.2))
  }

  // ---- people ----

  async asksToBeFriends (someone) {
    await this.goesTo('Friends')
    await this.page.getByLabel('Name or id').fill(someone.id)
    await this.presses(/^(Ask to be friends|Accept)$/)
  }

  card (someone) { return this.page.getByRole('listitem').filter({ hasText: someone.name }).first() }
  async accepts (someone) {
    await this.goesTo('Friends')
    await this.presses('Accept', this.card(someone))
  }

  async isFriendsWith (someone) { await this.goesTo('Friends'); await this.card(someone).getByText('You are friends').waitFor() }

  async blocks (someone) {
    await this.visits(someone)
    await this.presses(`More about ${someone.name}`)
    await this.page.getByRole('group', { name: `More about ${someone.name}` }).filter({ visible: true }).getByRole('button', { name: 'Block' }).click()
    await this.presses('Block', this.dialog)
  }

  // ---- in private, and being oneself ----

  async writesInPrivate (someone, text) {
    await this.visits(someone)
    await this.page.getByRole('link', { name: 'Send a message' }).click()
    await this.answersInPrivate(text)
  }

  async answersInPrivate (text) {
    await this.types(text, 'Your message')
    await this.page.keyboard.press('Control+Enter')
    await this.hurries()
    await this.sees(text)
  }

  async opensTalkWith (someone) {
    await this.goesTo(/^Messages/)
    await this.page.getByRole('main').getByRole('link', { name: someone.name }).first().click()
  }

  async searchesFor (words) {
    await this.goesTo('Search')
    await this.page.getByRole('searchbox').fill(words)
  }

  async readsHerWords () {
    await this.goesTo('Settings')
    await this.page.getByRole('link', { name: 'Backup' }).click()
    await this.presses('Show my recovery words')
    const words = await this.page.getByRole('list', { name: 'Recovery words' }).locator('.word').allInnerTexts()
    await this.presses('I have written them down')
    for (const box of await this.page.getByLabel(/^Word \d+$/).all()) {
      const nth = Number((await box.evaluate(box => box.labels[0].textContent)).match(/\d+/)[0])
      await box.fill(words[nth - 1])
    }
    await this.presses('Check')
    await this.sees('All three are right')
    return words
  }

  async comesBackWith (words) {
    await this.page.getByRole('link', { name: 'I have been here before' }).click()
    await this.page.getByLabel('Your 24 words').fill(words.join(' '))
    await this.presses('Come back')
    await this.sees(/Your way back/)
  }

  // The nodes find each other; on a LAN this goes by itself, and by an invite on the internet.
  async isConnectedWith (someone) { await this.node.meets(someone.node) }
}

// What is left of a text when its marks have become letters.
const plain = text => text.replace(/\*\*/g, '')

// A person enters the stage of the journey that runs.
export const person = (name, options) => enters(new Person(name, options))
