// SPDX-License-Identifier: MIT
// node page.mjs FILE: the page in Chromium on the messages of bench_generate, one JSON row a line: the
// first load, Home, scrolling through 2,000 posts, search.
import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import { performance } from 'node:perf_hooks'
import { launch, closeAll, watchedContext } from '../tests/e2e/browser.mjs'
import { Node } from '../tests/e2e/node.mjs'
import { cleanUp } from '../tests/interop/lab.mjs'

const [file] = process.argv.splice(2)
const POSTS = 2000
const WORD = 'garden'
const row = (name, values) => console.log(JSON.stringify({ row: name, ...values }))
const round = ms => Math.round(ms)

const authors = new Set()
for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
  const author = line.match(/"author":"([^"]+)"/)
  if (author) authors.add(author[1])
}
const node = await new Node('Reader').init('--name', 'Reader')
await node.run('import', file)
for (const id of authors) await node.run('follow', id)
await node.serve()
const [{ messages }] = await node.json('status')

const browser = await launch()
const { context, watch } = await watchedContext(browser, [node.origin])
context.setDefaultTimeout(120e3)
const page = await context.newPage()
const address = await node.pageAddress()

// Interactive: the newest posts stand there, and a letter that is typed appears.
async function home () {
  const begin = performance.now()
  await page.goto(address, { waitUntil: 'commit' })
  await page.getByRole('article').first().waitFor()
  const seen = performance.now() - begin
  const box = page.getByLabel('Your post').first()
  await box.click()
  await page.keyboard.type('x')
  await page.waitForFunction(() => [...document.querySelectorAll('textarea')].some(box => box.value === 'x'))
  const interactive = performance.now() - begin
  await box.fill('')
  return { seen_ms: round(seen), interactive_ms: round(interactive) }
}
row('page_home_first', { messages, ...await home() })
const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name, encodedBodySize, initiatorType }) => ({ name, encodedBodySize, initiatorType })))
const weigh = ending => loaded.filter(({ name }) => new URL(name).pathname.endsWith(ending)).reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
row('page_first_load', { js_bytes: weigh('.js'), css_bytes: weigh('.css'), requests: loaded.length + 1 })
const again = []
for (let i = 0; i < 5; i++) {
  await page.goto('about:blank')
  again.push(await home())
}
again.sort((a, b) => a.interactive_ms - b.interactive_ms)
row('page_home', { messages, ...again[2], cores: Number(execFileSync('nproc')) })

// Down through the posts, a screen every third frame or so; the longest time between two frames, and how many were late.
const scrolled = await page.evaluate(wanted => new Promise(resolve => {
  const frames = []
  const posts = document.getElementsByTagName('article') // grows by itself: looking at it costs nothing
  let last = performance.now()
  let count = 0
  let still = 0
  const begin = last
  const step = now => {
    frames.push(now - last)
    last = now
    still = posts.length === count ? still + 1 : 0
    count = posts.length
    scrollBy({ top: 300, behavior: 'instant' })
    if ((count >= wanted && scrollY + innerHeight >= document.documentElement.scrollHeight - 2000) || still > 3000) {
      frames.sort((a, b) => a - b)
      resolve({ posts: count, seconds: (now - begin) / 1000, frames: frames.length, longest_ms: frames.at(-1), p99_ms: frames[Math.floor(frames.length * 0.99)], median_ms: frames[frames.length >> 1] })
    } else requestAnimationFrame(step)
  }
  requestAnimationFrame(step)
}), POSTS)
if (scrolled.posts < POSTS) throw new Error(`only ${scrolled.posts} posts could be scrolled through`)
row('page_scroll', Object.fromEntries(Object.entries(scrolled).map(([key, value]) => [key, Math.round(value * 10) / 10])))

// Search: from the letter that ends the word to the first post that has it.
await page.goto(`${node.origin}/#/search`)
const times = []
for (let i = 0; i < 5; i++) {
  const box = page.getByRole('searchbox').first()
  await box.fill('')
  await page.getByRole('article').first().waitFor({ state: 'hidden' })
  const begin = performance.now()
  await box.fill(WORD)
  await page.keyboard.press('Enter')
  await page.getByRole('article').filter({ hasText: WORD }).first().waitFor()
  times.push(performance.now() - begin)
}
times.sort((a, b) => a - b)
row('page_search', { median_ms: round(times[2]), longest_ms: round(times[4]) })
if (watch.faults.length) console.error(watch.faults.join('\n'))

await closeAll()
await node.stop()
await cleanUp()
process.exit(0)
