// SPDX-License-Identifier: MIT
// Photos, which lose what the camera knows about the place, and a film larger than any blob may be.
import fs from 'node:fs'
import { check, done, journey, same } from './journey.mjs'
import { PLACE, film, photo } from './media.mjs'
import { friends } from './node.mjs'
import { person } from './people.mjs'
import { until } from '../interop/lab.mjs'

await journey('A photo and a film', async ({ given, when, then, and }) => {
  const anna = person('Anna')
  const ben = person('Ben')
  let kitchen, garden
  await given('Anna and Ben are friends', async () => {
    for (const one of [anna, ben]) await one.arrives({ named: true })
    await friends(anna.node, ben.node)
  })
  await and('Anna has a photo in which her telephone wrote where it was taken, and a film of 30 MB', async () => {
    kitchen = await photo('kitchen.jpg')
    garden = await film('garden.webm', 30e6)
    check(fs.readFileSync(kitchen).includes(PLACE), 'the photo does not know its place')
  })
  await when('Anna adds the photo and says what it shows', async () => {
    await anna.opensTheirWall()
    await anna.adds(kitchen)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at sunset')
  })
  await then('the page says that place and camera are removed', () => anna.sees('place and camera data removed'))
  await when('she sends it', async () => { await anna.types('My new kitchen'); await anna.sendsNow('Post'); await anna.seesPost('My new kitchen') })
  await then('Ben sees the photo, with its description', async () => {
    await ben.goesHome()
    await ben.seesPost('My new kitchen')
    await ben.seesPicture('My new kitchen', 'A kitchen at sunset')
    await ben.enlarges('A kitchen at sunset')
  })
  await and('the bytes that Ben has know nothing of the place, and are at most 2048 wide', async () => {
    const [bytes] = await filesOf(ben, 'My new kitchen')
    for (const word of [PLACE, 'Exif', '47.3769']) check(!bytes.includes(word), `the photo still says ${word}`)
    const { width, height } = await ben.page.evaluate(async data => {
      const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(data), c => c.charCodeAt(0))]))
      return { width: bitmap.width, height: bitmap.height }
    }, bytes.toString('base64'))
    check(Math.max(width, height) <= 2048 && Math.max(width, height) >= 1000, `it is ${width} × ${height}`)
    check(Math.abs(width / height - 1.5) < 0.01, `its shape is ${width} × ${height}`)
  })

  await when('Anna adds the film', async () => { await anna.types('The garden moves'); await anna.adds(garden); await anna.page.getByText('garden.webm').first().waitFor() })
  await and('sends it', async () => { await anna.sendsWhenReady(); await anna.seesPost('The garden moves') })
  await then('Ben plays it in its place', async () => {
    await ben.seesPost('The garden moves')
    await ben.plays('The garden moves', 'garden.webm')
  })
  await and('what Ben has is the film, byte for byte, in parts below 5 MiB', async () => {
    const [list] = await filesOf(ben, 'The garden moves')
    const { type, parts, size } = JSON.parse(list)
    same([type, size, parts.length > 5], ['kith-file', 30e6, true])
    const bytes = []
    for (const part of parts) {
      check(part.size < 5 * 1024 * 1024, `a part has ${part.size} bytes`)
      await until('a part', () => ben.node.ask('blobs.has', part.link))
      bytes.push(await ben.node.blob(part.link))
    }
    check(Buffer.concat(bytes).equals(fs.readFileSync(garden)), 'other bytes')
  })
})

// The bytes of what a post mentions, from a person's own node.
async function filesOf (one, text) {
  const posts = await one.node.list('feed', { limit: 50 })
  const post = posts.find(message => message.value.content.text?.includes(text))
  const files = []
  for (const { link } of post.value.content.mentions.filter(m => m.link?.startsWith('&'))) {
    await until('the file', () => one.node.ask('blobs.has', link))
    files.push(await one.node.blob(link))
  }
  return files
}

await done()
