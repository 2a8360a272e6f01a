// SPDX-License-Identifier: MIT
// muxrpc over one transport, from its opening to its end (muxrpc 6.7.3 and 8): calls and streams that we
// make. The node calls nothing of ours; if it does, it is refused in JavaScript's words.
import { KithError, errorFrom } from './error.ts'
import { BINARY, END, FrameReader, JSON_BODY, STREAM, UTF8, frame } from './frame.ts'
import { Stream } from './stream.ts'
import type { StreamLink } from './stream.ts'
import type { Transport } from './transport.ts'

export type StreamKind = 'source' | 'sink' | 'duplex'

const HIGH = 1 << 20 // writers wait while so much has not left
const PIECE = (64 << 10) - 16 // of bytes in one frame: with its header it still fits one chunk
const encoder = new TextEncoder()
const decoder = new TextDecoder()
const nothing = new Uint8Array()

interface Answer {
  resolve: (value: unknown) => void
  reject: (error: KithError) => void
}
interface Open {
  stream: Stream<unknown, unknown>
  kind: StreamKind
  weEnded: boolean
}

const json = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value))
const errorBody = (message: string): Uint8Array => json({ message, name: 'Error', stack: '' })

function read (flags: number, body: Uint8Array): unknown {
  switch (flags & 3) {
    case BINARY: return body
    case UTF8: return decoder.decode(body)
    case JSON_BODY: return JSON.parse(decoder.decode(body)) as unknown
    default: throw new Error('unknown encoding')
  }
}

/** The message of an END frame, or null for a normal end, whose body is true. */
function endError (flags: number, body: Uint8Array): KithError | null {
  let value: unknown
  try { value = read(flags, body) } catch { value = 'an error that cannot be read' }
  if (value === true || value === false || value === null) return null
  const message = typeof value === 'object' ? (value as { message?: unknown }).message : value
  return errorFrom(typeof message === 'string' ? message : 'the stream failed')
}

export class Mux implements StreamLink {
  /** When the last bytes came, by performance.now(). */
  heard = performance.now()
  #transport: Transport
  #reader = new FrameReader()
  #answers = new Map<number, Answer>()
  #open = new Map<number, Open>()
  #numbers = new Map<Stream<unknown, unknown>, number>()
  #last = 0
  #closed = false
  #onclose: () => void

  /** onclose is called once when the link has ended, unless by close(). */
  constructor (transport: Transport, onclose: () => void) {
    this.#transport = transport
    this.#onclose = onclose
    transport.onbytes = bytes => this.#bytes(bytes)
    transport.onclose = () => this.#lost()
  }

