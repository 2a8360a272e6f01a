// SPDX-License-Identifier: MIT
// npm's ssb-validation-dataset (126 cases) through validate_filter: the verdict and, of what is
// valid, the id must be those of the set.
//   node validation_dataset.mjs PROGRAM [--data FILE]
// PROGRAM is what validate_filter.c builds to. The set is found in the node_modules that KITH_JS
// names, or that ./run installed; in FILE if it is not there.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { modules } from './lab.mjs'

// Where kith differs on purpose, by case number from 0 and reason; docs/protocol/message.md.
const differs = new Map()

const words = process.argv.slice(2)
const at = words.indexOf('--data')
const fallback = at < 0 ? undefined : words.splice(at, 2)[1]
const program = words[0]
const packaged = path.join(modules.db2, 'ssb-validation-dataset/data.json')
const file = fs.existsSync(packaged) ? packaged : fallback
if (!program || !file) {
  console.error('usage: [KITH_JS=node_modules] validation_dataset.mjs PROGRAM [--data FILE]')
  process.exit(2)
}

const cases = JSON.parse(fs.readFileSync(file, 'utf8'))
const input = cases.map(({ state, hmacKey, message }) => [
  hmacKey === null ? '-' : String(hmacKey),
  state === null ? 0 : state.sequence,
  state === null ? '-' : state.id,
  JSON.stringify(message)
].join('\t') + '\n').join('')
const { stdout, status, error: trouble } = spawnSync(program, { input, encoding: 'utf8' })
if (trouble) throw trouble
const verdicts = stdout.split('\n').slice(0, -1)

let failed = 0
if (status !== 0 || verdicts.length !== cases.length || cases.length < 126) {
  console.error(`${cases.length} cases, ${verdicts.length} verdicts, exit ${status}`)
  failed++
}
cases.forEach(({ valid, id, error }, i) => {
  const verdict = verdicts[i] || 'none'
  const agrees = valid ? verdict === `ok ${id}` : verdict.startsWith('no ')
  if (agrees !== differs.has(i)) return
  failed++
  console.error(`case ${i}: the set says ${valid ? `ok ${id}` : error}, kith says ${verdict}`)
})
console.log(`${cases.length - failed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
