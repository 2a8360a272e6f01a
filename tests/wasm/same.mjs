// SPDX-License-Identifier: MIT
// node same.mjs [SEEDS]: the core's unit tests with all vectors, and worlds of the simulator, here and in
// WebAssembly: what a program says there is, line for line, what it says here.
import { execFile } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')
const programs = path.join(root, 'build/wasm/programs')
const vectors = path.join(root, 'tests/vectors')
const native = process.env.KITH_NATIVE || path.join(root, 'build/release/bin')
const seeds = Number(process.argv[2] || 100)
let passed = 0
let failed = 0

const run = (program, words) => new Promise(resolve => execFile(program, words, { cwd: vectors, maxBuffer: 1 << 26 },
  (err, out, said) => resolve({ code: err ? err.code ?? String(err.signal) : 0, out, said })))
// A garbage collection inside one of V8's fast calls ends node 22.23.3 with SIGSEGV (WASI's fd_write allocates).
const flags = ['--no-warnings', '--no-turbo-fast-api-calls']
const inWasm = (name, words = []) => run(process.execPath, [...flags, path.join(root, 'tests/wasm/run.mjs'), path.join(programs, `${name}.wasm`), ...words])

// Both ways; the lines, if they are the same and neither has failed.
async function both (name, words) {
  const [here, there] = await Promise.all([run(path.join(native, name), words), inWasm(name, words)])
  const bad = here.code !== 0 || there.code !== 0 || here.out !== there.out || !/^[1-9]\d* passed, 0 failed$/m.test(there.out)
  if (!bad) return here.out.split('\n')
  const lines = there.out.split('\n')
  const at = here.out.split('\n').findIndex((line, i) => line !== lines[i])
  console.log(`FAIL ${name} ${words.join(' ')}: exit codes ${here.code} and ${there.code}`)
  if (at >= 0) console.log(`     here:  ${here.out.split('\n')[at]}\n     there: ${lines[at]}`)
  console.log(`     ${there.said.split('\n').slice(0, 12).join('\n     ')}`)
}

const tests = fs.readdirSync(programs).filter(file => file.endsWith('_test.wasm')).map(file => file.slice(0, -5))
let checks = 0
for (const name of tests) {
  const lines = await both(name, [])
  lines ? passed++ : failed++
  for (const line of lines ?? []) checks += Number(line.match(/^(\d+) passed, 0 failed$/)?.[1] ?? 0)
}
console.log(`${tests.length} test programs, ${checks} checks: the same`)

// A world's hash covers all that happens in it, in its order.
for (const [what, count, words] of [['', seeds, []], [' with circles', Math.ceil(seeds / 5), ['--circles']]]) {
  const lines = await both('kith_sim', [...words, '--hashes', '--seeds', `1..${count}`])
  const hashes = (lines ?? []).filter(line => /^seed \d+ hash [0-9a-f]{16}$/.test(line))
  const right = hashes.length === count && new Set(hashes.map(line => line.split(' ')[3])).size === count
  right ? passed += count : failed++
  console.log(`${hashes.length} of ${count} worlds${what}: ${right ? 'the same history' : 'not the same'}`)
}

console.log(`${passed} passed, ${failed} failed`)
process.exit(failed || !tests.length ? 1 : 0)
