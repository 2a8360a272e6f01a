// SPDX-License-Identifier: MIT
// ./run demo, watched by npm's ssb-client on the visitor's node: the past that is there at first sight,
// the life that goes on, and the neighbours' answers.
import assert from 'node:assert'
import fs from 'node:fs'
import path from 'node:path'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { test, done, modules, newHome, kithProgram, until } from './lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const ssbClient = use('ssb-client')
const ssbKeys = use('ssb-keys')
const pull = use('pull-stream')
const caps = use('ssb-caps')
const program = path.join(path.dirname(kithProgram), 'kith_demo')
const DAY = 24 * 3600e3

const call = (fn, ...args) => new Promise((resolve, reject) => fn(...args, (err, value) => err ? reject(err) : resolve(value)))

function startDemo (args, env = {}) {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } })
  let err = ''
  child.started = new Promise((resolve, reject) => {
    child.stderr.on('data', d => {
      err += d
      if (err.includes('on their way')) resolve()
    })
    child.ended = new Promise(end => child.on('close', code => { reject(new Error('ended: ' + err)); end({ code, err }) }))
  })
  child.started.catch(() => {})
  return child
}

// Everything that the visitor's node holds and gets; until(what, condition) waits for the message that fits.
function watch (sbot) {
  const all = []
  const waiting = new Set()
  pull(sbot.createLogStream({ live: true, private: true, sync: false }), pull.drain(m => {
    if (!m.value) return
    all.push(m)
    for (const w of waiting) if (w.fits(m)) { waiting.delete(w); w.resolve(m) }
  }, () => {}))
  return {
    all,
    of: (type, who) => all.filter(m => m.value.content.type === type && (!who || m.value.author === who)),
    until: (what, fits) => new Promise((resolve, reject) => {
      const found = all.find(fits)
      if (found) return resolve(found)
      waiting.add({ fits, resolve })
      setTimeout(() => reject(new Error('waited in vain for ' + what)), 40e3).unref()
    })
  }
}

const home = newHome('demo')
const demo = startDemo(['--home', home, '--pace', 'fast', '--seed', '5', '--no-browser', '--name', 'Vera', '--', '--hops', '2'])
await demo.started
const keys = ssbKeys.loadSync(path.join(home, 'secret'))
const sbot = await new Promise((resolve, reject) => ssbClient(keys, { remote: `unix:${path.join(home, 'socket')}~noauth`, caps, path: newHome('client') },
  (err, s) => err ? reject(err) : resolve(s)))
const log = watch(sbot)
const typed = new Set()
pull(sbot.presence({}), pull.drain(p => { if (p.typing) typed.add(p.typing.at) }, () => {}))
const me = keys.id
const names = new Map()
const text = m => m.value.content.text

