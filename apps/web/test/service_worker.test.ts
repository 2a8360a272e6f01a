// SPDX-License-Identifier: MIT
// Without a network the page of the newest build opens, though files of the one before are kept beside it.
import assert from 'node:assert/strict'
import { mock, test } from 'node:test'

type Listener = (event: {
  request?: Request
  waitUntil(work: Promise<unknown>): void
  respondWith(answer: Promise<Response>): void
}) => void

const SCOPE = 'http://127.0.0.1:8484/'
/** As a browser's: a look at all of them takes them in the order in which they were made. */
class Caches {
  all = new Map<string, Map<string, string>>()
  async open(name: string): Promise<object> {
    const files = this.all.get(name) ?? new Map<string, string>()
    this.all.set(name, files)
    return {
      addAll: async (requests: Request[]) => {
        for (const { url } of requests) files.set(url, await (await fetch(url)).text())
      },
      match: async (what: string | Request) => this.#answer(files.get(typeof what === 'string' ? what : what.url)),
    }
  }
  async match(what: string | Request): Promise<Response | undefined> {
    const url = typeof what === 'string' ? what : what.url
    for (const files of this.all.values()) if (files.has(url)) return this.#answer(files.get(url))
    return undefined
  }
  keys = async (): Promise<string[]> => [...this.all.keys()]
  delete = async (name: string): Promise<boolean> => this.all.delete(name)
  #answer = (text: string | undefined): Response | undefined => (text === undefined ? undefined : new Response(text))
}

const browser = new Caches()
let server: (url: string) => Response | Promise<Response>

Object.assign(globalThis, {
  caches: browser,
  fetch: async (what: string | Request, how?: { signal?: AbortSignal }) => {
    const ended = new Promise<never>((_, reject) => {
      how?.signal?.addEventListener('abort', () => reject(new DOMException('over', 'AbortError')))
    })
    const answer = await Promise.race([server(typeof what === 'string' ? what : what.url), ended])
    if (!how?.signal || !answer.body) return answer
    // A signal ends what is still on its way, the body too.
    return new Response(answer.body.pipeThrough(new TransformStream(), how as { signal: AbortSignal }), answer)
  },
})

/** Installed, and in charge; gives what it answers. */
async function build(name: string, files: string[]): Promise<(path: string, mode?: string) => Promise<string>> {
  const listeners: Record<string, Listener> = {}
  Object.assign(globalThis, {
    __KITH_FILES__: files.map(file => new URL(file, SCOPE).href),
    __KITH_BUILD__: name,
    self: {
      addEventListener: (kind: string, listener: Listener) => {
        listeners[kind] = listener
      },
      skipWaiting: async () => {},
      clients: { claim: async () => {} },
      registration: { scope: SCOPE },
    },
  })
  await import(`../src/tab/service_worker.ts?${name}`)
  for (const kind of ['install', 'activate']) {
    let work: Promise<unknown> = Promise.resolve()
    listeners[kind]!({
      waitUntil: it => {
        work = it
      },
      respondWith() {},
    })
    await work
  }
  return async (path, mode = 'navigate') => {
    let answer: Promise<Response> | undefined
    const request = { method: 'GET', url: new URL(path, SCOPE).href, mode } as Request
    listeners.fetch!({
      request,
      waitUntil() {},
      respondWith: it => {
        answer = it
      },
    })
    return (await answer!).text()
  }
}

const gives = (name: string) => (url: string) => new Response(`${name} ${new URL(url).pathname}`)
const offline = (): Response => {
  throw new TypeError('offline')
}

test('offline, the newest page opens, and one of the build before still gets its files', async () => {
  for (const name of ['first', 'second', 'third']) {
    server = gives(name)
    const get = await build(name, ['./', 'manifest.webmanifest', `assets/${name}.js`])
    server = offline
    assert.equal(await get('./'), `${name} /`)
    assert.equal(await get('./some/where'), `${name} /`)
    assert.equal(await get('manifest.webmanifest', 'cors'), `${name} /manifest.webmanifest`)
    assert.equal(await get(`assets/${name}.js`, 'cors'), `${name} /assets/${name}.js`)
    if (name === 'second') assert.equal(await get('assets/first.js', 'cors'), 'first /assets/first.js')
  }
  assert.equal(browser.all.size, 2)
})

test('a page that comes slowly comes whole, and of one that does not come the kept one opens', {
  timeout: 30_000,
}, async () => {
  server = gives('slow')
  const get = await build('slow', ['./'])
  mock.timers.enable({ apis: ['setTimeout'] })
  const ours = AbortSignal.timeout
  AbortSignal.timeout = ms => {
    const controller = new AbortController()
    setTimeout(() => controller.abort(), ms)
    return controller.signal
  }
  try {
    let more: ReadableStreamDefaultController<Uint8Array> | undefined
    server = () =>
      new Response(
        new ReadableStream({
          start(controller) {
            more = controller
            controller.enqueue(new TextEncoder().encode('the first half'))
          },
        }),
      )
    const text = get('./')
    for (let i = 0; i < 20; i++) await new Promise(resolve => setImmediate(resolve))
    mock.timers.tick(60_000)
    more!.enqueue(new TextEncoder().encode(', and the second'))
    more!.close()
    assert.equal(await text, 'the first half, and the second')

    let asked = false
    server = () => {
      asked = true
      return new Promise(() => {})
    }
    const silent = get('./')
    while (!asked) await new Promise(resolve => setImmediate(resolve))
    mock.timers.tick(60_000)
    assert.equal(await silent, 'slow /')
  } finally {
    AbortSignal.timeout = ours
    mock.timers.reset()
  }
})
