// SPDX-License-Identifier: MIT
// What the scripts about the command line share: commands that may fail, and how they have to.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { newHome } from './lab.mjs'

export const MESSAGE = /%[A-Za-z0-9+/]{43}=\.sha256/
export const BLOB = /&[A-Za-z0-9+/]{43}=\.sha256/
export const newId = () => '@' + crypto.generateKeyPairSync('ed25519').publicKey.export({ type: 'spki', format: 'der' }).subarray(12).toString('base64') + '.ed25519'
export const nobody = newId()
export const noKey = '@' + Buffer.alloc(32, 2).toString('base64') + '.ed25519'
export const nothing = '%' + Buffer.alloc(32, 9).toString('base64') + '.sha256'
export const noBlob = '&' + Buffer.alloc(32, 9).toString('base64') + '.sha256'

// What came of a command, whatever it was.
export async function tried (kith, ...args) {
  try {
    return { code: 0, out: await kith.run(...args), err: '' }
  } catch (err) {
    if (err.code === undefined) throw err
    return { code: err.code, out: err.out, err: err.err }
  }
}
export async function fails (kith, code, name, ...args) {
  const plain = await tried(kith, ...args)
  assert.equal(plain.code, code, `${args.join(' ')}: exit ${plain.code}, not ${code}: ${plain.err}`)
  assert.equal(plain.out, '', 'an error is no answer')
  assert.match(plain.err, /kith: /)
  const { code: again, out } = await tried(kith, ...args, '--json')
  assert.equal(again, code)
  const { error } = JSON.parse(out)
  assert.equal(error.code, name, JSON.stringify(error))
  assert(error.message.length > 5 && !error.message.endsWith('.'))
}
export const lines = out => out.split('\n').filter(Boolean)
export const said = async (kith, ...args) => (await kith.run(...args)).match(MESSAGE)[0]
export const keys = async (kith, ...args) => (await kith.json(...args)).map(line => line.key)
export const texts = async (kith, ...args) => (await kith.json(...args)).map(line => line.value.content.text)
export const files = dir => fs.readdirSync(dir, { recursive: true, withFileTypes: true })
  .filter(entry => entry.isFile()).map(entry => path.join(entry.parentPath, entry.name))
export const holds = (dir, bytes) => files(dir).find(name => fs.readFileSync(name).includes(bytes))
export const picture = path.join(newHome('pictures'), 'tulip.png')
fs.writeFileSync(picture, Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), crypto.randomBytes(5000)]))
