// SPDX-License-Identifier: MIT
// HTTP and WebSocket by hand, so that they can be spoken wrongly: every byte is ours.
import assert from 'node:assert'
import crypto from 'node:crypto'
import fs from 'node:fs'
import net from 'node:net'
import path from 'node:path'

export const secretOf = kith => fs.readFileSync(path.join(kith.home, 'web-token'), 'utf8').trim()
export const addressOf = kith => fs.readFileSync(path.join(kith.home, 'web'), 'utf8').trim()

function parse (bytes) {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return null
  const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const headers = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    assert(!(name in headers), `${name} stands twice`)
    headers[name] = line.slice(colon + 1).trim()
  }
  return { status: Number(first.split(' ')[1]), headers, rest: bytes.subarray(end + 4) }
}

// One connection: send writes bytes, gone is when it has ended, what came is in `bytes`.
export function connect (port, { reads = true } = {}) {
  const socket = net.connect(port, '127.0.0.1')
  socket.bytes = Buffer.alloc(0)
  socket.on('error', () => {})
  if (reads) socket.on('data', data => { socket.bytes = Buffer.concat([socket.bytes, data]); socket.emit('more') })
  socket.gone = new Promise(resolve => socket.on('close', resolve))
  socket.stands = new Promise(resolve => { socket.on('connect', resolve); socket.on('close', resolve) })
  return socket
}

// The answer to one request, whose head is made of these headers; null ones are left out.
export async function ask (port, target, { method = 'GET', headers = {}, body = '', version = '1.1' } = {}) {
  const socket = connect(port)
  const all = { Host: `127.0.0.1:${port}`, Connection: 'close', ...headers }
  const head = Object.entries(all).flatMap(([name, value]) => [value].flat().filter(v => v !== null).map(v => `${name}: ${v}`))
  socket.write(`${method} ${target} HTTP/${version}\r\n${head.join('\r\n')}\r\n\r\n${body}`)
  return new Promise((resolve, reject) => {
    const look = ended => {
      const answer = parse(socket.bytes)
      if (answer && (ended || answer.status === 101)) {
        if (answer.status !== 101) socket.destroy()
        resolve({ ...answer, body: answer.rest, socket })
      } else if (ended) {
        reject(new Error(`${method} ${target}: no answer: ${socket.bytes}`))
      }
    }
    socket.on('more', () => look(false))
    socket.gone.then(() => look(true))
  })
}

export const upgradeHeaders = (port, token, key = crypto.randomBytes(16).toString('base64')) => ({
  Connection: 'Upgrade',
  Upgrade: 'websocket',
  Origin: `http://127.0.0.1:${port}`,
  'Sec-WebSocket-Version': '13',
  'Sec-WebSocket-Key': key,
  'Sec-WebSocket-Protocol': `kith, token.${token}`
})

export const CONTINUATION = 0
export const TEXT = 1
export const BINARY = 2
export const CLOSE = 8
export const PING = 9
export const PONG = 10

export function frame (opcode, payload = Buffer.alloc(0), { fin = true, rsv = 0, masked = true } = {}) {
  const bytes = Buffer.from(payload)
  const long = bytes.length > 65535 ? 8 : bytes.length > 125 ? 2 : 0
  const head = Buffer.alloc(2 + long)
  head[0] = (fin ? 0x80 : 0) | rsv << 4 | opcode
  head[1] = (masked ? 0x80 : 0) | (long === 8 ? 127 : long ? 126 : bytes.length)
  if (long === 8) head.writeBigUInt64BE(BigInt(bytes.length), 2)
  if (long === 2) head.writeUInt16BE(bytes.length, 2)
  if (!masked) return Buffer.concat([head, bytes])
  const mask = crypto.randomBytes(4)
  for (let i = 0; i < bytes.length; i++) bytes[i] ^= mask[i & 3]
  return Buffer.concat([head, mask, bytes])
}

// muxrpc: 9 bytes of head, then JSON.
export const rpc = (req, name, args = [], type = 'async') => {
  const body = Buffer.from(JSON.stringify({ name: name.split('.'), args, type }))
  const head = Buffer.alloc(9)
  head[0] = 2 | (type === 'async' ? 0 : 8)
  head.writeUInt32BE(body.length, 1)
  head.writeInt32BE(req, 5)
  return Buffer.concat([head, body])
}

// A WebSocket that stands: frames are what came, said is muxrpc's answers by number.
export async function open (port, token, { reads = true } = {}) {
  const { status, socket, headers, rest } = await ask(port, '/rpc', { headers: upgradeHeaders(port, token) })
  assert.equal(status, 101)
  const ws = { socket, headers, frames: [], answers: new Map(), stream: Buffer.alloc(0), send: (...a) => socket.write(frame(...a)), closed: null, longest: 0 }
  let bytes = rest
  socket.removeAllListeners('data')
  if (!reads) socket.pause()
  const take = () => {
    for (;;) {
      if (bytes.length < 2) return
      let len = bytes[1] & 127
      let at = 2
      assert(!(bytes[1] & 128), 'a server does not mask')
      if (len === 126) { if (bytes.length < 4) return; len = bytes.readUInt16BE(2); at = 4 } else if (len === 127) { if (bytes.length < 10) return; len = Number(bytes.readBigUInt64BE(2)); at = 10 }
      if (bytes.length < at + len) return
      const f = { opcode: bytes[0] & 15, payload: bytes.subarray(at, at + len) }
      ws.frames.push(f)
      ws.longest = Math.max(ws.longest, len)
      if (f.opcode === CLOSE) ws.closed = f.payload.length >= 2 ? f.payload.readUInt16BE(0) : 1005
      if (f.opcode === BINARY) ws.stream = Buffer.concat([ws.stream, f.payload])
      bytes = bytes.subarray(at + len)
      while (ws.stream.length >= 9 && ws.stream.length >= 9 + ws.stream.readUInt32BE(1)) {
        const end = 9 + ws.stream.readUInt32BE(1)
        ws.answers.set(-ws.stream.readInt32BE(5), ws.stream.subarray(9, end).toString())
        ws.stream = ws.stream.subarray(end)
      }
    }
  }
  if (reads) socket.on('data', data => { bytes = Buffer.concat([bytes, data]); take() })
  take()
  return ws
}
