// SPDX-License-Identifier: MIT
// Who gets into a node from a browser: every place that a page can come from × every door × every token.
// Only the node's own page with the node's own token may. A name that is rebound to 127.0.0.1, as an
// attacker's DNS does it, is refused by the node itself: the browser cannot tell.
import http from 'node:http'
import { cleanUp, done as lastWord, test } from '../interop/lab.mjs'
import { closeAll, launch } from './browser.mjs'
import { Node } from './node.mjs'

const node = await (await new Node('Anna').init('--name', 'Anna')).serve()
const token = await node.token()
const port = node.webPort
await node.publish({ type: 'post', text: 'what only Anna may read over /rpc' })

// The attacker's own server, on another port of this machine.
const page = '<!doctype html><meta charset=utf-8><title>evil</title><p>evil'
const evil = http.createServer((_, answer) => { answer.setHeader('content-type', 'text/html'); answer.end(page) })
await new Promise(resolve => evil.listen(0, '127.0.0.1', resolve))
const evilPort = evil.address().port

// Chromium's own guard between public pages and loopback is off: it is not our defence that it would test.
const browser = await launch({
  map: [['evil.example', `127.0.0.1:${evilPort}`], ['rebind.example', '127.0.0.1'], ['127.0.0.1.nip.example', '127.0.0.1'], ['node.example.', '127.0.0.1']],
  off: ['LocalNetworkAccessChecks', 'BlockInsecurePrivateNetworkRequests', 'PrivateNetworkAccessSendPreflights']
})

// What a page tries, in the page: each answers 'in' with what it got, or 'out' with why. to is the node as this page calls it.
const doors = {
  async session ([to, token]) {
    const answer = await fetch(`${to}/session`, token ? { headers: { authorization: `Bearer ${token}` } } : {})
    return [answer.status === 204 ? 'in' : 'out', `status ${answer.status}`]
  },
  async socket ([to, token, how]) {
    const names = how === 'no kith' ? ['token.' + token] : how === 'no names' || !token ? undefined : ['kith', 'token.' + token]
    const url = to.replace('http', 'ws') + '/rpc' + (how === 'in the address' ? `?token=${token}#token=${token}` : '')
    return new Promise(resolve => {
      const socket = names && how !== 'in the address' ? new WebSocket(url, names) : new WebSocket(url)
      socket.binaryType = 'arraybuffer'
      socket.onerror = socket.onclose = () => resolve(['out', 'closed'])
      socket.onopen = () => {
        const body = new TextEncoder().encode('{"name":["whoami"],"args":[],"type":"async"}')
        const frame = new Uint8Array(9 + body.length)
        frame[0] = 2
        new DataView(frame.buffer).setUint32(1, body.length)
        new DataView(frame.buffer).setInt32(5, 1)
        frame.set(body, 9)
        socket.send(frame)
      }
      socket.onmessage = event => {
        const text = new TextDecoder().decode(event.data)
        socket.close()
        resolve([text.includes('.ed25519') ? 'in' : 'out', text])
      }
    })
  },
  async read ([to]) {
    const texts = []
    for (const path of ['/', '/metrics', '/health', '/rpc']) {
      const text = await fetch(to + path).then(answer => answer.ok ? answer.text() : '', () => '')
      if (text) texts.push(path)
    }
    return [texts.length ? 'in' : 'out', texts.join(' ')]
  },
  async post ([to]) {
    const seen = []
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/json']) {
      for (const method of ['POST', 'PUT', 'DELETE', 'OPTIONS']) {
        const answer = await fetch(to + '/rpc', { method, headers: { 'content-type': type }, body: '{"name":["publish"],"args":[{"type":"post","text":"evil"}],"type":"async"}' }).catch(() => null)
        if (answer?.ok) seen.push(`${method} ${type} ${answer.status}`)
      }
    }
    await fetch(to + '/rpc', { method: 'POST', mode: 'no-cors', body: 'x' }).catch(() => {})
    navigator.sendBeacon(to + '/rpc', 'x')
    return [seen.length ? 'in' : 'out', seen.join(', ')]
  },
  async embed ([to]) {
    const add = (name, fields) => new Promise(resolve => {
      const it = Object.assign(document.createElement(name), fields)
      it.onload = () => resolve(true)
      it.onerror = () => resolve(false)
      document.body.append(it)
      setTimeout(resolve, 1500, false)
    })
    const loaded = []
    for (const path of ['/', '/session', '/metrics']) {
      if (await add('script', { src: to + path })) loaded.push('script ' + path)
      if (await add('img', { src: to + path })) loaded.push('img ' + path)
      if (await add('link', { rel: 'stylesheet', href: to + path })) loaded.push('style ' + path)
    }
    return [loaded.length ? 'in' : 'out', loaded.join(', ')]
  }
}

async function at (address, { own = false, sandbox = false, html = page } = {}) {
  const context = await browser.newContext()
  const tab = await context.newPage()
  // The attacker's document under any name; everything that it asks for afterwards goes to the real address.
  if (!own) await tab.route(url => url.href === address, route => route.fulfill({ contentType: 'text/html', body: html }))
  await tab.goto(address, { waitUntil: 'load', timeout: 90e3 })
  let frame = tab.mainFrame()
  if (sandbox) {
    await tab.evaluate(html => {
      const inner = document.createElement('iframe')
      inner.setAttribute('sandbox', 'allow-scripts')
      inner.srcdoc = html
      return new Promise(resolve => { inner.onload = resolve; document.body.append(inner) })
    }, page)
    frame = tab.frames()[1]
  }
  return { frame, tab, close: () => context.close() }
}

