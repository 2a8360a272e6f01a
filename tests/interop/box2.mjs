// SPDX-License-Identifier: MIT
// box2 beside the JavaScript packages: node box2.mjs PROGRAM [COUNT] [--seed N]
// PROGRAM is what box2_tool.c builds to. Every vector of envelope-spec and private-group-spec, then COUNT
// random envelopes and pairs of feeds each way against envelope-js and ssb-private-group-keys, then direct
// messages each way with ssb-box2 itself. What is not compared, and why, is printed as skipped.
import assert from 'node:assert'
import { spawn } from 'node:child_process'
import crypto from 'node:crypto'
import fs from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import readline from 'node:readline'
import { newHome, root, test, skip, done } from './lab.mjs'

const modules = process.env.KITH_JS_BOX2 || path.join(root, 'build/js/box2/node_modules')
const use = createRequire(path.join(modules, 'x.js'))
const { box, unbox, DeriveSecret, CloakedMsgId } = use('envelope-js')
const { directMessageKey } = use('ssb-private-group-keys')
const { keySchemes } = use('private-group-spec')
const bfe = use('ssb-bfe')
const ssbKeys = use('ssb-keys')

const words = process.argv.slice(2)
const at = words.indexOf('--seed')
const seed = at < 0 ? 1 : Number(words.splice(at, 2)[1])
const [program, countWord] = words
const count = Number(countWord) || 500
if (!program) {
  console.error('usage: box2.mjs PROGRAM [COUNT] [--seed N]')
  process.exit(2)
}

// Randomness that comes again with the seed.
const stream = crypto.createCipheriv('aes-256-ctr', crypto.createHash('sha256').update('box2 ' + seed).digest(), Buffer.alloc(16))
const bytes = n => stream.update(Buffer.alloc(n))
const below = n => bytes(4).readUInt32LE() % n
const feedKeys = () => ssbKeys.generate('ed25519', bytes(32))

const tool = spawn(program, [], { stdio: ['pipe', 'pipe', 'inherit'] })
const waiting = []
readline.createInterface({ input: tool.stdout }).on('line', line => waiting.shift()(line))
const ask = (...parts) => new Promise(resolve => {
  waiting.push(resolve)
  tool.stdin.write(parts.join(' ') + '\n')
})

const b64 = b => b.length ? b.toString('base64') : '-'
const data = id => b64((Buffer.isBuffer(id) ? id : bfe.encode(id)).subarray(2)) // without type and format
const previousOf = id => id === null ? '-' : data(id)
const short = { [keySchemes.private_group]: 'g', [keySchemes.feed_id_dm]: 'd', [keySchemes.feed_id_self]: 's' }
const keyWord = ({ key, scheme }) => `${b64(Buffer.from(key, 'base64'))}:${short[scheme]}`
const secret = keys => b64(Buffer.from(keys.private.replace('.ed25519', ''), 'base64'))
const open = async (feed, previous, content, ...keys) => {
  const [text, readKey] = (await ask('open', data(feed), previousOf(previous), content, ...keys.map(keyWord))).split(' ')
  return text === 'error' ? { error: readKey } : { text: Buffer.from(text, 'base64').toString(), readKey }
}

const compared = new Set()
const vector = (folder, name) => {
  compared.add(`${folder}/${name}`)
  return JSON.parse(fs.readFileSync(path.join(modules, folder, 'vectors', name)))
}
const envelope = name => {
  const { input, output } = vector('envelope-spec', name)
  const raw = Object.fromEntries(Object.entries(input).map(([k, v]) => [k, typeof v === 'string' ? Buffer.from(v, 'base64') : v]))
  return { input: raw, output }
}

await test('envelope-spec: sealing', async () => {
  const { input, output } = envelope('box1.json')
  const [content] = (await ask('seal', data(input.feed_id), data(input.prev_msg_id), b64(input.msg_key), b64(input.plain_text),
    ...input.recp_keys.map(keyWord))).split(' ')
  assert.equal(content, output.ciphertext + '.box2')
  const empty = envelope('box2.json').input
  const keys = empty.recp_keys.map(({ key, key_type: scheme }) => keyWord({ key, scheme }))
  const parts = ['seal', data(empty.feed_id), data(empty.prev_msg_id)]
  assert.equal(await ask(...parts, b64(empty.msg_key), '-', ...keys), 'error arg')
  assert.equal(await ask(...parts, b64(Buffer.alloc(32)), b64(Buffer.from('x')), ...keys), 'error arg')
})

await test('envelope-spec: opening', async () => {
  const { input, output } = envelope('unbox1.json')
  const { key, scheme } = input.recipient
  const got = await open(input.feed_id, input.prev_msg_id, b64(input.ciphertext) + '.box2', { key, scheme })
  assert.equal(got.text, Buffer.from(output.plain_text, 'base64').toString())
})

