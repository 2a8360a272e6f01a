// SPDX-License-Identifier: MIT
// sw.js, apart from its list: keeps the files of the page of one build, so that it opens without a network.
// Everything else (what people write) is the node's, and never comes by here. The build puts the list in.

declare const __KITH_FILES__: string[]
declare const __KITH_BUILD__: string

interface Extendable extends Event {
  waitUntil(work: Promise<unknown>): void
}
interface Fetching extends Extendable {
  request: Request
  respondWith(answer: Promise<Response>): void
}
const scope = self as unknown as {
  addEventListener(name: 'install' | 'activate', listener: (event: Extendable) => void): void
  addEventListener(name: 'fetch', listener: (event: Fetching) => void): void
  skipWaiting(): Promise<void>
  clients: { claim(): Promise<void> }
  registration: { scope: string }
}

const MINE = 'kith-page-'
const cacheName = MINE + __KITH_BUILD__
/** A network that is there and says nothing is as good as none. */
const PATIENCE_MS = 4000

scope.addEventListener('install', event => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then(cache => cache.addAll(__KITH_FILES__.map(file => new Request(file, { cache: 'no-cache' }))))
      .then(() => scope.skipWaiting()),
  )
})

/** Files of older builds are still needed by pages of theirs that are open: the one before is left. */
scope.addEventListener('activate', event => {
  event.waitUntil(
    caches
      .keys()
      .then(names => names.filter(name => name.startsWith(MINE) && name !== cacheName))
      .then(old => Promise.all(old.slice(0, -1).map(name => caches.delete(name))))
      .then(() => scope.clients.claim()),
  )
})

/** Of this build first: a look at all of them begins with the oldest, whose page may not know what a newer one has kept. */
async function kept(what: Request | string): Promise<Response | undefined> {
  return (await (await caches.open(cacheName)).match(what)) ?? caches.match(what)
}

async function page(request: Request): Promise<Response> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
  try {
    const answer = await fetch(request, { signal: patience.signal })
    if (answer.ok) return answer
  } catch {
    // Offline.
  } finally {
    clearTimeout(timer) // what has begun to come may take its time
  }
  return (await kept(new URL('./', scope.registration.scope).href)) ?? Response.error()
}

/** Names below assets/ have a hash of their content: what is there under that name is right. */
async function asset(request: Request): Promise<Response> {
  return (await kept(request)) ?? fetch(request)
}

scope.addEventListener('fetch', event => {
  const { request } = event
  if (request.method !== 'GET' || !request.url.startsWith(scope.registration.scope)) return
  if (request.mode === 'navigate') event.respondWith(page(request))
  else event.respondWith(asset(request))
})
