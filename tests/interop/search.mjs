// SPDX-License-Identifier: MIT
// Finding things as an app and as a person at the command line do: words, phrases, tags, people by the
// beginning of a name, and whatever is pasted.
import assert from 'node:assert'
import path from 'node:path'
import { createRequire } from 'node:module'
import { Kith, test, done, modules, newHome, until } from './lab.mjs'
import { fails, keys, newId, nobody, noBlob, nothing, said, tried } from './cli_lab.mjs'

const use = createRequire(path.join(modules.db2, 'index.js'))
const pull = use('pull-stream')
const ssbKeys = use('ssb-keys')

const kith = await new Kith().init('--name', 'Anna Grün')
const own = ssbKeys.loadSync(path.join(kith.home, 'secret'))
const tulip = await said(kith, 'post', '--public', 'The first tulip at the café #spring')
const beans = await said(kith, 'post', '--public', 'we planted beans; first a tulip')
const secret = await said(kith, 'message', 'me', 'the tulip is hidden')
const warned = await said(kith, 'post', '--public', '--warning', 'spoilers', '日本語のカフェ')

await test('kith search without a daemon', async () => {
  assert.deepEqual(await keys(kith, 'search', 'tulip'), [secret, beans, tulip])
  assert.deepEqual(await keys(kith, 'search', 'TULIP', 'cafe'), [tulip])
  assert.deepEqual(await keys(kith, 'search', '"first tulip"'), [tulip])
  assert.deepEqual(await keys(kith, 'search', 'tul', '--limit', '1'), [secret])
  assert.deepEqual(await keys(kith, 'search', '#spring'), [tulip])
  assert.deepEqual(await keys(kith, 'search', '本語'), [warned])
  assert.deepEqual(await keys(kith, 'search', 'SPOILER'), [warned])
  assert.deepEqual(await keys(kith, 'search', 'tulip', '--by', nobody), [])
  assert.deepEqual(await keys(kith, 'search', 'tulip', '--by', 'me'), [secret, beans, tulip])
  assert.match((await kith.run('search', 'beans')), /we planted beans/)
  const none = await tried(kith, 'search', 'nonsense')
  assert.deepEqual([none.code, none.out], [0, ''])
})
await test('what is pasted at the command line', async () => {
  assert.deepEqual(await keys(kith, 'search', tulip), [tulip])
  assert.deepEqual(await keys(kith, 'search', `ssb:message/sha256/${tulip.slice(1, 45).replaceAll('+', '-').replaceAll('/', '_')}`), [tulip])
  assert.equal((await kith.json('search', kith.id))[0].name, 'Anna Grün')
  assert.deepEqual(await keys(kith, 'search', nothing), [])
})
await test('what makes no sense', async () => {
  await fails(kith, 2, 'usage', 'search')
  await fails(kith, 1, 'arg', 'search', 'x'.repeat(1025))
})

await kith.serve()
const sbot = await new Promise((resolve, reject) => use('ssb-client')(own,
  { remote: `unix:${path.join(kith.home, 'socket')}~noauth`, caps: use('ssb-caps'), path: newHome('client') },
  (err, sbot) => err ? reject(err) : resolve(sbot)))
const call = (fn, ...args) => new Promise((resolve, reject) => fn(...args, (err, value) => err ? reject(err) : resolve(value)))
const search = options => new Promise((resolve, reject) => pull(sbot.search(options), pull.collect((err, all) => err ? reject(err) : resolve(all))))
const found = async options => (await search(typeof options === 'string' ? { text: options } : options)).map(line => line.key)

