// SPDX-License-Identifier: MIT
// A person in a journey: a node, a browser context, and what people do, in the page's own words. Everything
// on the page is found as a person finds it, by its role and its name.
import { same } from './journey.mjs'
import { enters } from './journey.mjs'
import { LIMIT, launch, watchedContext } from './browser.mjs'
import { Node } from './node.mjs'
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
    await this.page.goto(await this.node.address())
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
    const post = this.post(text)
    await post.getByRole('link', { name: 'Comment' }).or(post.getByRole('button', { name: 'Comment' })).first().click()
    await this.page.getByLabel('Your comment').waitFor()
  }

  // ---- posts ----

  post (text) { return this.page.getByRole('article').filter({ hasText: words(text) }).first() }
  posts (text) { return this.page.getByRole('article').filter({ hasText: words(text) }) }
  async sees (text, limit = LIMIT) { await this.page.getByText(words(text)).first().waitFor({ timeout: limit }) }
  async seesPost (text, limit = LIMIT) { await this.post(text).waitFor({ timeout: limit }) }
  async seesNo (text, limit = LIMIT) { await this.page.getByText(words(text)).filter({ visible: true }).first().waitFor({ state: 'hidden', timeout: limit }) }
  async seesNoPost (text, limit = LIMIT) { await until(`“${text}” to go`, async () => await this.posts(text).count() === 0, limit) }

  // A box is found by what it is called; the post waits its ten seconds unless somebody presses Now.
  async types (text, box = 'Your post') { await this.page.getByLabel(box).first().fill(text) }
  async sendsNow (button) {
    await this.presses(button)
    await this.presses('Now')
  }

  async writes (text) {
    await this.types(text)
    await this.sendsNow('Post')
    await this.seesPost(text)
  }

  async comments (text) {
    await this.types(text, 'Your comment')
    await this.sendsNow('Comment')
    await this.seesPost(text)
  }

  // The menu of a post: "More about this post".
  async chooses (item, text) {
    await this.button('More about this post', this.post(text)).first().click()
    await this.page.getByRole('menuitem', { name: item }).or(this.button(item)).filter({ visible: true }).first().click()
  }

  get dialog () { return this.page.getByRole('dialog').filter({ visible: true }).last() }

  async likes (text) { await this.presses('Like', this.post(text)) }
  async reacts (text, name) {
    await this.presses('React', this.post(text))
    await this.button(name).filter({ visible: true }).first().click()
  }

  async shares (text, saying = '') {
    await this.presses('Share', this.post(text))
    if (saying) await this.dialog.getByRole('textbox').fill(saying)
    await this.presses('Share', this.dialog)
    await this.sees('Shared on your wall')
  }

  async changes (text, to) {
    await this.chooses('Edit', text)
    await this.dialog.getByRole('textbox').fill(to)
    await this.presses('Save', this.dialog)
    await this.seesPost(to)
  }

  async takesBack (text) {
    await this.chooses('Take back', text)
    await this.presses('Take back', this.dialog)
  }

  async takesDown (text) { await this.chooses('Take down from my wall', text) }

  // ---- people ----

  async asksToBeFriends (someone) {
    await this.goesTo('Friends')
    await this.page.getByLabel('Name or id').fill(someone.id)
    await this.button(/^Ask (this id )?to be friends/).first().click()
  }

  async accepts (someone) {
    await this.goesTo('Friends')
    const request = this.page.getByRole('listitem').filter({ hasText: someone.name })
    await this.presses('Accept', request)
  }

  // The nodes find each other; on a LAN this goes by itself, and by an invite on the internet.
  async isConnectedWith (someone) { await this.node.meets(someone.node) }
}

// A person enters the stage of the journey that runs.
export const person = (name, options) => enters(new Person(name, options))
