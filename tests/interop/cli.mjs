// SPDX-License-Identifier: MIT
// kith as a person and a script meet it: every command with and without the daemon, exit codes, JSON.
import assert from 'node:assert'
import fs from 'node:fs'
import path from 'node:path'
import { spawn, spawnSync } from 'node:child_process'
import { Kith, test, skip, done, until, newHome, kithProgram } from './lab.mjs'
import { MESSAGE, BLOB, newId, nobody, nothing, noBlob, tried, fails, lines, said, keys, texts, files, picture } from './cli_lab.mjs'

// ---- before there is anybody ----

await test('without an identity every command says so: 10', async () => {
  const empty = new Kith()
  for (const args of [['id'], ['feed'], ['post', 'x'], ['serve', '--no-lan'], ['status'], ['follow', nobody], ['export']]) {
    await fails(empty, 10, 'no_identity', ...args)
  }
  assert.deepEqual(fs.readdirSync(empty.home), [], 'and makes nothing')
})
await test('words that make no sense: 2', async () => {
  const empty = new Kith()
  for (const args of [['nosuch'], ['wal'], ['post'], ['get'], ['feed', '--limit', 'x'], ['feed', '--limit', '-1'], ['feed', '--bogus'],
    ['feed', 'word'], ['help', 'nosuch'], ['init', 'word'], ['blob'], ['blob', 'eat', 'x'], ['invite'], ['completion', 'tcsh'], ['get', '--id', 'x']]) {
    await fails(empty, 2, 'usage', ...args)
  }
  assert.match((await tried(empty, 'wal')).err, /did you mean .wall/)
  assert.match((await tried(empty, 'post')).err, /usage: kith post .*\nfor example: /)
})
await test('help, version, man and completion need nobody', async () => {
  const empty = new Kith()
  const overview = await empty.run('help')
  const names = [...overview.matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(m => m[1])
  assert(names.length > 35)
  for (const name of names) {
    assert((await empty.run('help', name)).startsWith(`kith ${name}`))
    assert.equal(await empty.run(name, '--help'), await empty.run('help', name))
  }
  assert.match(await empty.run('version'), /^kith \d+\.\d+\.\d+\n$/)
  assert.equal((await empty.json('version'))[0].version, (await empty.run('version')).trim().slice(5))
  const man = await empty.run('man')
  for (const name of names) assert(man.includes(`.SS kith ${name} `) || man.includes(`.SS kith ${name}\n`), name)
  const groff = spawnSync('groff', ['-man', '-Tutf8', '-ww'], { input: man, encoding: 'utf8' })
  if (groff.error) skip('man page', 'groff is not installed')
  else assert.equal(groff.stderr + groff.status, '0')
})
for (const shell of ['bash', 'zsh', 'fish']) {
  const script = await new Kith().run('completion', shell)
  const file = path.join(newHome('completion'), 'kith')
  fs.writeFileSync(file, script)
  const found = spawnSync(shell, ['-n', file], { encoding: 'utf8' })
  if (found.error) skip(`completion for ${shell}`, 'the shell is not installed')
  else await test(`${shell} takes its completion`, () => assert.equal(found.stderr + found.status, '0'))
}
await test('bash completes commands and options', async () => {
  const script = path.join(newHome('completion'), 'kith')
  fs.writeFileSync(script, await new Kith().run('completion', 'bash'))
  const complete = (...words) => spawnSync('bash', ['-c', '. "$1"; shift; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _kith; echo "${COMPREPLY[@]}"', 'x', script, ...words], { encoding: 'utf8' }).stdout.trim()
  assert.equal(complete('kith', 'pos'), 'post')
  assert.equal(complete('kith', 'post', '--wa'), '--wall --warning')
})

// ---- one person, every command, without and with the daemon ----

const anna = new Kith()
await test('init makes a key that only the owner can read, once', async () => {
  await anna.init('--name', 'Anna')
  const secret = path.join(anna.home, 'secret')
  assert.equal(fs.statSync(secret).mode & 0o777, 0o400)
  const before = fs.readFileSync(secret)
  await fails(anna, 1, 'exists', 'init')
  assert.deepEqual(fs.readFileSync(secret), before)
  assert.deepEqual(Object.keys((await anna.json('id'))[0]), ['id', 'home'])
  assert.equal((await anna.json('profile'))[0].name, 'Anna')
})

const used = new Set(['init', 'id', 'help', 'version', 'man', 'completion', 'serve', 'stop'])
const run = (...args) => { used.add(args[0]); return anna.run(...args) }
const json = (...args) => { used.add(args[0]); return anna.json(...args) }
const tell = async (...args) => (await run(...args)).match(MESSAGE)[0]

async function everyCommand (how) {
  const say = (name, fn) => test(`${how}: ${name}`, fn)
  let post
  await say('backup: words, a file, a look at it', async () => {
    const file = path.join(newHome('backup'), 'anna.age')
    const word = path.join(path.dirname(file), 'passphrase')
    fs.writeFileSync(word, 'a passphrase of some length\n')
    assert.equal((await run('backup', 'words')).trim().split(' ').length, 24)
    await run('backup', 'create', '--passphrase-file', word, file)
    const [seen] = await json('backup', 'verify', '--passphrase-file', word, file)
    assert.equal(seen.id, anna.id)
    assert.equal(seen.messages, (await json('status'))[0].sequence)
    await fails(anna, 2, 'usage', 'backup')
    await fails(anna, 2, 'usage', 'backup', 'eat', file)
  })
  await say('post says Public before it signs, prints the id', async () => {
    const { code, out } = await tried(anna, 'post', '--public', 'plain', how, '#garden')
    assert.equal(code, 0)
    assert.match(out, new RegExp(`^${MESSAGE.source}\n$`))
    post = out.trim()
    const line = spawnSync(kithProgram, ['post', '--public', 'loud', '--home', anna.home], { encoding: 'utf8' })
    assert.match(line.stderr, /Public/)
    const quiet = spawnSync(kithProgram, ['post', '--public', 'quiet', '--quiet', '--home', anna.home], { encoding: 'utf8' })
    assert.equal(quiet.stderr, '')
    const [object] = await json('post', '--public', 'as JSON')
    assert.equal(object.value.content.text, 'as JSON')
    assert.match(object.key, MESSAGE)
  })
  await say('post from standard input, with a warning and files', async () => {
    const id = (await anna.input('two\nlines\n', 'post', '--public', '--warning', 'spoiler', '--file', picture, '--file', picture, '-')).trim()
    const [{ value: { content } }] = await json('get', id)
    assert.equal(content.text.startsWith('two\nlines'), true)
    assert.equal(content.contentWarning, 'spoiler')
    const blob = content.mentions.find(m => BLOB.test(m.link))
    assert.deepEqual([blob.name, blob.type, blob.size], ['tulip.png', 'image/png', fs.statSync(picture).size])
    const copy = path.join(newHome('copy'), 'file')
    await run('blob', 'get', blob.link, '--output', copy)
    assert.deepEqual(fs.readFileSync(copy), fs.readFileSync(picture))
  })
  await say('words that begin with dashes follow --', async () => {
    const { stdout } = spawnSync(kithProgram, ['--home', anna.home, 'post', '--public', '--', '--not an option'], { encoding: 'utf8' })
    const id = stdout.trim()
    assert.equal((await json('get', id))[0].value.content.text, '--not an option')
  })
  await say('post refuses: no text, too long, no such file, a directory', async () => {
    const before = (await json('status'))[0].sequence
    await fails(anna, 2, 'usage', 'post', '--public', '')
    await fails(anna, 1, 'too_long', 'post', '--public', 'x'.repeat(9000))
    await fails(anna, 1, 'io', 'post', '--public', '--file', '/no/such/file', 'x')
    await fails(anna, 1, 'io', 'post', '--public', '--file', '/', 'x')
    await fails(anna, 2, 'usage', 'post', '--public', '--file')
    const large = path.join(newHome('large'), 'file')
    fs.writeFileSync(large, Buffer.alloc(5 << 20))
    await fails(anna, 1, 'too_long', 'post', '--public', '--file', large, 'x')
    assert.equal((await json('status'))[0].sequence, before)
  })
  await say('reply, like, share, edit, retract, thread', async () => {
    const reply = await tell('reply', post, 'an answer')
    await tell('reply', reply, 'an answer to the answer')
    assert.deepEqual((await texts(anna, 'thread', post)).slice(1), ['an answer', 'an answer to the answer'])
    await tell('like', post, '❤')
    await tell('share', post, 'look')
    let line = (await json('wall')).find(l => l.key === post)
    assert.deepEqual([line.votes.up, line.replies, line.shares], [1, 2, 1])
    await tell('like', '--undo', post)
    await tell('edit', post, 'edited', how)
    line = (await json('feed')).find(l => l.key === post)
    assert.deepEqual([line.votes.up, line.edited.text], [0, 'edited ' + how])
    assert.match(await run('feed'), new RegExp(`edited ${how} \\(edited\\)`))
    await tell('retract', reply)
    assert.match(await run('thread', post), /taken back by its author/)
    for (const verb of [['reply', nothing, 'x'], ['like', nothing], ['share', nothing], ['edit', nothing, 'x'], ['retract', nothing], ['accept', nothing], ['remove', nothing], ['thread', nothing], ['get', nothing], ['forget', nothing]]) {
      await fails(anna, 1, 'not_found', ...verb)
      used.add(verb[0])
    }
    for (const verb of ['reply', 'like', 'share', 'edit', 'retract', 'accept', 'remove', 'thread', 'get']) {
      await fails(anna, 2, 'usage', verb, '%bad', ...(verb === 'reply' || verb === 'edit' ? ['x'] : []))
    }
  })
  await say('feed, wall, inbox, notices, query: one object a line', async () => {
    for (const args of [['feed'], ['wall'], ['wall', 'me'], ['wall', anna.id], ['inbox'], ['notices'], ['feed', '--hops', '1'], ['feed', '--tag', '#garden'], ['query', '{"type":"post"}']]) {
      const out = lines(await run(...args, '--json'))
      for (const line of out) {
        const object = JSON.parse(line)
        assert(MESSAGE.test(object.key) && object.value.author && object.value.content, line)
      }
      if (!['inbox', 'notices'].includes(args[0])) assert(out.length, args.join(' '))
    }
    assert.equal((await json('feed', '--limit', '2')).length, 2)
    const all = await json('feed', '--limit', '0')
    assert(all.length > 4)
    const times = all.map(line => line.value.timestamp)
    assert.deepEqual(times, [...times].sort((a, b) => b - a), 'newest first')
    const older = await keys(anna, 'feed', '--before', String(times[1]))
    assert(!older.includes(all[0].key) && !older.includes(all[1].key) && older.includes(all.at(-1).key))
    await fails(anna, 2, 'usage', 'query', 'words')
    await fails(anna, 2, 'usage', 'query', '[]')
  })
  await say('profile changes what it is told and nothing else', async () => {
    await run('profile', '--description', 'gardener\n' + how, '--image', picture)
    const [me] = await json('profile')
    assert.deepEqual([me.id, me.name, me.description], [anna.id, 'Anna', 'gardener\n' + how])
    assert.match(me.image, BLOB)
    assert.equal((await json('blob', 'has', me.image).then(() => run('blob', 'has', me.image))).trim(), 'true')
    assert.match(await run('profile', 'me'), /Anna\n.*\n {2}you/)
  })
  await say('follow, unfollow, block, unblock, mute, unmute, friends', async () => {
    await run('follow', nobody)
    assert.deepEqual((await json('friends', '--follows')).map(p => p.id), [nobody])
    await run('mute', nobody)
    assert.equal((await json('profile', nobody))[0].muted, true)
    await run('unmute', nobody)
    await run('refuse', nobody)
    await run('refuse', '--undo', nobody)
    assert(!(await json('profile', nobody))[0].muted)
    await run('unfollow', nobody)
    await run('block', nobody)
    assert.deepEqual((await json('friends', '--blocks')).map(p => p.id), [nobody])
    await run('unblock', nobody)
    for (const list of ['', '--follows', '--followers', '--blocks', '--requests']) {
      assert.deepEqual(await json('friends', ...(list ? [list] : [])), [], list)
    }
    await fails(anna, 2, 'usage', 'follow', 'me')
    await fails(anna, 1, 'not_found', 'follow', 'Nobody At All')
    await fails(anna, 2, 'usage', 'follow', nothing)
  })
  await say('message and inbox', async () => {
    const id = await tell('message', nobody, 'only for you', how)
    const [line] = await json('inbox', '--limit', '1')
    assert.deepEqual([line.key, line.value.content.text], [id, 'only for you ' + how])
    assert(!(await keys(anna, 'feed', '--limit', '0')).includes(id))
    assert(!(await keys(anna, 'wall', '--limit', '0')).includes(id))
    await fails(anna, 2, 'usage', 'message', Array.from({ length: 8 }, newId).join(','), 'x')
    // Whatever is said about it stays with its readers.
    for (const about of [['reply', id, 'secret answer'], ['like', id], ['edit', id, 'secret edit'], ['retract', id]]) {
      const key = await tell(...about)
      const exported = lines(await run('export', '--mine')).map(JSON.parse).find(m => m.key === key)
      assert.match(exported.value.content, /\.box$/, about[0])
    }
    await fails(anna, 1, 'denied', 'share', id)
  })
  await say('blob add, get, has, want', async () => {
    const id = (await run('blob', 'add', picture)).trim()
    const [object] = await json('blob', 'add', picture)
    assert.deepEqual([object.id, object.size], [id, fs.statSync(picture).size])
    assert.equal((await run('blob', 'has', id)).trim(), 'true')
    assert.equal((await run('blob', 'has', noBlob)).trim(), 'false')
    assert.equal((await run('blob', 'want', id)).trim(), 'true')
    const sealed = (await run('blob', 'add', '--sealed', picture)).trim()
    assert.match(sealed, /\?unbox=/)
    const copy = path.join(newHome('copy'), 'file')
    await run('blob', 'get', sealed, '--output', copy)
    assert.deepEqual(fs.readFileSync(copy), fs.readFileSync(picture))
    await fails(anna, 1, 'not_found', 'blob', 'get', noBlob)
    await fails(anna, 2, 'usage', 'blob', 'get', 'x')
    await run('forget', id)
    assert.equal((await run('blob', 'has', id)).trim(), 'false')
  })
  await say('connect, peers, disconnect', async () => {
    const address = `net:127.0.0.1:1~shs:${nobody.slice(1, 45)}`
    await run('connect', address)
    assert((await json('peers')).some(p => p.address === address && p.id === nobody))
    await run('connect', '--forget', address)
    assert.deepEqual(await json('peers'), [])
    await fails(anna, 1, 'arg', 'connect', 'nowhere')
    await fails(anna, 1, 'not_found', 'disconnect', nobody)
    used.add('disconnect')
  })
  await say('invite refuses what is no invite', async () => {
    const { code, out } = await tried(anna, 'invite', 'use', 'nonsense', '--json')
    assert.equal(code, 1)
    assert(JSON.parse(out).error.message)
    used.add('invite')
  })
  await say('status and rebuild', async () => {
    const [before] = await json('status')
    assert.equal(before.id, anna.id)
    const wall = await run('wall', '--json', '--limit', '0')
    await run('rebuild')
    assert.equal(await run('wall', '--json', '--limit', '0'), wall)
    const [after] = await json('status')
    assert.deepEqual([after.messages, after.sequence, after.publish], [before.messages, before.sequence, 'ok'])
  })
  await say('export, verify, import end with one object', async () => {
    const file = path.join(newHome('export'), 'all.jsonl')
    await run('export', '--mine', file)
    const { sequence } = (await json('status'))[0]
    assert.equal(lines(fs.readFileSync(file, 'utf8')).length, sequence)
    const [verdict] = await json('verify', file)
    const { seconds, ...counts } = verdict
    assert.deepEqual(counts, { messages: sequence, valid: sequence, invalid: 0, stored: 0 })
    assert.equal(typeof seconds, 'number')
    assert.deepEqual({ ...(await json('import', file))[0], seconds: 0 }, { messages: sequence, valid: sequence, invalid: 0, stored: 0, seconds: 0 })
    await fails(anna, 1, 'io', 'export', file)
    await fails(anna, 1, 'io', 'verify', '/no/such/file')
    await fails(anna, 1, 'io', 'import', '/no/such/file')
    const bad = file + '.bad'
    fs.writeFileSync(bad, fs.readFileSync(file, 'utf8') + '{"no":"message"}\nwords\n')
    for (const verb of ['verify', 'import']) {
      const { code, out } = await tried(anna, verb, bad)
      assert.equal(code, 3)
      assert.equal(JSON.parse(lines(out).at(-1)).invalid, 2)
      const worst = await new Kith().init().then(k => k.input('words\n', verb, '-').then(() => 0, err => err.code))
      assert.equal(worst, 1)
    }
  })
  await say('control characters of others do not reach the terminal', async () => {
    await run('post', '--public', 'red \x1b[31m bell \x07 \u202e backwards')
    // eslint-disable-next-line no-control-regex
    assert.doesNotMatch(await run('feed'), /[\x00-\x09\x0b-\x1f\x7f\u202e]/)
  })
}
await everyCommand('alone')
await test('stop without a daemon: 4', () => fails(anna, 4, 'no_daemon', 'stop'))
await anna.serve()
await everyCommand('with the daemon')
await test('feed --follow shows what arrives', async () => {
  const out = newHome('follow') + '/out'
  const child = spawn(kithProgram, ['feed', '--follow', '--home', anna.home], { stdio: ['ignore', fs.openSync(out, 'w'), 'ignore'] })
  const ended = new Promise(resolve => child.on('close', resolve))
  await until('the old part', () => fs.readFileSync(out, 'utf8').length > 0)
  const id = await said(anna, 'post', '--public', 'live')
  await until('the new post', () => fs.readFileSync(out, 'utf8').includes(id))
  child.kill('SIGINT')
  await ended
})
await test('a second daemon on the same home: 11', () => fails(anna, 11, 'locked', 'serve', '--listen', '127.0.0.1:0', '--no-lan'))
await test('a home held by a process that does not answer: 11', async () => {
  const socket = path.join(anna.home, 'socket')
  fs.renameSync(socket, socket + '.away')
  await fails(anna, 11, 'locked', 'feed')
  fs.renameSync(socket + '.away', socket)
})
await test('a port that is taken: 1', async () => {
  await fails(await new Kith().init(), 1, 'net', 'serve', '--listen', `127.0.0.1:${anna.port}`, '--no-lan')
  await fails(await new Kith().init(), 2, 'usage', 'serve', '--listen', 'x:y', '--no-lan')
})
await test('the page is named, and words are found', async () => {
  assert.match((await run('ui', '--print')).trim(), /^http:\/\/127\.0\.0\.1:\d+\/#token=[0-9a-f]{64}$/)
  await said(anna, 'post', '--public', 'a word that nobody else says: Pusteblume')
  assert.deepEqual((await json('search', 'pusteblumE')).map(line => line.value.content.text), ['a word that nobody else says: Pusteblume'])
})
await test('circle and group: made, named, written to, shown', async () => {
  const [family] = await json('circle', 'create', 'Family')
  assert.deepEqual([family.kind, family.name, family.role, family.canWrite, family.members.length], ['circle', 'Family', 'owner', true, 1])
  assert.match(family.id, /^ssb:identity\/group\//)
  const id = await said(anna, 'post', '--to', 'Family', 'dinner at six')
  const line = (await json('wall')).find(l => l.key === id)
  assert.deepEqual([line.audience.kind, line.audience.name, line.audience.group], ['circle', 'Family', family.id])
  assert(!(await run('export', '--mine')).includes('dinner'), 'an export has what was signed')
  await run('circle', 'about', 'Family', '--name', 'Folks', '--description', 'all of us')
  assert.match(await run('circle', 'show', 'Folks'), /Folks {2}circle, owner/)
  const [group] = await json('circle', 'create', '--group', '--open', 'Choir')
  assert.deepEqual([group.kind, group.open, group.role], ['group', true, 'founder'])
  assert.match(await run('circle', 'list'), /Choir {2}group, founder/)
  await fails(anna, 1, 'not_found', 'post', '--to', 'Nobody at all', 'x')
  await fails(anna, 1, 'not_found', 'circle', 'show', 'Nowhere')
  await fails(anna, 2, 'usage', 'circle', 'dance')
  await fails(anna, 2, 'usage', 'post', '--public', '--to', 'Choir', 'x')
  await fails(anna, 2, 'usage', 'circle', 'history', 'Folks', 'some')
})
await test('roads that store and forward: kept, shown, taken back; the outbox says how far it got', async () => {
  await run('road', 'add', nobody, 'dir:/media/stick')
  assert.equal(await run('road'), `${nobody}  dir:/media/stick\n`)
  assert((await run('outbox')).startsWith(`${nobody}  `))
  await run('outbox', 'again', nobody)
  await run('outbox', 'drop', nobody)
  assert((await run('outbox')).startsWith(`${nobody}  given up`))
  await run('outbox', 'again', nobody)
  await fails(anna, 1, 'not_found', 'outbox', 'drop', anna.id)
  await run('road', 'remove', nobody, 'dir:/media/stick')
  assert.deepEqual(await json('road'), [{ own: [], people: [] }])
  await fails(anna, 1, 'arg', 'road', 'add', nobody, 'nonsense')
  await fails(anna, 2, 'usage', 'road', 'dance')
})
await test('every command was tried', async () => {
  const all = [...(await anna.run('help')).matchAll(/^ {2}([a-z]+) {2,}\S/gm)].map(m => m[1])
  assert.deepEqual(all.filter(name => !used.has(name)), [])
})

const terminal = command => spawnSync('script', ['-qec', `stty cols 40 && ${command}`, '/dev/null'], { encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } })
if (terminal('true').error) skip('on a terminal', 'script is not installed')
else {
  await test('on a terminal lines break between words, in a pipe nowhere', async () => {
    const text = 'tulips and daffodils '.repeat(6).trim()
    const id = await said(anna, 'post', '--public', text)
    const shown = terminal(`'${kithProgram}' thread ${id} --home '${anna.home}'`).stdout.split(/\r?\n/)
    const words = shown.filter(line => /tulips|daffodils|and/.test(line))
    assert(words.length > 2 && words.every(line => line.length <= 40 && /^ {2}(tulips|and|daffodils)\b/.test(line)), words.join('|'))
    assert((await anna.run('thread', id)).includes(`  ${text}\n`))
  })
}
await anna.stop()
await done()
