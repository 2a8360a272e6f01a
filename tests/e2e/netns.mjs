// SPDX-License-Identifier: MIT
// Machines in a network of their own, as namespaces of Linux: browsers that use WebRTC never run in the
// machine's own network, which their candidates would name.
import { execFileSync, spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import readline from 'node:readline'
import { fileURLToPath } from 'node:url'
import { newHome } from '../interop/lab.mjs'

const here = path.dirname(fileURLToPath(import.meta.url))
const ip = (...args) => execFileSync('ip', args, { stdio: ['ignore', 'pipe', 'pipe'] })

// Why there can be none here, or nothing.
export function whyNot () {
  if (process.getuid() !== 0) return 'network namespaces need root'
  try {
    ip('netns', 'add', `kith-try-${process.pid}`)
    ip('netns', 'del', `kith-try-${process.pid}`)
  } catch (err) {
    return `no network namespaces here: ${String(err.stderr || err.message).trim()}`
  }
}

// None is left behind, however the test ends.
const machines = new Set()
process.on('exit', () => { for (const machine of machines) machine.close() })
process.once('SIGTERM', () => process.exit(1))
let count = 0

export class Machine {
  constructor (name) {
    this.name = `kith-${name}-${process.pid}-${++count}`
    this.children = []
    ip('netns', 'add', this.name)
    machines.add(this)
    this.#hasAddressesAtOnce()
    ip('-n', this.name, 'link', 'set', 'lo', 'up')
  }

  // Else an IPv6 address comes a second or two after its wire (duplicate address detection), and Chromium takes that
  // for another network and gives up all that it is loading.
  #hasAddressesAtOnce () {
    try {
      ip('netns', 'exec', this.name, 'sh', '-c', 'for c in all default; do echo 0 >/proc/sys/net/ipv6/conf/$c/accept_dad; done')
    } catch {} // there is no IPv6
  }

  // A Chromium that lives there: a script, since Playwright starts a program.
  get chromium () {
    const file = path.join(newHome('netns'), `chromium-${this.name}`)
    fs.writeFileSync(file, `#!/bin/sh\nexec ip netns exec ${this.name} ${process.env.KITH_CHROMIUM || '/usr/bin/chromium'} "$@"\n`, { mode: 0o755 })
    return file
  }

  start (program, args, options = {}) {
    const child = spawn('ip', ['netns', 'exec', this.name, program, ...args], { stdio: ['ignore', 'pipe', 'inherit'], ...options })
    this.children.push(child)
    return child
  }

  // The page's files on this machine's own 127.0.0.1, which browsers trust as they trust https.
  async serveFiles (port = 0) {
    const child = this.start(process.execPath, [path.join(here, 'file_server.mjs'), '', String(port)])
    const origin = await new Promise((resolve, reject) => {
      readline.createInterface({ input: child.stdout }).once('line', resolve)
      child.once('exit', code => reject(new Error(`the file server ended with ${code}`)))
    })
    return { origin }
  }

  close () {
    for (const child of this.children) child.kill('SIGKILL')
    if (machines.delete(this)) ip('netns', 'del', this.name)
  }
}