async function knock (frame, door, args) {
  const source = `(${doors[door].toString().replace(/^async (\w+)/, 'async function')})(${JSON.stringify(args)})`
  return frame.evaluate(source).catch(err => ['out', String(err.message).split('\n')[0]])
}

const wrong = (token[0] === '0' ? '1' : '0') + token.slice(1)
const tokens = [['the right token', token], ['a wrong token', wrong], ['half a token', token.slice(0, 32)], ['the token twice', token + token], ['no token', '']]
const node127 = `http://127.0.0.1:${port}`

// name, address of the document, the node as it calls it, whether the right token opens the door
const places = [
  ['the page itself', `${node127}/health`, node127, true, { own: true }],
  ['the page by the name localhost', `http://localhost:${port}/health`, `http://localhost:${port}`, true, { own: true }],
  ['another page of this machine', `http://127.0.0.1:${evilPort}/`, node127],
  ['another page that says localhost', `http://127.0.0.1:${evilPort}/`, `http://localhost:${port}`],
  ['a page of the internet', 'http://evil.example/', node127],
  ['a page of the internet, by localhost', 'http://evil.example/', `http://localhost:${port}`],
  ['a page of the internet, by a name of its own', 'http://evil.example/', `http://rebind.example:${port}`],
  ['a frame without an origin', 'http://evil.example/', node127, false, { sandbox: true }],
  ['a rebound name', `http://rebind.example:${port}/evil`, `http://rebind.example:${port}`],
  ['a rebound name that begins like ours', `http://127.0.0.1.nip.example:${port}/evil`, `http://127.0.0.1.nip.example:${port}`],
  ['a rebound name, asking 127.0.0.1', `http://rebind.example:${port}/evil`, node127],
  ['a rebound name with a dot at its end', `http://node.example.:${port}/evil`, `http://node.example.:${port}`]
]

for (const [name, document, to, allowed = false, options = {}] of places) {
  await test(name, async () => {
    const it = await at(document, options)
    const wrongs = []
    const expect = (what, wanted, [found, words]) => { if (found !== wanted) wrongs.push(`${what}: ${found} (${words}), should be ${wanted}`) }
    for (const [words, value] of tokens) {
      const right = allowed && value === token ? 'in' : 'out'
      expect(`session with ${words}`, right, await knock(it.frame, 'session', [to, value]))
      expect(`rpc with ${words}`, right, await knock(it.frame, 'socket', [to, value]))
    }
    for (const how of ['no kith', 'no names', 'in the address']) expect(`rpc, ${how}`, 'out', await knock(it.frame, 'socket', [to, token, how]))
    expect('writing by HTTP', 'out', await knock(it.frame, 'post', [to]))
    if (!options.own) {
      expect('reading', 'out', await knock(it.frame, 'read', [to]))
      expect('embedding', 'out', await knock(it.frame, 'embed', [to]))
    }
    await it.close()
    if (wrongs.length) throw new Error(wrongs.join('\n'))
  })
}

await test('names that the node does not have open no page', async () => {
  for (const name of ['rebind.example', '127.0.0.1.nip.example', 'node.example.']) {
    const tab = await browser.newPage()
    const answer = await tab.goto(`http://${name}:${port}/#token=${token}`).catch(() => null)
    if (answer?.ok()) throw new Error(`${name} got the page with status ${answer.status()}`)
    const kept = await tab.evaluate(() => localStorage.length).catch(() => 0)
    if (kept) throw new Error(`${name} kept something`)
    await tab.close()
  }
})
await test('no page shows ours in a frame', async () => {
  const it = await at('http://evil.example/')
  await it.tab.evaluate(to => new Promise(resolve => {
    const inner = Object.assign(document.createElement('iframe'), { src: to + '/' })
    inner.onload = resolve
    document.body.append(inner)
  }), node127)
  const inner = it.tab.frames()[1]
  const shown = await inner.evaluate(() => location.href.startsWith('http') && document.body.childElementCount).catch(() => 0)
  if (shown) throw new Error('the frame has ' + shown + ' elements')
  await it.close()
})
await test('a page that opens ours in a window cannot touch it', async () => {
  const it = await at('http://evil.example/')
  const [popup] = await Promise.all([it.tab.waitForEvent('popup'), it.tab.evaluate(to => { window.theirs = window.open(to) }, node127)])
  await popup.waitForLoadState()
  const closed = await it.tab.evaluate(() => window.theirs.closed)
  if (!closed) throw new Error('the opener still holds the window')
  await it.close()
})
await test('nothing was written', async () => {
  const { sequence } = await node.ask('getLatest', node.id).then(message => message.value)
  if (sequence !== 2) throw new Error(`the feed has ${sequence} messages`)
})

await closeAll()
evil.close()
await node.stop()
await cleanUp()
await lastWord()