  call (name: string, args: readonly unknown[]): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const req = this.#request(name, args)
      this.#answers.set(req, { resolve, reject })
    })
  }

  /** Carries a stream that was made for this call. */
  carry (stream: Stream<unknown, unknown>, kind: StreamKind, name: string, args: readonly unknown[]): void {
    const req = this.#request(name, args, kind)
    this.#open.set(req, { stream, kind, weEnded: false })
    this.#numbers.set(stream, req)
    stream.start(this)
  }

  async write (stream: Stream<unknown, unknown>, item: unknown): Promise<void> {
    if (item instanceof Uint8Array) {
      // A body of no bytes would be read as goodbye.
      for (let at = 0; at < item.length; at += PIECE) await this.#item(stream, BINARY, item.subarray(at, at + PIECE))
    } else if (typeof item === 'string') {
      if (item) await this.#item(stream, UTF8, encoder.encode(item))
    } else {
      await this.#item(stream, JSON_BODY, json(item))
    }
  }

  async #item (stream: Stream<unknown, unknown>, encoding: number, body: Uint8Array): Promise<void> {
    const req = this.#numbers.get(stream)
    const open = req === undefined ? undefined : this.#open.get(req)
    if (!open || open.weEnded) throw new KithError('closed', 'the stream is over')
    this.#send(STREAM | encoding, req!, body)
    // No transport tells when there is room again, so this looks from time to time.
    while (this.#transport.bufferedAmount > HIGH && !stream.over) await new Promise(resolve => setTimeout(resolve, 10))
  }

  end (stream: Stream<unknown, unknown>, error?: KithError): void {
    const req = this.#numbers.get(stream)
    const open = req === undefined ? undefined : this.#open.get(req)
    if (!open || open.weEnded) return
    open.weEnded = true
    // To stop a source is no error: only what it writes is of no use any more.
    const failed = error && open.kind !== 'source'
    this.#send(STREAM | END | JSON_BODY, req!, failed ? errorBody(error.message) : json(true))
    if (error) this.#numbers.delete(stream)
  }

  /** Says goodbye. Everything under way fails with `error`. */
  close (error: KithError): void {
    if (this.#closed) return
    this.#send(0, 0, nothing)
    this.#transport.close()
    this.#fail(error)
  }

  #request (name: string, args: readonly unknown[], type?: StreamKind): number {
    if (this.#closed) throw new KithError('away', 'the node is away')
    const req = ++this.#last
    // JavaScript leaves the type of an async call out.
    this.#send(JSON_BODY | (type ? STREAM : 0), req, json({ name: name.split('.'), args, type }))
    return req
  }

  #send (flags: number, req: number, body: Uint8Array): void {
    if (!this.#closed) this.#transport.send(frame(flags, req, body))
  }

  #bytes (bytes: Uint8Array): void {
    this.heard = performance.now()
    try {
      this.#reader.push(bytes, (flags, req, body) => {
        if (!this.#closed) this.#frame(flags, req, body)
      })
    } catch {
      this.#lost()
    }
  }

  #frame (flags: number, req: number, body: Uint8Array): void {
    if (!body.length) return this.#lost()
    if (req > 0) return this.#called(flags, req, body)
    const answer = this.#answers.get(-req)
    if (answer) return this.#answered(answer, flags, -req, body)
    const open = this.#open.get(-req)
    if (!open) return // a straggler of a stream that is over
    if (flags & END) return this.#ended(open, flags, -req, body)
    try {
      open.stream.push(read(flags, body), body.length)
    } catch {
      const error = new KithError('protocol', 'an item cannot be read')
      this.end(open.stream, error)
      open.stream.finish(error)
    }
  }

  #answered (answer: Answer, flags: number, req: number, body: Uint8Array): void {
    this.#answers.delete(req)
    if (flags & END) return answer.reject(endError(flags, body) ?? new KithError('unknown', 'the call failed'))
    try { answer.resolve(read(flags, body)) } catch { answer.reject(new KithError('protocol', 'the answer cannot be read')) }
  }

  #ended (open: Open, flags: number, req: number, body: Uint8Array): void {
    const error = endError(flags, body)
    // A stream is over when both sides have said so. An error comes back to its sender.
    if (!open.weEnded) this.#send(STREAM | END | JSON_BODY, req, error ? body : json(true))
    this.#open.delete(req)
    this.#numbers.delete(open.stream)
    open.stream.finish(error ?? undefined)
  }

  #called (flags: number, req: number, body: Uint8Array): void {
    if (flags & END || (flags & 3) !== JSON_BODY) return
    let name: unknown
    try { name = (read(flags, body) as { name?: unknown }).name } catch { return }
    if (name === undefined) return
    this.#send((flags & STREAM) | END | JSON_BODY, -req, errorBody(`method:${String(name)} is not in list of allowed methods`))
  }

  #lost (): void {
    if (this.#closed) return
    this.#transport.close()
    this.#fail(new KithError('away', 'the node is away'))
    this.#onclose()
  }

  #fail (error: KithError): void {
    this.#closed = true
    const answers = [...this.#answers.values()]
    const open = [...this.#open.values()]
    this.#answers.clear()
    this.#open.clear()
    this.#numbers.clear()
    for (const { reject } of answers) reject(error)
    for (const { stream } of open) stream.finish(error)
  }
}
