// SPDX-License-Identifier: MIT
// What is written here: drafts, what is published, the ten seconds before it is signed, large files.
import assert from 'node:assert/strict'
import { beforeEach, mock, test } from 'node:test'
import { addFile, PART, parseList, readFile, readList } from '../src/media/large.ts'
import { BLOB_LIMIT, contentOf, type Draft, messageLength, postContent } from '../src/node/content.ts'
import { held } from '../src/node/guard.ts'
import { send, sendNow, UNDO_MS, undo, waiting } from '../src/node/outbox.ts'
import type { Summary } from '../src/node/types.ts'
import { type Attached, compose, EMPTY, isBlank, putBack, readDraft, writeDraft } from '../src/parts/drafts.ts'
import { asked, isReady, KithError, link, methods } from './node.ts'

const FEED = `@${'A'.repeat(43)}=.ed25519`
const ROOT = `%${'C'.repeat(43)}=.sha256`
const blob = (c: string): string => `&${c.repeat(43)}=.sha256`
const file = (c: string, kind: Attached['kind'], rest: Partial<Attached> = {}): Attached => ({
  kind,
  link: blob(c),
  name: `${c}.x`,
  type: 'x/y',
  size: 10,
  alt: '',
  ...rest,
})
const storage = localStorage as Storage & { full: boolean }

beforeEach(() => {
  storage.full = false
  storage.clear()
  waiting.value = []
  held.value = null
  isReady.value = true
  link.value = 'ready'
  asked.length = 0
  for (const name of Object.keys(methods)) delete methods[name]
})

test('a draft is kept for its place, and says when it cannot be', () => {
  const kept = { ...EMPTY, text: 'Hello', warning: 'w' }
  assert.ok(writeDraft('home', kept))
  assert.deepEqual(readDraft('home'), kept)
  assert.deepEqual(readDraft('wall:x'), EMPTY)
  assert.ok(writeDraft('home', EMPTY))
  assert.equal(storage.getItem('kith.draft.home'), null)
  storage.full = true
  assert.equal(writeDraft('home', kept), false)
})

test('a draft that somebody else wrote into the storage breaks nothing', () => {
  storage.setItem('kith.draft.home', '{"text":')
  assert.deepEqual(readDraft('home'), EMPTY)
})

test('blank is what has no words, no files and no warning', () => {
  assert.ok(isBlank(EMPTY))
  assert.ok(isBlank({ ...EMPTY, text: ' \n', warning: '' }))
  assert.ok(!isBlank({ ...EMPTY, files: [file('B', 'image')] }))
  assert.ok(!isBlank({ ...EMPTY, warning: 'w' }))
})

test('what is taken back stands before what was begun since', () => {
  writeDraft('home', { ...EMPTY, text: 'new', files: [file('B', 'file')] })
  putBack({ id: '1', place: 'home', due: 0, draft: { text: 'old' }, kept: { ...EMPTY, text: 'old', warning: 'w' } })
  const both = { ...EMPTY, text: 'old\n\nnew', warning: 'w', files: [file('B', 'file')] }
  assert.deepEqual(readDraft('home'), both)
})

test('two drafts that become one are for the fewer', () => {
  const group = ['ssb:identity/group/x']
  for (const [old, now, both] of [
    [undefined, [], undefined], // friends, everybody
    [[], undefined, undefined],
    [[], [], []],
    [group, [], group],
    [[], group, group],
    [undefined, group, group],
  ]) {
    writeDraft('home', { ...EMPTY, text: 'new', to: now })
    putBack({ id: '1', place: 'home', due: 0, draft: { text: 'old' }, kept: { ...EMPTY, text: 'old', to: old } })
    assert.deepEqual(readDraft('home').to, both)
  }
  writeDraft('home', EMPTY)
  putBack({ id: '1', place: 'home', due: 0, draft: { text: 'old' }, kept: { ...EMPTY, text: 'old', to: [] } })
  assert.deepEqual(readDraft('home').to, [])
  writeDraft('home', { ...EMPTY, to: [] })
  assert.equal(readDraft('home').to, undefined) // Public is not remembered for what comes next.
})

