// SPDX-License-Identifier: MIT
// node run.mjs MODULE [WORDS...]: a program for WASI, with the working directory as its only folder.
import fs from 'node:fs'
import { WASI } from 'node:wasi'

const [file, ...words] = process.argv.slice(2)
const wasi = new WASI({ version: 'preview1', args: [file, ...words], preopens: { '.': process.cwd() }, returnOnExit: true })
const module = new WebAssembly.Module(fs.readFileSync(file))
process.exit(wasi.start(new WebAssembly.Instance(module, wasi.getImportObject())))