await test('searchable asks for the index and says when it is there', async () => {
  const ready = await until('the index', async () => {
    const count = await call(sbot.searchable)
    return count.ready && count
  })
  assert.deepEqual(ready, { posts: 4, people: 1, ready: true })
})
await test('search answers summaries, newest first, page by page', async () => {
  const all = await search({ text: 'tulip' })
  assert.deepEqual(all.map(line => line.key), [secret, beans, tulip])
  assert.equal(all[0].value.content.text, 'the tulip is hidden')
  assert.equal(all[1].author.name, 'Anna Grün')
  const first = await search({ text: 'tulip', limit: 2 })
  assert.deepEqual(first.map(line => line.key), [secret, beans])
  const before = Math.min(first[1].value.timestamp, first[1].timestamp)
  assert.deepEqual(await found({ text: 'tulip', before }), [tulip])
  assert.deepEqual(await found({ text: 'tulip', by: nobody }), [])
  assert.deepEqual(await found({ text: '' }), [])
  assert.deepEqual(await found({}), [])
  assert.deepEqual(await found(`  ${tulip}\n`), [tulip])
  await assert.rejects(search({ text: 'x', by: 'nobody' }))
  await assert.rejects(search({ text: 'a '.repeat(17) }), { message: /16 parts/ })
})
await test('what is said, edited, taken back and forgotten meanwhile', async () => {
  const pear = await said(kith, 'post', '--public', 'a pear tree')
  assert.deepEqual(await found('pear'), [pear])
  await kith.run('edit', pear, 'a quince tree')
  assert.deepEqual([await found('pear'), await found('tree quinc')], [[], [pear]])
  await kith.run('retract', pear)
  assert.deepEqual(await found('quince'), [])
  await kith.run('forget', beans)
  assert.deepEqual(await found('beans'), [])
  assert.deepEqual(await found(beans), [])
})
await test('many messages arrive while the index is followed', async () => {
  const ids = []
  for (let i = 0; i < 600; i++) ids.unshift((await call(sbot.publish, { type: 'post', text: `number ${i} of many` })).key)
  assert.deepEqual(await found('"of many"'), ids)
  assert.deepEqual(await found('"number 599"'), ids.slice(0, 1))
})
await test('people by the beginning of a word of a name', async () => {
  const ben = newId()
  await call(sbot.publish, { type: 'about', about: ben, name: 'Ben Größer' })
  const find = async (...args) => (await call(sbot.people.find, ...args)).map(p => p.id)
  for (const name of ['Ben Größer', 'ben', 'GROSS', 'grösser be', '@ben']) assert.deepEqual(await find(name), [ben], name)
  assert.deepEqual(await find('gr'), [kith.id, ben])
  assert.deepEqual([await find('en'), await find('')], [[], []])
  assert.deepEqual([await find('ben', { exact: true }), await find('ben größer', { exact: true })], [[], [ben]])
  assert.equal((await tried(kith, 'follow', 'Ben')).code, 1, 'a command takes whole names only')
})
await test('resolve', async () => {
  const url = text => text.replaceAll('+', '-').replaceAll('/', '_')
  const of = text => call(sbot.resolve, text)
  const held = { kind: 'message', id: tulip, held: true }
  for (const text of [tulip, ` ${tulip} `, url(tulip), `ssb:message/classic/${url(tulip.slice(1, 45))}`, `ssb://message/sha256/${url(tulip.slice(1, 45))}`,
    `https://kith.example/#/${tulip}`, `https://kith.example/#/${encodeURIComponent(tulip)}`, `https://kith.example/a#/thread/${encodeURIComponent(tulip)}`,
    `http://127.0.0.1:8484/#/thread/${url(tulip)}`, encodeURIComponent(tulip)]) assert.deepEqual(await of(text), held, text)
  assert.deepEqual(await of(nothing), { kind: 'message', id: nothing, held: false })
  assert.deepEqual(await of(beans), { kind: 'message', id: beans, held: false })
  assert.deepEqual(await of(kith.id), { kind: 'feed', id: kith.id, held: true })
  assert.deepEqual(await of(url(nobody)), { kind: 'feed', id: nobody, held: false })
  assert.deepEqual(await of(noBlob), { kind: 'blob', id: noBlob, held: false })
  assert.deepEqual(await of(kith.address), { kind: 'address', id: kith.id, held: true, address: kith.address })
  const invite = `192.0.2.7:8008:${nobody}~${Buffer.alloc(32, 7).toString('base64')}`
  assert.deepEqual(await of(invite), { kind: 'invite', id: nobody, held: false, address: invite })
  assert.deepEqual(await of(`https://kith.example/#/${invite}`), { kind: 'invite', id: nobody, held: false, address: invite })
  for (const text of ['', 'tulip', 'https://kith.example/', tulip.slice(0, 40), '%', '#', 'ssb:', 'x'.repeat(3000), `see ${tulip} there`]) {
    assert.equal(await of(text), null, text)
  }
})
await test('strangers are told nothing', async () => {
  const stranger = await new Promise((resolve, reject) => use('ssb-client')(ssbKeys.generate(),
    { remote: kith.address, caps: use('ssb-caps'), path: newHome('stranger'), manifest: { search: 'source', resolve: 'async' } },
    (err, sbot) => err ? reject(err) : resolve(sbot)))
  await assert.rejects(new Promise((resolve, reject) => pull(stranger.search({ text: 'tulip' }), pull.collect((err, all) => err ? reject(err) : resolve(all)))))
  await assert.rejects(call(stranger.resolve, tulip))
  stranger.close()
})
sbot.close()
await kith.stop()
await done()
