// SPDX-License-Identifier: MIT
// A journey is a story in sentences: given, when, then. They are printed while it goes, so that the
// output can be read by somebody who has never seen a program; each sentence is one test. The first
// that fails ends its journey, with a picture of every open page.
import { cleanUp, sleep } from '../interop/lab.mjs'
import { closeAll, picture } from './browser.mjs'

let passed = 0
let failed = 0
let skipped = 0
const only = process.argv.slice(2).filter(word => !word.startsWith('-'))

class Failed extends Error {}
class Wrong extends Error {} // what a test found; where in the test is of no interest

export function check (truth, words) {
  if (!truth) throw new Wrong(words)
}
export function same (found, wanted, words = '') {
  const [a, b] = [found, wanted].map(value => JSON.stringify(value))
  if (a !== b) throw new Wrong(`${words ? words + ': ' : ''}found ${a}, expected ${b}`)
}

// The people of the journey that runs now; a person enters by meets() and is looked after to the end.
let cast = []
export const enters = person => { cast.push(person); return person }

export async function journey (title, story) {
  if (only.length && !only.some(word => title.toLowerCase().includes(word.toLowerCase()))) return
  console.log(`\n${title}`)
  cast = []
  const begin = Date.now()
  const say = word => async (sentence, act) => {
    const start = Date.now()
    try {
      const answer = await act()
      passed++
      console.log(`  ok   ${word.padStart(5)} ${sentence}  (${((Date.now() - start) / 1000).toFixed(1)} s)`)
      return answer
    } catch (err) {
      failed++
      console.log(`  FAIL ${word.padStart(5)} ${sentence}\n       ${String(err instanceof Wrong ? err.message : err.stack || err).replace(/\x1b\[\d+m/g, '').split('\n').slice(0, 14).join('\n       ')}`)
      await pictures(title)
      throw new Failed(sentence)
    }
  }
  const steps = { given: say('Given'), when: say('When'), then: say('Then'), and: say('and'), but: say('but') }
  try {
    await story(steps)
    await say('and')('nothing ran that should not, and no page asked anybody but its node', async () => {
      await sleep(50) // what was on its way when the last sentence was said
      const faults = cast.flatMap(person => person.watch ? person.watch.faults.map(line => `${person.name}: ${line}`) : [])
      check(!faults.length, faults.join('\n'))
    }).catch(() => {})
  } catch (err) {
    if (!(err instanceof Failed)) {
      failed++
      console.log(`  FAIL ${err.stack || err}`)
      await pictures(title)
    }
    for (const person of cast) for (const line of person.watch?.faults ?? []) console.log(`       ${person.name}: ${line}`)
  }
  for (const person of cast.reverse()) await person.leaves().catch(err => console.log(`       ${person.name}: ${err.message}`))
  console.log(`  ${((Date.now() - begin) / 1000).toFixed(1)} s`)
}

async function pictures (title) {
  for (const person of cast) {
    if (!person.page || person.page.isClosed()) continue
    const file = await picture(person.page, `failed/${title}-${person.name}`, { timeout: 5e3 }).catch(() => null)
    console.log(`       ${person.name} sees ${person.page.url().replace(/token=\w+/, 'token=…')}${file ? `, picture in ${file.slice(file.indexOf('build/'))}` : ''}`)
    if (process.env.KITH_E2E_TREE) console.log(await person.page.locator('body').ariaSnapshot().catch(() => ''))
  }
}

export function skip (what, reason) {
  skipped++
  console.log(`skipped: ${what}: ${reason}`)
}

export async function done () {
  await closeAll()
  await cleanUp()
  console.log(`${passed} passed, ${failed} failed${skipped ? `, ${skipped} skipped` : ''}`)
  process.exit(failed ? 1 : 0)
}
process.on('unhandledRejection', err => console.log('       left behind: ' + (err?.stack || err)))
