// SPDX-License-Identifier: MIT
// The numbers that the page's Worker has copied from the core's headers are still the core's.
import fs from 'node:fs'

const read = file => fs.readFileSync(new URL(`../../${file}`, import.meta.url), 'utf8')
const page = read('apps/web/src/tab/core.ts')

// An enum of C with its values counted; comments and the prefix gone.
function numbersOf (file, name, prefix) {
  const body = read(file).match(new RegExp(`enum ${name} \\{([^}]*)\\}`))[1].replace(/\/\*[\s\S]*?\*\//g, '')
  const found = {}
  let next = 0
  for (const word of body.split(',').map(word => word.trim()).filter(Boolean)) {
    const [key, value] = word.split(/\s*=\s*/)
    next = value === undefined ? next : Number(value)
    found[key.slice(prefix.length)] = next++
  }
  return found
}

const copied = name => Object.fromEntries([...page.match(new RegExp(`export const ${name} = \\{([^}]*)\\}`))[1].matchAll(/(\w+): (-?\d+)/g)].map(([, key, value]) => [key, Number(value)]))

let passed = 0
let failed = 0
for (const [name, file, type, prefix] of [
  ['EFFECT', 'core/node/node.h', 'kith_effect_kind', 'KITH_EFFECT_'],
  ['STORE', 'core/store/store.h', 'kith_store_effect_kind', 'KITH_STORE_'],
  ['ORIGIN', 'core/node/node.h', 'kith_link_origin', 'KITH_ORIGIN_'],
  ['ERR', 'core/base/err.h', 'kith_err', 'KITH_ERR_']
]) {
  const core = numbersOf(file, type, prefix)
  for (const [key, value] of Object.entries(copied(name))) {
    const wanted = core[key] ?? (key === 'OK' ? 0 : undefined)
    if (wanted === value) { passed++; continue }
    failed++
    console.log(`FAIL ${name}.${key} is ${value} in the page and ${wanted} in ${file}`)
  }
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed || !passed ? 1 : 0)
