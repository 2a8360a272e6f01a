// SPDX-License-Identifier: MIT
// node shs1.mjs PROGRAM NODE_MODULES: npm's black box for the secret handshake, in both roles. PROGRAM
// is what shs1.c builds to. The suite ends with the number of failures.
import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'

const [program, modules] = process.argv.slice(2)
let passed = 0
let failed = 0
for (const role of ['server', 'client']) {
  const suite = path.join(modules, 'shs1-test', `test-${role}.js`)
  // Its tests are listed as Array(TIMES).fill(TEST).
  const count = [...fs.readFileSync(suite, 'utf8').matchAll(/Array\((\d+)\)\.fill\(test/g)].reduce((n, m) => n + Number(m[1]), 0)
  for (const seed of ['one', 'two', 'three']) {
    const { status, stdout, stderr } = spawnSync(process.execPath, [suite, program, seed], { encoding: 'utf8', timeout: 120e3 })
    const bad = status === null || count === 0 ? Math.max(count, 1) : status
    if (bad) console.log(stdout, stderr)
    console.log(`${role}, seed ${seed}: ${count} tests, ${bad} failures`)
    failed += bad
    passed += count - bad
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed ? 1 : 0)
