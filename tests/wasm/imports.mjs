// SPDX-License-Identifier: MIT
// node imports.mjs MODULE: the module asks nothing of its host, and starts.
import fs from 'node:fs'

const module = new WebAssembly.Module(fs.readFileSync(process.argv[2]))
const imports = WebAssembly.Module.imports(module)
for (const { module, name, kind } of imports) console.log(`imports ${kind} ${module}.${name}`)
let starts = false
if (imports.length === 0) {
  new WebAssembly.Instance(module, {}).exports._initialize()
  starts = true
}
console.log(`${fs.statSync(process.argv[2]).size} bytes`)
const passed = (imports.length === 0) + starts
console.log(`${passed} passed, ${2 - passed} failed`)
process.exit(passed === 2 ? 0 : 1)