// Two machines with one wire between them.
export function twoMachines () {
  const a = new Machine('a')
  const b = new Machine('b')
  ip('link', 'add', 'eth0', 'netns', a.name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', b.name)
  for (const [machine, own, other] of [[a, 1, 2], [b, 2, 1]]) {
    ip('-n', machine.name, 'addr', 'add', `10.77.0.${own}/24`, 'dev', 'eth0')
    ip('-n', machine.name, 'link', 'set', 'eth0', 'up')
    ip('-n', machine.name, 'route', 'add', 'default', 'via', `10.77.0.${other}`)
  }
  return [a, b]
}

// A machine in the middle that everybody reaches at HUB, and `names` around it, each on a network of its own.
export const HUB = '10.78.0.1'
export function around (...names) {
  const hub = new Machine('hub')
  ip('-n', hub.name, 'addr', 'add', `${HUB}/32`, 'dev', 'lo')
  execFileSync('ip', ['netns', 'exec', hub.name, 'sysctl', '-qw', 'net.ipv4.ip_forward=1'])
  const others = names.map((name, i) => {
    const machine = new Machine(name)
    const wire = `eth${i}`
    ip('link', 'add', 'eth0', 'netns', machine.name, 'type', 'veth', 'peer', 'name', wire, 'netns', hub.name)
    for (const [where, device, own] of [[machine, 'eth0', 2], [hub, wire, 1]]) {
      ip('-n', where.name, 'addr', 'add', `10.78.${i + 1}.${own}/24`, 'dev', device)
      ip('-n', where.name, 'link', 'set', device, 'up')
    }
    ip('-n', machine.name, 'route', 'add', 'default', 'via', `10.78.${i + 1}.1`)
    return machine
  })
  return [hub, ...others]
}

// The same on one wire, as machines in one house: their browsers find each other without being told their addresses.
export function together (...names) {
  const hub = new Machine('hub')
  ip('-n', hub.name, 'link', 'add', 'wire', 'type', 'bridge')
  ip('-n', hub.name, 'addr', 'add', `${HUB}/24`, 'dev', 'wire')
  ip('-n', hub.name, 'link', 'set', 'wire', 'up')
  const others = names.map((name, i) => {
    const machine = new Machine(name)
    ip('link', 'add', 'eth0', 'netns', machine.name, 'type', 'veth', 'peer', 'name', `eth${i}`, 'netns', hub.name)
    ip('-n', hub.name, 'link', 'set', `eth${i}`, 'master', 'wire', 'up')
    ip('-n', machine.name, 'addr', 'add', `${HUB.replace(/\d+$/, '')}${i + 2}/24`, 'dev', 'eth0')
    ip('-n', machine.name, 'link', 'set', 'eth0', 'up')
    ip('-n', machine.name, 'route', 'add', 'default', 'via', HUB)
    return machine
  })
  return [hub, ...others]
}

// Each on a network of its own again, with a router in front of each machine: 'cone' keeps the port whoever it speaks to, 'symmetric'
// takes another one for each; neither lets anybody in who was not spoken to first.
export function behindRouters (kinds) {
  const hub = new Machine('hub')
  const all = [hub]
  const inside = (machine, program, ...args) => execFileSync('ip', ['netns', 'exec', machine.name, program, ...args])
  const rules = kind => `
    table ip router {
      chain out { type nat hook postrouting priority srcnat; oifname "wan" masquerade${kind === 'symmetric' ? ' fully-random' : ''}; }
      chain through { type filter hook forward priority filter; policy drop; ct state established,related accept; iifname "lan" accept; }
      chain in { type filter hook input priority filter; policy accept; iifname "wan" ct state new drop; }
    }`
  ip('-n', hub.name, 'addr', 'add', `${HUB}/32`, 'dev', 'lo')
  inside(hub, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
  for (const [name, kind] of Object.entries(kinds)) {
    const i = all.length
    const router = new Machine(`${name}-router`)
    const machine = new Machine(name)
    ip('link', 'add', 'wan', 'netns', router.name, 'type', 'veth', 'peer', 'name', `eth${i}`, 'netns', hub.name)
    ip('link', 'add', 'lan', 'netns', router.name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', machine.name)
    for (const [where, device, address] of [
      [hub, `eth${i}`, `203.0.113.${i * 4 + 1}/30`], [router, 'wan', `203.0.113.${i * 4 + 2}/30`],
      [router, 'lan', `10.79.${i}.1/24`], [machine, 'eth0', `10.79.${i}.2/24`]
    ]) {
      ip('-n', where.name, 'addr', 'add', address, 'dev', device)
      ip('-n', where.name, 'link', 'set', device, 'up')
    }
    ip('-n', router.name, 'route', 'add', 'default', 'via', `203.0.113.${i * 4 + 1}`)
    ip('-n', machine.name, 'route', 'add', 'default', 'via', `10.79.${i}.1`)
    inside(router, 'sysctl', '-qw', 'net.ipv4.ip_forward=1')
    inside(router, 'nft', rules(kind))
    all.push(machine, router)
  }
  // The router of the n-th machine gets another address from its provider, once.
  const moves = n => {
    const [i, router] = [2 * n + 1, all[2 * n + 2]]
    const last = 101 + 4 * n
    ip('-n', hub.name, 'addr', 'add', `203.0.113.${last}/30`, 'dev', `eth${i}`)
    ip('-n', router.name, 'addr', 'flush', 'dev', 'wan', 'scope', 'global')
    ip('-n', router.name, 'addr', 'add', `203.0.113.${last + 1}/30`, 'dev', 'wan')
    ip('-n', router.name, 'route', 'replace', 'default', 'via', `203.0.113.${last}`)
  }
  return { hub, machines: all.filter((_, i) => i % 2), moves, close: () => { for (const machine of all) machine.close() } }
}
