// SPDX-License-Identifier: MIT
// What is judged of whatever a page shows just now: no fault that axe finds, nothing to scroll sideways; and
// a picture of it.
import fs from 'node:fs'
import { axeSource, picture } from './browser.mjs'
import { check } from './journey.mjs'

const axe = fs.readFileSync(axeSource, 'utf8')

// axe is put in through the debugger, which the page's content security policy does not govern.
async function faultsOf (page) {
  const tool = await page.context().newCDPSession(page)
  const run = await tool.send('Runtime.evaluate', { expression: axe + '; 0' })
  if (run.exceptionDetails) throw new Error('axe does not start: ' + run.exceptionDetails.text)
  await tool.detach()
  const look = async () => {
    const { violations } = await page.evaluate(() => window.axe.run(document, {
      runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
      resultTypes: ['violations']
    }))
    return violations.flatMap(fault => fault.nodes.map(node => ({ rule: fault.id, at: node.target.join(' '), why: node.failureSummary.split('\n').slice(1, 3).join(' ').trim() })))
  }
  let faults = await look()
  // What lies half under the bar at the bottom is small only until one scrolls.
  if (faults.some(({ rule }) => rule === 'target-size')) {
    await page.evaluate(() => scrollBy({ top: 130, behavior: 'instant' }))
    const still = new Set((await look()).map(({ rule, at }) => rule + at))
    faults = faults.filter(({ rule, at }) => rule !== 'target-size' || still.has(rule + at))
  }
  return faults.map(({ rule, at, why }) => `${rule}: ${at}: ${why}`)
}

const sideways = page => page.evaluate(() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return []
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 140))
})

// Looks at what is there now, and keeps a picture of it.
export async function inspect (page, name) {
  await picture(page, name)
  const faults = [...await faultsOf(page), ...(await sideways(page)).map(e => 'wider than the page: ' + e)]
  check(!faults.length, `${faults.length} faults\n${faults.slice(0, 12).join('\n')}`)
}