await test('the past is there: days of it, in order, with pictures, a warning, a long post and deep threads', async () => {
  await log.until('the invitation', m => /Courtyard dinner/.test(text(m)))
  await log.until('the stranger’s post', m => m.value.content.contentWarning)
  const long = await log.until('the long post', m => text(m)?.length > 1200)
  assert.match(text(long), /^## .*\n/)
  await until('nine names', () => {
    for (const m of log.of('about')) if (m.value.content.name) names.set(m.value.content.name, m.value.author)
    return names.size === 9
  })
  assert.equal(names.get('Vera'), me)
  await until('the feeds', () => log.of('post').length > 40)
  const now = Date.now()
  const last = new Map()
  for (const { value } of [...log.all].sort((a, b) => a.value.sequence - b.value.sequence)) {
    assert(value.timestamp > (last.get(value.author) ?? 0), 'timestamps of a feed grow')
    assert(value.timestamp <= now + 1000)
    last.set(value.author, value.timestamp)
  }
  assert(now - Math.min(...log.of('post').map(m => m.value.timestamp)) > 4 * DAY)
  assert(log.of('post').some(m => { // a reply to a reply to a reply
    const branch = x => log.all.find(y => y.key === [x?.value.content.branch].flat()[0])
    return branch(branch(branch(m)))
  }))
})
await test('portraits and photos arrive, and are PNG', async () => {
  const blobs = new Set(log.all.flatMap(m => [m.value.content.image, ...(m.value.content.mentions ?? []).map(x => x.link)]).filter(x => x?.[0] === '&'))
  assert(blobs.size >= 12)
  for (const id of blobs) {
    assert.equal(await call(sbot.blobs.want, id), true)
    const bytes = Buffer.concat(await new Promise((resolve, reject) => pull(sbot.blobs.get(id), pull.collect((err, all) => err ? reject(err) : resolve(all)))))
    assert.equal(bytes.subarray(1, 4).toString(), 'PNG')
  }
})
await test('people are here', async () => {
  await until('seven links', async () => (await call(sbot.conn.peers)).filter(p => p.state === 'connected').length >= 7)
})
await test('a letter comes, and a friend request', async () => {
  await log.until('a letter', m => m.value.content.recps && m.value.author !== me)
  await log.until('Pip’s request', m => m.value.author === names.get('Pip') && m.value.content.contact === me)
})
await test('who is accepted says thank you on the wall', async () => {
  await call(sbot.publish, { type: 'contact', contact: names.get('Pip'), following: true })
  await log.until('thanks', m => m.value.author === names.get('Pip') && m.value.content.wall === me)
})
await test('a question is answered and liked', async () => {
  const { key } = await call(sbot.publish, { type: 'post', text: 'Does anybody know who plays the piano?' })
  const answer = await log.until('an answer', m => m.value.content.root === key)
  assert(typed.has(key), 'they were seen to type')
  await log.until('a reaction', m => m.value.content.vote?.link === key)
  const { key: mine } = await call(sbot.publish, { type: 'post', text: 'Really, you think so.', root: key, branch: answer.key })
  const next = await log.until('the talk to go on', m => [m.value.content.branch].flat().includes(mine))
  assert.equal(next.value.content.root, key)
})
await test('German is answered in German', async () => {
  const { key } = await call(sbot.publish, { type: 'post', text: 'Ich bin neu hier und freue mich auf das Klavier.' })
  const answer = await log.until('an answer', m => m.value.content.root === key)
  await log.until('Jannik’s', m => m.value.content.root === key && m.value.author === names.get('Jannik'))
  assert(answer)
})
await test('a letter is answered, in private', async () => {
  const edda = names.get('Edda')
  const { key } = await call(sbot.private.publish, { type: 'post', text: 'Yes, I hear it too.', recps: [me, edda] }, [me, edda])
  const answer = await log.until('the answer', m => m.value.content.root === key)
  assert.equal(answer.value.author, edda)
  assert(typed.has([me, edda].sort().join()), 'she was seen to type')
  assert.deepEqual([...answer.value.content.recps].sort(), [me, edda].sort())
})
await test('a post on a neighbour’s wall is noticed', async () => {
  const { key } = await call(sbot.publish, { type: 'post', text: 'Such bread.', wall: names.get('Mira') })
  const answer = await log.until('the answer', m => m.value.content.root === key)
  assert.equal(answer.value.author, names.get('Mira'))
})
await test('the story goes on to its end', async () => {
  await log.until('the last key', m => /88 von 88/.test(text(m)))
})
await test('Ctrl-C ends it cleanly, and the named home stays', async () => {
  demo.kill('SIGINT')
  const { code, err } = await demo.ended
  assert.equal(code, 0, err)
  assert(fs.existsSync(path.join(home, 'secret')))
  assert(!fs.existsSync(path.join(home, 'socket')))
})
await test('a home that is lived in is refused, and words that make no sense', async () => {
  const again = await startDemo(['--home', home]).ended
  assert.equal(again.code, 1)
  assert.match(again.err, /lives there/)
  assert.equal((await startDemo(['--pace', 'lightning']).ended).code, 2)
})
await test('a temporary home is deleted, and nothing else', async () => {
  const tmp = newHome('tmp')
  fs.writeFileSync(path.join(tmp, 'mine'), 'mine')
  const second = startDemo(['--no-browser'], { TMPDIR: tmp })
  await second.started
  assert.equal(fs.readdirSync(tmp).length, 2)
  second.kill('SIGTERM')
  const { code, err } = await second.ended
  assert.equal(code, 0, err)
  assert.deepEqual(fs.readdirSync(tmp), ['mine'])
})
sbot.close()
await done()
