// SPDX-License-Identifier: MIT
// The other side, in the test's hands: a node that says what it is told to, over a port or a WebSocket
// server that has just enough of RFC 6455.
import { createHash } from 'node:crypto'
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { END, FrameReader, JSON_BODY, STREAM, frame } from '../src/frame.ts'
import type { Transport } from '../src/index.ts'

export interface Frame { flags: number, req: number, body: Uint8Array }
export interface Call extends Frame { name: string, args: unknown[], type?: string }

const bytesOf = (value: unknown): Uint8Array => new TextEncoder().encode(JSON.stringify(value))
export const valueOf = (body: Uint8Array): unknown => JSON.parse(new TextDecoder().decode(body))

/** Answers whoami by itself; everything else is the test's. */
export class FakeNode {
  calls: Call[] = []
  frames: Frame[] = []
  /** Hears, and says nothing. */
  deaf = false
  transport: Transport
  #reader = new FrameReader()

  constructor (transport: Transport) {
    this.transport = transport
    transport.onbytes = bytes => this.#reader.push(bytes, (flags, req, body) => this.#frame({ flags, req, body }))
  }

  send (flags: number, req: number, body: Uint8Array): void { this.transport.send(frame(flags, -req, body)) }
  reply (req: number, value: unknown): void { this.send(JSON_BODY, req, bytesOf(value)) }
  item (req: number, value: unknown): void { this.send(STREAM | JSON_BODY, req, bytesOf(value)) }
  end (req: number, value: unknown = true): void { this.send(STREAM | END | JSON_BODY, req, bytesOf(value)) }
  error (req: number, message: string, stream = STREAM): void { this.send(stream | END | JSON_BODY, req, bytesOf({ message, name: 'Error', stack: '' })) }
  /** What came for a stream after its call. */
  of (req: number): Frame[] { return this.frames.filter(f => f.req === req) }
  named (name: string): Call[] { return this.calls.filter(call => call.name === name) }

  #frame (got: Frame): void {
    const value = (got.flags & 3) === JSON_BODY && got.body.length ? valueOf(got.body) as { name?: string[] } | null : null
    if (got.flags & END || !value?.name) {
      this.frames.push(got)
      return
    }
    const { name, ...rest } = value as { name: string[], args: unknown[] }
    if (!this.deaf && name[0] === 'whoami') return this.reply(got.req, { id: '@fake' })
    this.calls.push({ ...got, ...rest, name: name.join('.') })
  }
}

/** A web server with `/rpc` and `/session`. */
export class FakeServer {
  nodes: FakeNode[] = []
  token = 'abc'
  /** Headers of the last upgrade. */
  headers: http.IncomingHttpHeaders = {}
  upgrades = 0
  #http = http.createServer((request, response) => {
    response.writeHead(request.headers.authorization === 'Bearer ' + this.token ? 204 : 401).end()
  })
  #sockets = new Set<Duplex>()
  #port = 0

  constructor () {
    this.#http.on('connection', socket => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#http.on('upgrade', (request, socket) => this.#upgrade(request, socket))
  }

  get url (): string { return `ws://127.0.0.1:${this.#port}/rpc` }

  async start (): Promise<this> {
    await new Promise<void>(resolve => this.#http.listen(this.#port, '127.0.0.1', resolve))
    this.#port = (this.#http.address() as AddressInfo).port
    return this
  }

  /** Ends all links without a word. */
  async stop (): Promise<void> {
    const closed = new Promise(resolve => this.#http.close(resolve))
    for (const socket of this.#sockets) socket.destroy()
    await closed
  }

  cut (): void { for (const socket of this.#sockets) socket.destroy() }

  #upgrade (request: http.IncomingMessage, socket: Duplex): void {
    this.upgrades++
    this.headers = request.headers
    socket.on('error', () => {})
    if (request.headers['sec-websocket-protocol'] !== 'kith, token.' + this.token) {
      socket.end('HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    const accept = createHash('sha1').update(request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11').digest('base64')
    socket.write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n' +
      `Sec-WebSocket-Accept: ${accept}\r\nSec-WebSocket-Protocol: kith\r\n\r\n`)
    this.nodes.push(new FakeNode(overSocket(socket)))
  }
}

function overSocket (socket: Duplex): Transport {
  let held = Buffer.alloc(0)
  const transport: Transport = {
    onopen: null,
    onbytes: null,
    onclose: null,
    bufferedAmount: 0,
    send (bytes) {
      const header = Buffer.alloc(4)
      header[0] = 0x82
      if (bytes.length > 65535) throw new Error('cut it')
      header[1] = bytes.length < 126 ? bytes.length : 126
      header.writeUInt16BE(bytes.length, 2)
      socket.write(Buffer.concat([header.subarray(0, bytes.length < 126 ? 2 : 4), bytes]))
    },
    close: () => { socket.destroy() }
  }
  socket.on('data', (chunk: Buffer) => {
    held = Buffer.concat([held, chunk])
    for (;;) {
      if (held.length < 6) return
      const opcode = held[0]! & 15
      let length = held[1]! & 127
      let at = 2
      if (length === 126) { length = held.readUInt16BE(2); at = 4 }
      if (length === 127) { length = Number(held.readBigUInt64BE(2)); at = 10 }
      if (held.length < at + 4 + length) return
      const mask = held.subarray(at, at + 4)
      const body = held.subarray(at + 4, at + 4 + length).map((byte, i) => byte ^ mask[i & 3]!)
      held = held.subarray(at + 4 + length)
      if (opcode === 8) return socket.end()
      transport.onbytes?.(Uint8Array.from(body))
    }
  })
  return transport
}
