// SPDX-License-Identifier: MIT
// Two tabs and nothing between them but a wire: no node, no broker, no server that knows of either.
import fs from 'node:fs'
import path from 'node:path'
import { done, enters, journey, same, skip } from './journey.mjs'
import { photo } from './media.mjs'
import { twoMachines, whyNot } from './netns.mjs'
import { TabPerson } from './tabs.mjs'
import { newHome, until } from '../interop/lab.mjs'
import { qr } from '../../apps/web/src/tab/qr.ts'

const reason = whyNot()
if (reason) {
  skip('two tabs without any server', reason)
  await done()
}
const picture = await photo()
const machines = twoMachines()

await journey('Two codes connect two tabs', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
  await given('Anna and Ben each open the page on a machine of their own', () => Promise.all([anna, ben].map(async (person, i) => {
    await person.arrivesAt(await machines[i].serveFiles(), { executablePath: machines[i].chromium })
    await person.saysTheirName()
  })))
  const connects = async () => {
    await Promise.all([anna.opensRoads(), ben.opensRoads()])
    const answer = await ben.answersTheCode(await anna.makesACode())
    await anna.takesTheCode(answer)
    await Promise.all([anna.sees('1 person connected'), ben.sees('1 person connected')])
  }
  await when('they give each other two codes', connects)
  await and('they ask each other to be friends', async () => { await anna.asksToBeFriends(ben); await ben.asksToBeFriends(anna) })
  await then('both see that they are, by name', () => Promise.all([anna.isFriendsWith(ben), ben.isFriendsWith(anna)]))
  await when('Anna writes on her wall, with a photo', async () => {
    await anna.opensTheirWall()
    await anna.types('From browser to browser')
    await anna.adds(picture)
    await anna.page.getByLabel('Describe this photo for people who cannot see it').fill('A kitchen at sunset')
    await anna.sendsWhenReady()
  })
  await then('Ben sees both', async () => { await ben.goesHome(); await ben.seesPost('From browser to browser'); await ben.seesPicture('From browser to browser', 'A kitchen at sunset') })
  await when('Ben closes his browser', () => ben.closesTheBrowser())
  await then('Anna sees that he has gone', async () => { await anna.opensRoads(); await anna.sees('Nobody is connected') })
  await when('she writes, and he comes back with another two codes', async () => {
    await anna.opensTheirWall()
    await anna.writes('While you were away')
    await ben.arrivesAt(ben.server, { executablePath: machines[1].chromium })
    await ben.page.getByRole('navigation', { name: 'Main' }).first().waitFor()
    await connects()
  })
  await then('he has it', async () => { await ben.goesHome(); await ben.seesPost('While you were away') })
})

// What a camera sees that is held before a screen with this code: a film of one picture, in grey (YUV4MPEG2).
function film (text, file) {
  const [width, height, scale] = [1280, 720, 5]
  const rows = qr(text)
  const light = Buffer.alloc(width * height, 200)
  const [left, top] = [width, height].map(side => Math.floor((side - rows.length * scale) / 2))
  if (top < 4 * scale) throw new Error('the code is too large for the film')
  rows.forEach((row, y) => row.forEach((dark, x) => {
    for (let i = 0; dark && i < scale; i++) light.fill(30, (top + y * scale + i) * width + left + x * scale, (top + y * scale + i) * width + left + (x + 1) * scale)
  }))
  fs.writeFileSync(file, Buffer.concat([Buffer.from(`YUV4MPEG2 W${width} H${height} F10:1 Ip A1:1 C420jpeg\nFRAME\n`), light, Buffer.alloc(width * height / 2, 128)]))
}

await journey('Two QR codes connect two tabs', async ({ given, when, then, and }) => {
  const [anna, ben] = ['Anna', 'Ben'].map(name => enters(new TabPerson(name)))
  const folder = newHome('camera')
  const [screen, camera] = ['screen.png', 'camera.y4m'].map(name => path.join(folder, name))
  await given('Anna and Ben each open the page, and Anna has a camera', async () => {
    film('nothing yet', camera)
    const flags = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream', `--use-file-for-fake-video-capture=${camera}`]
    for (const [i, person] of [anna, ben].entries()) {
      await person.arrivesAt(await machines[i].serveFiles(), { executablePath: machines[i].chromium, flags: i ? [] : flags })
      await person.saysTheirName()
      await person.opensRoads()
    }
    // Where the browser has no reader of its own: that is what is looked at here.
    same(await anna.page.evaluate(() => 'BarcodeDetector' in globalThis), false, 'this browser reads codes by itself')
  })
  await when('Anna makes a code, and Ben has a photo of her screen', async () => {
    await anna.makesACode()
    await anna.page.getByText('Show as QR code').click()
    await anna.page.getByRole('img', { name: 'QR code for a camera' }).screenshot({ path: screen })
  })
  const reads = file => ben.page.getByLabel('Read a picture of a QR code').setInputFiles(file)
  await then('a picture of something else says nothing', async () => {
    await reads(picture)
    await ben.sees('There is no QR code in this picture')
  })
  let answer
  await when('he has it read', async () => {
    await reads(screen)
    await until('the code', async () => /^kith1o/.test(await ben.page.getByLabel('Code from your friend').inputValue()))
    await ben.presses('Go on')
    answer = await ben.page.getByLabel('Your code').inputValue()
  })
  await and('Anna looks at his answer with her camera', async () => {
    film(answer, camera)
    await anna.presses('Scan a QR code')
    await until('the answer', async () => await anna.page.getByLabel('Code from your friend').inputValue() === answer)
    same(await anna.page.locator('video').count(), 0, 'the camera is still on')
    await anna.presses('Go on')
  })
  await then('they are connected', () => Promise.all([anna.sees('1 person connected'), ben.sees('1 person connected')]))
})

await done()