await test('envelope-spec: what is derived, and slots', async () => {
  const { input, output } = envelope('derive_secret1.json')
  const derive = (key, label) => ask('derive', data(input.feed_id), data(input.prev_msg_id), key, label)
  assert.equal(await derive(b64(input.msg_key), 'read_key'), output.read_key)
  assert.equal(await derive(output.read_key, 'header_key'), output.header_key)
  assert.equal(await derive(output.read_key, 'body_key'), output.body_key)
  for (const [name, from, to] of [['slot1.json', 'msg_key', 'key_slot'], ['unslot1.json', 'key_slot', 'msg_key']]) {
    const { input, output } = envelope(name)
    const { key, scheme } = input.recipient
    const cover = Buffer.from(await ask('cover', data(input.feed_id), data(input.prev_msg_id), key, scheme), 'base64')
    assert.equal(b64(Buffer.from(input[from].map((byte, i) => byte ^ cover[i]))), output[to])
  }
})

await test('envelope-spec: a cloaked id', async () => {
  const { input, output } = envelope('cloaked_id1.json')
  const uri = await ask('group', data(input.public_msg_id), b64(input.read_key))
  assert.equal(uri, 'ssb:identity/group/' + output.cloaked_msg_id.replaceAll('+', '-').replaceAll('/', '_'))
  assert.equal(await ask('name', `%${output.cloaked_msg_id}.cloaked`), uri)
  assert.equal(await ask('name', uri), uri)
})

for (const name of ['unbox1.json', 'unbox1.classic.json', 'unbox2.json', 'unbox2.classic.json']) {
  await test('private-group-spec: ' + name, async () => {
    const { input, output } = vector('private-group-spec', name)
    for (const [i, { value }] of input.msgs.entries()) {
      const got = await open(value.author, value.previous, value.content, ...input.trial_keys)
      // The text of the other spelling is the old one's, too: its group has to be the same one.
      const content = JSON.parse(got.text)
      const want = output.msgsContent[i]
      assert.equal(await ask('name', content.recps[0]), await ask('name', want.recps[0]))
      assert.deepEqual({ ...content, recps: want.recps }, want)
    }
  })
}

await test('private-group-spec: the id of a group', async () => {
  const { input, output } = vector('private-group-spec', 'group-id1.json')
  const { key, value } = input.group_init_msg
  const { readKey } = await open(value.author, value.previous, value.content, { key: input.group_key, scheme: keySchemes.private_group })
  assert.equal(await ask('group', data(key), readKey), output.group_id)
})

await test('private-group-spec: the key of two feeds', async () => {
  const { input, output } = vector('private-group-spec', 'direct-message-key1.json')
  const [, js, bytewise] = (await ask('dm-parts', ...['my_dh_secret', 'my_dh_public', 'my_feed_id', 'your_dh_public', 'your_feed_id']
    .map(name => data(Buffer.from(input[name], 'base64'))))).split(' ')
  assert.ok([js, bytewise].includes(output.shared_key))
  assert.equal(Buffer.from(output.key_scheme, 'base64').toString(), keySchemes.feed_id_dm)
})

await test(`${count} random pairs of feeds, from both sides`, async () => {
  let twofold = 0
  for (let i = 0; i < count; i++) {
    const a = feedKeys()
    const b = feedKeys()
    const js = b64(directMessageKey.easy(a)(b.id).key)
    const [ab, ba] = [await ask('dm', secret(a), data(b.id)), await ask('dm', secret(b), data(a.id))]
    assert.equal(ab, ba)
    const [n, first, second] = ab.split(' ')
    assert.equal(first, js)
    assert.equal(n === '1', first === second)
    if (n === '2') twofold++
  }
  console.log(`     ${twofold} of ${count} have another key by the specification`)
  assert.ok(twofold > count / 20)
})