test('photos, sounds and files are written as other apps read them', () => {
  const files = [
    file('B', 'image', { alt: 'a [cat]\n' }),
    file('D', 'audio'),
    file('E', 'video', { size: BLOB_LIMIT + 1 }),
    file('F', 'file'),
  ]
  const { text, files: sent } = compose({ text: ' Hi ', warning: ' careful ', files }, { root: ROOT })
  assert.equal(
    text,
    `Hi\n\n![a  cat](${blob('B')})\n![audio:D.x](${blob('D')})\n[E.x](${blob('E')})\n[F.x](${blob('F')})`,
  )
  assert.deepEqual(Object.keys(sent![0]!), ['link', 'name', 'type', 'size'])
})

test('what is published names its root, its wall and all that it mentions once', () => {
  const draft: Draft = {
    text: `[@Anna](${FEED}) ${FEED} ${ROOT} #Tag #tag`,
    root: ROOT,
    branch: [ROOT],
    wall: FEED,
    warning: 'w',
    files: [{ link: blob('B'), name: 'b', type: 't', size: 1 }],
  }
  assert.deepEqual(postContent(draft), {
    type: 'post',
    text: draft.text,
    root: ROOT,
    branch: ROOT,
    wall: FEED,
    mentions: [
      { link: blob('B'), name: 'b', type: 't', size: 1 },
      { link: FEED, name: 'Anna' },
      { link: ROOT },
      { link: '#tag' },
    ],
    contentWarning: 'w',
  })
})

test('the limit counts as the network counts', () => {
  const bare = messageLength(postContent({ text: '' }))
  assert.equal(messageLength(postContent({ text: 'é' })) - bare, 1)
  assert.equal(messageLength(postContent({ text: '"\n' })) - bare, 4)
  assert.ok(messageLength(postContent({ text: 'x'.repeat(1000), recps: [FEED] })) > bare + 1300, 'encrypted is longer')
})

test('no field of a stranger is what it says', () => {
  const of = (content: unknown) => contentOf({ value: { content } } as Summary)
  for (const content of [
    null,
    7,
    'sealed',
    [],
    {},
    { type: 1, text: {}, mentions: 'x', root: 'x', branch: [1, null] },
  ]) {
    const c = of(content)
    assert.deepEqual([c.type, c.text, c.root, c.branch, c.files], ['', '', '', [], []])
  }
  const c = of({ mentions: [{ link: blob('B'), name: 'n'.repeat(999), size: 'x' }, { link: 'javascript:1' }, null] })
  assert.deepEqual(c.files, [{ link: blob('B'), name: 'n'.repeat(200), type: '', size: 0, mime: '' }])
})

const settle = async (): Promise<void> => {
  for (let i = 0; i < 20; i++) await Promise.resolve()
}
const timers = (): void => mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 })

test('ten seconds to take it back, then it is signed once', async t => {
  timers()
  t.after(() => mock.timers.reset())
  methods.publish = () => ({ key: ROOT })
  const first = send({ text: 'first' }, 'home')
  send({ text: 'second' }, 'home')
  mock.timers.tick(UNDO_MS - 100)
  await settle()
  assert.equal(asked.length, 0)
  assert.equal(undo(first.id)?.draft.text, 'first')
  mock.timers.tick(200)
  await settle()
  assert.deepEqual(asked, [['publish', { type: 'post', text: 'second' }]])
  assert.deepEqual(waiting.value, [])
  assert.equal(storage.getItem('kith.outbox'), null)
})

test('while the node is away it waits, and is no second post when the first try had arrived', async t => {
  timers()
  t.after(() => mock.timers.reset())
  isReady.value = false
  link.value = 'away'
  const it = send({ text: 'hello' }, 'home')
  sendNow(it.id)
  mock.timers.tick(60_000)
  await settle()
  assert.equal(asked.length, 0)
  // The node is back, takes it and goes again before it has answered.
  methods.publish = () => {
    throw new KithError('away')
  }
  isReady.value = true
  link.value = 'ready'
  mock.timers.tick(100)
  await settle()
  assert.equal(asked.length, 1)
  assert.ok(waiting.value[0]!.sending)
  assert.equal(undo(it.id), undefined, 'too late to take back')
  const { sending } = waiting.value[0]!
  const own = {
    key: ROOT,
    value: { author: `@${'m'.repeat(43)}=.ed25519`, timestamp: sending!, content: { text: 'hello' } },
  }
  methods.createUserStream = () => [own]
  mock.timers.tick(60_000)
  await settle()
  assert.deepEqual(
    asked.map(([name]) => name),
    ['publish', 'createUserStream'],
  )
  assert.deepEqual(waiting.value, [])
})

