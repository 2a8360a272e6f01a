// SPDX-License-Identifier: MIT
// LAN discovery beside npm's ssb-lan, each in a network namespace of its own, joined by one cable.
// Making namespaces needs root; elsewhere this is a named skip.
import { spawn, execFileSync } from 'node:child_process'
import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'
import { Kith, kithProgram, until, test, skip, done } from './lab.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const modules = process.env.KITH_JS || path.join(here, '../../build/js/db2/node_modules')
const spaces = [`kith-a-${process.pid}`, `kith-b-${process.pid}`]
const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })

function up () {
  for (const space of spaces) ip('netns', 'add', space)
  ip('link', 'add', 'cable', 'netns', spaces[0], 'type', 'veth', 'peer', 'name', 'cable', 'netns', spaces[1])
  spaces.forEach((space, i) => {
    ip('-n', space, 'addr', 'add', `10.77.0.${i + 1}/24`, 'brd', '+', 'dev', 'cable')
    ip('-n', space, 'link', 'set', 'lo', 'up')
    ip('-n', space, 'link', 'set', 'cable', 'up')
    ip('-n', space, 'route', 'add', 'default', 'via', `10.77.0.${2 - i}`)
  })
}

function down () {
  for (const space of spaces) try { ip('netns', 'del', space) } catch {}
}

try {
  up()
} catch (err) {
  down()
  skip('LAN discovery beside ssb-lan', 'no network namespaces here: ' + String(err.stderr || err.message).trim().split('\n')[0])
  await done()
}

// A program in a namespace whose lines on standard output are gathered.
function inside (space, program, ...args) {
  const child = spawn('ip', ['netns', 'exec', spaces[space], program, ...args], { stdio: ['pipe', 'pipe', 'inherit'] })
  const lines = []
  readline.createInterface({ input: child.stdout }).on('line', line => lines.push(line))
  return { child, lines, ended: new Promise(resolve => child.on('exit', resolve)) }
}

const kith = await new Kith().init()
const home = fs.mkdtempSync(path.join(os.tmpdir(), 'kith-lan-'))
const daemon = inside(0, kithProgram, 'serve', '--listen', '0.0.0.0:0', '--home', kith.home)
const peer = inside(1, process.execPath, path.join(here, 'peer-lan.cjs'), modules, home, '10.77.0.2', '8100')
const said = () => peer.lines.map(line => JSON.parse(line))
try {
  await until('both to be there', () => daemon.lines.length && said().some(line => line.ready), 60e3)
  const peerId = said().find(line => line.ready).id
  const key = kith.id.slice(1, -'.ed25519'.length)

  await test('ssb-lan hears kith, on the old port', () =>
    until('the plain packet', () => said().some(line => line.found?.includes(key) && line.verified === false), 60e3))
  await test('ssb-lan hears kith, on the new port, and the signature holds', () =>
    until('the sealed packet', () => said().some(line => line.found?.includes(key) && line.verified === true), 60e3))
  await test('kith does not dial whom it does not follow', async () => {
    const found = (await kith.json('peers')).filter(line => line.id === peerId)
    if (found.some(line => line.state === 'connected')) throw new Error(JSON.stringify(found))
  })
  await test('kith hears ssb-lan, and dials it once it follows it', async () => {
    await kith.run('follow', peerId)
    await until('the peer to be connected', () => said().some(line => line.connected === kith.id), 60e3)
  })
} finally {
  peer.child.stdin.end()
  daemon.child.kill('SIGTERM')
  await Promise.all([peer.ended, daemon.ended])
  down()
  fs.rmSync(home, { recursive: true, force: true })
}
await done()
