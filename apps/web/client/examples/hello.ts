// SPDX-License-Identifier: MIT
// Says hello on your wall, then prints what your friends write until you press Ctrl-C:
//   kith serve &
//   node examples/hello.ts ~/.kith "Hello, neighbours"
import { readFileSync } from 'node:fs'
import { KithClient, KithError, restarted, viaWebSocket } from '../src/index.ts'

const [home, text] = process.argv.slice(2)
const page = readFileSync(`${home}/web`, 'utf8').trim()
const token = readFileSync(`${home}/web-token`, 'utf8').trim()
const kith = new KithClient(viaWebSocket(new URL('/rpc', page.replace('http', 'ws')), token))

kith.addEventListener('state', () => console.error(`(${kith.state})`))
const stop = new AbortController()
process.on('SIGINT', () => stop.abort())

try {
  const { name } = await kith.call('people.get')
  if (text) await kith.call('publish', { type: 'post', text })
  console.log(`This is ${name ?? kith.id}.`)
  for await (const post of kith.live('feed', [{ limit: 100, live: true }], { signal: stop.signal })) {
    if (post === restarted) continue // it begins again; a page would clear what it shows
    const { content } = post.value
    if (typeof content === 'object') console.log(`${post.author.name ?? post.author.id}: ${content['text'] ?? content.type}`)
  }
} catch (error) {
  console.error(error instanceof KithError ? `${error.code}: ${error.message}` : error)
  process.exitCode = 1
}
kith.close()