test('what the node refuses stays, with its reason', async t => {
  timers()
  t.after(() => mock.timers.reset())
  methods.publish = () => {
    throw new KithError('invalid', 'too large')
  }
  sendNow(send({ text: 'x' }, 'home').id)
  mock.timers.tick(100)
  await settle()
  assert.equal(waiting.value[0]?.error, 'too large')
  assert.equal(waiting.value[0]?.sending, undefined)
  assert.ok(undo(waiting.value[0]!.id))
})

test('nothing is signed while a restore is under way', async t => {
  timers()
  t.after(() => mock.timers.reset())
  held.value = { heard: 0, known: 0, held: 0 }
  sendNow(send({ text: 'x' }, 'home').id)
  mock.timers.tick(60_000)
  await settle()
  assert.equal(asked.length, 0)
  assert.equal(waiting.value.length, 1)
})

test('a large file goes as a list of parts, again only what is missing, and comes back whole', async () => {
  const blobs = new Map<string, Uint8Array<ArrayBuffer>>()
  let added = 0
  methods['blobs.has'] = (id: string) => blobs.has(id)
  methods['blobs.add'] = async (bytes: Uint8Array<ArrayBuffer>) => {
    added++
    const hash = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
    const id = `&${btoa(String.fromCharCode(...hash))}.sha256`
    blobs.set(id, bytes)
    return id
  }
  methods['blobs.get'] = ({ key }: { key: string }) => [blobs.get(key)!]
  const bytes = new Uint8Array(2 * PART + 5)
  bytes.set([0xff, 0xd8, 0xff, 1, 2, 3])
  bytes.fill(7, PART)
  const film = new File([bytes], 'film.bin', { type: 'video/mp4' })
  const steps: number[] = []
  const { link: id, list } = await addFile(film, done => void steps.push(done), new AbortController().signal)
  assert.ok(list)
  assert.equal(added, 4)
  assert.deepEqual(steps, [PART, 2 * PART, 2 * PART + 5])
  await addFile(film, () => {}, new AbortController().signal)
  assert.equal(added, 5, 'the second time only the list')
  const said = await readList(id)
  assert.deepEqual([said?.name, said?.size, said?.parts.length], ['film.bin', bytes.length, 3])
  const back = await readFile(said!, () => {}, new AbortController().signal)
  assert.equal(back.kind, 'image', 'what it is, its bytes say')
  assert.deepEqual(new Uint8Array(await back.blob.arrayBuffer()), bytes)
  const stopped = AbortSignal.abort()
  await assert.rejects(readFile(said!, () => {}, stopped))
  blobs.set(said!.parts[2]!.link, new Uint8Array(4))
  await assert.rejects(
    readFile(said!, () => {}, new AbortController().signal),
    /another size/,
  )
})

test('a list that does not add up is none', () => {
  const part = { link: blob('B'), size: 10 }
  const list = { type: 'kith-file', version: 1, size: 10, mime: 'a/b', name: 'n', parts: [part] }
  assert.ok(parseList(JSON.stringify(list)))
  for (const wrong of [
    null,
    [],
    { ...list, version: 2 },
    { ...list, size: 11 },
    {
      ...list,
      parts: [
        { ...part, size: -10 },
        { ...part, size: 20 },
      ],
    },
    { ...list, parts: [{ ...part, link: 'https://example.org' }] },
    { ...list, parts: [null] },
    { ...list, parts: Array(5000).fill(part), size: 50000 },
    { ...list, size: BLOB_LIMIT + 1, parts: [{ ...part, size: BLOB_LIMIT + 1 }] },
  ])
    assert.equal(parseList(JSON.stringify(wrong)), undefined, JSON.stringify(wrong)?.slice(0, 90))
  assert.equal(parseList('{'), undefined)
})
