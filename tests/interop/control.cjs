// SPDX-License-Identifier: MIT
// The part that both peer programs share: one JSON object a line on stdin, {"re": n, "do": name,
// "with": {…}}, is answered by one line on stdout, {"re": n, "ok": …} or {"re": n, "error": text}. The
// first line out is {"ready": true, "id": …, "address": …}. stderr is the peer's own log.
'use strict'
const crypto = require('crypto')
const fs = require('fs')
const path = require('path')
const readline = require('readline')
const { createRequire } = require('module')

// ssb-config's rc reads the command line: take what is ours and clear it.
const [familyModules, options] = [process.argv[2], JSON.parse(process.argv[3])]
process.argv.splice(2)
const use = createRequire(path.join(familyModules, 'index.js'))

// Packages write to console.log, which is our answer line.
const write = process.stdout.write.bind(process.stdout)
console.log = console.info = console.error

// home, and one seed for the key: the same words give the same person.
function identity () {
  const ssbKeys = use('ssb-keys')
  fs.mkdirSync(options.home, { recursive: true })
  const file = path.join(options.home, 'secret')
  if (options.seed && !fs.existsSync(file)) {
    const seed = crypto.createHash('sha256').update(options.seed).digest()
    const keys = ssbKeys.generate('ed25519', seed)
    fs.writeFileSync(file, JSON.stringify(keys, null, 2), { mode: 0o400 })
  }
  return ssbKeys.loadOrCreateSync(file)
}

function settings (more) {
  const caps = use('ssb-caps')
  return {
    path: options.home,
    keys: identity(),
    caps: { shs: caps.shs },
    host: '127.0.0.1',
    port: options.port || 0,
    allowPrivate: true,
    connections: {
      incoming: { net: [{ scope: ['device', 'local', 'public', 'private'], transform: 'shs', host: '127.0.0.1', port: options.port }] },
      outgoing: { net: [{ transform: 'shs' }] }
    },
    // The defaults of the apps; without them muxrpc hangs up after 5 s of silence.
    timers: { connection: 0, handshake: 5e3, inactivity: 600e3 },
    friends: { hops: options.hops || 2 },
    ...more
  }
}

// cb-style call as a promise.
const call = (fn, ...args) => new Promise((resolve, reject) =>
  fn(...args, (err, value) => err ? reject(err === true ? new Error('ended') : err) : resolve(value)))

const pull = use('pull-stream')
const collect = source => new Promise((resolve, reject) =>
  pull(source, pull.collect((err, all) => err ? reject(err) : resolve(all))))

// The same bytes for the same words, as large as asked for.
function bytes (size, word) {
  const out = []
  for (let i = 0, n = 0; n < size; i++, n += 32) out.push(crypto.createHash('sha256').update(word + i).digest())
  return Buffer.concat(out).subarray(0, size)
}

const sleep = ms => new Promise(resolve => setTimeout(resolve, ms))

// Waits for look() to give a truthy value, at most `limit` milliseconds.
async function until (what, look, limit = 60e3) {
  const end = Date.now() + limit
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > end) throw new Error('waited in vain for ' + what)
    await sleep(15)
  }
}

// Blobs are one package in two versions with one interface.
const blobCommands = ssb => ({
  blobAdd: ({ size, word }) => new Promise((resolve, reject) =>
    pull(pull.once(bytes(size, word)), ssb.blobs.add((err, id) => err ? reject(err) : resolve(id)))),
  blobPush: ({ id }) => call(ssb.blobs.push, id),
  blobGet: async ({ id, limit = 60e3 }) => {
    let timer
    const late = new Promise((resolve, reject) => { timer = setTimeout(() => reject(new Error('blob did not come')), limit) })
    const has = await Promise.race([call(ssb.blobs.want, id), late]).finally(() => clearTimeout(timer))
    if (!has) throw new Error('blob is not wanted')
    const data = Buffer.concat(await collect(ssb.blobs.get(id)))
    return { size: data.length, id: '&' + crypto.createHash('sha256').update(data).digest('base64') + '.sha256' }
  },
  blobHas: ({ id }) => call(ssb.blobs.has, id)
})

function serve (ssb, address, commands) {
  const stop = () => new Promise(resolve => ssb.close(true, resolve))
  const say = line => write(JSON.stringify(line) + '\n')
  readline.createInterface({ input: process.stdin }).on('line', async text => {
    const { re, do: name, with: args } = JSON.parse(text)
    try {
      if (name === 'stop') {
        await Promise.race([stop(), sleep(2000)])
        say({ re, ok: true })
        return process.exit(0)
      }
      if (!commands[name]) throw new Error('no such command: ' + name)
      say({ re, ok: (await commands[name](args || {})) ?? null })
    } catch (err) {
      say({ re, error: String((err && err.message) || err), stack: err && err.stack })
    }
  }).on('close', () => process.exit(0)) // whoever started us is gone
  say({ ready: true, id: ssb.id, address })
}

module.exports = { use, options, settings, call, pull, collect, bytes, until, blobCommands, serve }
