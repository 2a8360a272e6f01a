// SPDX-License-Identifier: MIT
// Against a node that really runs, by its page's port and by its Unix socket.
import assert from 'node:assert/strict'
import crypto from 'node:crypto'
import { after, describe, test } from 'node:test'
import { KithClient, KithError, restarted } from '../src/index.ts'
import type { Summary } from '../src/index.ts'
import { Node, all, until } from './node.ts'

const is = (code: string) => (error: unknown) => {
  assert(error instanceof KithError)
  assert.equal(error.code, code)
  return true
}

for (const way of ['web', 'socket']) await describe(way, async () => {
  const node = await new Node('Anna').serve()
  const kith = new KithClient(way === 'web' ? node.web() : node.socket, { backoff: { first: 20, most: 200 } })
  after(async () => {
    kith.close()
    await node.remove()
  })

  test('a call waits for the first link and is answered', async () => {
    assert.equal(kith.state, 'connecting')
    const { id } = await kith.call('whoami')
    assert.match(id, /^@.{44}\.ed25519$/)
    assert.equal(kith.state, 'ready')
    assert.equal(kith.id, id)
  })

  test('what the C tables say, the manifest says', async () => {
    const { methods } = await import('../src/methods.gen.ts')
    const manifest = await kith.call('manifest') as Record<string, unknown>
    for (const [name, kind] of Object.entries(methods)) {
      const found = name.split('.').reduce<unknown>((at, part) => (at as Record<string, unknown>)[part], manifest)
      assert.equal(found, kind, name)
    }
  })

  test('publish, and a live stream hears of it', async () => {
    const stop = new AbortController()
    const feed = kith.source('feed', [{ live: true }], { signal: stop.signal })
    const { key, value } = await kith.call('publish', { type: 'post', text: 'zwölf 😀' })
    assert.equal(value.author, kith.id)
    for await (const post of feed) {
      assert.equal(post.key, key)
      assert.deepEqual(post.author, { id: kith.id, name: 'Anna' })
      stop.abort()
    }
    assert(feed.over)
  })

  test('errors have a code and a sentence', async () => {
    await assert.rejects(kith.call('get', '%' + Buffer.alloc(32).toString('base64') + '.sha256'), is('not_found'))
    await assert.rejects(kith.call('publish', { type: 'post', text: 'x'.repeat(9000) }), is('too_long'))
    await assert.rejects(kith.call('nothing' as 'whoami'), is('unknown_method'))
    await assert.rejects(kith.source('thread', [{ root: 'nonsense' }]).next(), is('arg'))
    await assert.rejects(kith.source('whoami' as 'feed', []).next(), is('unknown_method'))
  })

  test('a photo goes up and comes back', { timeout: 20e3 }, async () => {
    const bytes = crypto.randomBytes(3_000_000)
    const id = await kith.sink('blobs.add', [], [bytes.subarray(0, 1_000_001), bytes.subarray(1_000_001)])
    assert.equal(id, '&' + crypto.createHash('sha256').update(bytes).digest('base64') + '.sha256')
    assert.equal(await kith.call('blobs.size', id), bytes.length)
    const parts: Uint8Array[] = []
    for await (const part of kith.source('blobs.get', [id])) parts.push(part)
    assert(bytes.equals(Buffer.concat(parts)))
  })

  test('a photo that is too large is refused', async () => {
    await assert.rejects(kith.sink('blobs.add', [], [new Uint8Array(6 << 20)]), is('too_long'))
  })

  test('import over a duplex', async () => {
    const message = await kith.call('getLatest', kith.id!)
    const stream = kith.duplex('import', [])
    await stream.write(message)
    await stream.write(null)
    const { value } = await stream.next()
    assert.deepEqual(value, { messages: 1, valid: 1, invalid: 0, stored: 0 })
    assert.equal((await stream.next()).done, true)
  })

  test('a backup is sealed and opened', { timeout: 20e3 }, async () => {
    const file = await all(kith.source('identity.backup', [{ passphrase: 'correct horse' }]))
    assert.match(Buffer.from(file[0]!).toString('latin1'), /^age-encryption\.org\/v1\n/)
    const open = async (passphrase: string): Promise<string> => {
      const stream = kith.duplex('identity.unseal', [{ passphrase }])
      const plain = all(stream)
      for (const bytes of file) await stream.write(bytes).catch(() => {}) // what is wrong with it is read below
      await stream.write(null).catch(() => {})
      return Buffer.concat(await plain).toString()
    }
    const lines = (await open('correct horse')).trim().split('\n').map(line => JSON.parse(line) as { kith?: string, data?: string })
    assert.equal(lines[0]!.kith, 'backup')
    await assert.rejects(open('wrong horse'), is('passphrase'))
  })

  test('many streams at once, left half way', async () => {
    for (let i = 0; i < 40; i++) await kith.call('publish', { type: 'post', text: `post ${i}` })
    await Promise.all(Array.from({ length: 50 }, async (_, i) => {
      let count = 0
      for await (const post of kith.source('feed', [{ limit: 30 }])) if (post && ++count > i) break
      assert.equal(count, Math.min(i + 1, 30))
    }))
    assert.equal((await kith.call('status')).publish, 'ok')
  })

  test('killed and back: calls fail as away, live goes on', async () => {
    const states: string[] = []
    const note = (): void => { states.push(kith.state) }
    kith.addEventListener('state', note)
    const stop = new AbortController()
    const got: (Summary | typeof restarted)[] = []
    const done = (async () => {
      for await (const post of kith.live('feed', [{ live: true, limit: 1000 }], { signal: stop.signal })) got.push(post)
    })()
    await until('the feed', () => got.length === 41)
    const hanging = assert.rejects(kith.call('blobs.want', '&' + Buffer.alloc(32).toString('base64') + '.sha256'), is('away'))
    await node.kill()
    await hanging
    await assert.rejects(kith.call('whoami'), is('away'))
    await until('the time of the next try, which is not there while one goes on', () => kith.retryAt !== null)
    await node.serve()
    await kith.ready()
    await until('the feed again', () => got.length >= 83)
    assert.equal(got[41], restarted)
    const { key } = await kith.call('publish', { type: 'post', text: 'here again' })
    await until('the new post', () => got.some(post => post !== restarted && post.key === key))
    stop.abort()
    await done
    kith.removeEventListener('state', note)
    assert.deepEqual(states, ['away', 'ready'])
  })

  if (way === 'web') {
    test('a wrong token is refused', async () => {
      const stranger = new KithClient(node.web('0'.repeat(64)), { backoff: { first: 20, most: 50 } })
      await until('the refusal', () => stranger.state === 'refused')
      stranger.close()
    })
  }
})