await test(`${count} random envelopes each way`, async () => {
  const schemes = [keySchemes.feed_id_dm, keySchemes.feed_id_self]
  for (let i = 0; i < count; i++) {
    const author = feedKeys().id
    const previous = below(4) ? `%${b64(bytes(32))}.sha256` : null
    const recps = Array.from({ length: 1 + below(16) }, (_, n) => ({
      key: bytes(32), scheme: n === 0 && below(2) ? keySchemes.private_group : schemes[below(2)]
    }))
    const text = Buffer.from(JSON.stringify({ type: 'post', text: b64(bytes(below(below(8) ? 100 : 4000))) }))
    const [msgKey, feed, link] = [bytes(32), bfe.encode(author), bfe.encode(previous)]
    const made = box(text, feed, link, msgKey, recps)
    const [content, readKey] = (await ask('seal', data(author), previousOf(previous), b64(msgKey), b64(text), ...recps.map(keyWord))).split(' ')
    assert.equal(content, b64(made) + '.box2')
    assert.equal(readKey, b64(DeriveSecret(feed, link)(msgKey, ['read_key'])))
    for (const key of recps) {
      assert.equal((await open(author, previous, content, key)).text, text.toString())
      assert.deepEqual(unbox(Buffer.from(content.replace('.box2', ''), 'base64'), feed, link, [key], { maxAttempts: 16 }), text)
    }
    const stranger = { key: bytes(32), scheme: schemes[below(2)] }
    assert.deepEqual(await open(author, previous, content, stranger), { error: 'not_found' })
    const place = bfe.encode(`%${b64(bytes(32))}.sha256`)
    assert.equal(await ask('group', data(place), readKey), 'ssb:identity/group/' +
      new CloakedMsgId(place, Buffer.from(readKey, 'base64')).toString().replaceAll('+', '-').replaceAll('/', '_'))
  }
})

// The plugin that ssb-db2 encrypts with, with a keyring of its own for each feed.
async function plugin (keys) {
  const format = use('ssb-box2/format')()
  await new Promise((resolve, reject) => format.setup({ path: newHome('box2'), keys }, err => err ? reject(err) : resolve()))
  return format
}

await test('direct messages each way with ssb-box2', async () => {
  let twofold = 0
  for (let i = 0; i < 6; i++) twofold += await letters(feedKeys(), 8)
  console.log(`     ${twofold} of 48 have another key by the specification`)
  assert.ok(twofold > 0)
})

async function letters (js, count) {
  const format = await plugin(js)
  let twofold = 0
  for (let i = 0; i < count; i++) {
    const kith = feedKeys()
    const previous = i % 4 ? `%${b64(bytes(32))}.sha256` : null
    const text = JSON.stringify({ type: 'post', text: `letter ${i} ☃`, recps: [kith.id, js.id] })
    const [n, first, second] = (await ask('dm', secret(kith), data(js.id))).split(' ')
    const keys = [first, second].map(key => ({ key, scheme: keySchemes.feed_id_dm }))
    if (n === '2') twofold++

    const self = { key: bytes(32), scheme: keySchemes.feed_id_self }
    const [content] = (await ask('seal', data(kith.id), previousOf(previous), b64(bytes(32)), b64(Buffer.from(text)),
      keyWord(self), keyWord(keys[0]))).split(' ')
    const opened = format.decrypt(Buffer.from(content.replace('.box2', ''), 'base64'), { author: kith.id, previous })
    assert.equal(opened?.toString(), text)

    const theirs = format.encrypt(Buffer.from(text), { recps: [js.id, kith.id], keys: js, previous })
    assert.equal((await open(js.id, previous, b64(theirs) + '.box2', ...keys)).text, text)
  }
  await new Promise(resolve => format.teardown(resolve))
  return twofold
}

await test('a group each way with ssb-box2', async () => {
  const js = feedKeys()
  const kith = feedKeys()
  const format = await plugin(js)
  const key = bytes(32)
  const id = await ask('group', b64(bytes(32)), b64(bytes(32)))
  const group = { key, scheme: keySchemes.private_group }
  await format.addGroupInfo(id, { key })
  const text = JSON.stringify({ type: 'post', text: 'to the group', recps: [id] })
  const theirs = format.encrypt(Buffer.from(text), { recps: [id], keys: js, previous: null })
  assert.equal((await open(js.id, null, b64(theirs) + '.box2', group)).text, text)
  const [content] = (await ask('seal', data(kith.id), '-', b64(bytes(32)), b64(Buffer.from(text)), keyWord(group))).split(' ')
  assert.equal(format.decrypt(Buffer.from(content.replace('.box2', ''), 'base64'), { author: kith.id, previous: null })?.toString(), text)
  await new Promise(resolve => format.teardown(resolve))
})

// The written list (docs/protocol/box2.md) is complete: a new vector has to be compared or listed there.
await test('every vector is compared or listed', () => {
  const listed = ['private-group-spec/po-box-key1.json']
  skip(listed[0], 'kith has no P.O. boxes')
  for (const folder of ['envelope-spec', 'private-group-spec']) {
    for (const name of fs.readdirSync(path.join(modules, folder, 'vectors'))) {
      if (name.endsWith('.json')) assert.ok(compared.has(`${folder}/${name}`) || listed.includes(`${folder}/${name}`), name)
    }
  }
})

tool.stdin.end()
await done()
