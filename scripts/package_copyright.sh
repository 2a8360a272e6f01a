#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# package_copyright.sh: prints under which licences what we ship stands: our own, and those of what the build
# takes into kith.wasm and the page. A part whose licence is not found stops the packing.
set -eu
. "$(dirname "$0")/setup.sh"
need_node
section() { printf '\n%s\n%s\n\n' "$1" "$(printf '%*s' "${#1}" '' | tr ' ' -)"; }

section kith
cat "$ROOT/LICENSE"
section 'xxHash, in the programs and in kith.wasm'
sed -n '/^License: BSD-2-clause/,/^License: GPL/{/^License: GPL/!p}' /usr/share/doc/libxxhash-dev/copyright | grep . ||
    die "the licence of xxHash is not where it was"
section 'libsodium, in kith.wasm'
cat "$BUILD"/wasm/source/libsodium-*/LICENSE
section 'zlib, in kith.wasm'
cat "$BUILD"/wasm/source/zlib-*/LICENSE
section 'wasi-libc, in kith.wasm'
cat /usr/share/doc/wasi-libc/copyright
section 'compiler-rt, in kith.wasm'
cat /usr/share/doc/libclang-rt-14-dev-wasm32/copyright
cd "$ROOT/apps/web"
"$NODE" --input-type=module - <<'JS'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')).packages
for (const [folder, { dev, optional, link, license, version }] of Object.entries(lock).sort()) {
  if (!folder.startsWith('node_modules/') || dev || optional || link) continue
  const name = `${folder.replace(/.*node_modules\//, '')} ${version}, in the page`
  console.log(`\n${name}\n${'-'.repeat(name.length)}\n`)
  if (!license || !existsSync(folder)) throw new Error(`${name}: no licence is named`)
  const texts = readdirSync(folder).filter(file => /^licen[cs]e/i.test(file)).sort()
  if (texts.length === 0) console.log(`Licence: ${license}`)
  for (const file of texts) console.log(readFileSync(`${folder}/${file}`, 'utf8').trimEnd())
}
JS
