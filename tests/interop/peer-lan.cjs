// SPDX-License-Identifier: MIT
// A JavaScript peer that does LAN discovery and nothing else: node peer-lan.cjs NODE_MODULES HOME IP PORT.
// One JSON object a line: {"ready", "id"}, {"found": address, "verified"}, {"connected": id}.
'use strict'
const path = require('path')
const { createRequire } = require('module')
const [modules, home, ip, port] = process.argv.splice(2)
const use = createRequire(path.join(modules, 'index.js'))
const pull = use('pull-stream')
const say = line => process.stdout.write(JSON.stringify(line) + '\n')
console.log = console.error

const ssb = use('secret-stack')({ caps: use('ssb-caps') })
  .use(use('ssb-lan'))
  .call(null, {
    path: home,
    keys: use('ssb-keys').loadOrCreateSync(path.join(home, 'secret')),
    caps: { shs: use('ssb-caps').shs },
    timers: { connection: 0, handshake: 5e3, inactivity: 600e3 },
    connections: {
      incoming: { net: [{ scope: ['device', 'local', 'private', 'public'], transform: 'shs', host: ip, port: +port }] },
      outgoing: { net: [{ transform: 'shs' }] }
    }
  })
ssb.keys = ssb.config.keys // a database plugin would set it
ssb.on('rpc:connect', rpc => say({ connected: rpc.id }))
pull(ssb.lan.discoveredPeers(), pull.drain(({ address, verified }) => say({ found: address, verified })))
ssb.lan.start()
say({ ready: true, id: ssb.id })
process.stdin.resume().on('end', () => process.exit(0))
