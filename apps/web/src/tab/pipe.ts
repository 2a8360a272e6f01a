// SPDX-License-Identifier: MIT
// A pipe is one link's bytes on their way out of the Worker and into it: a port of a page, a WebSocket.

/** Bytes that a pipe holds unsent before the node is asked for no more. */
const HIGH = 1 << 20
const LOOK_MS = 20

export interface Pipe {
  /** Once, when bytes can go; at once or later. One that is open already says so when it is asked for. */
  onopen: () => void
  readonly isOpen: boolean
  /** `done` says that they were taken, so that more may come. */
  onbytes: (bytes: Uint8Array, done: () => void) => void
  /** Once, however it ended; not after close(). */
  onclose: () => void
  /** There is room again. */
  ondrain: () => void
  readonly hasRoom: boolean
  send(bytes: Uint8Array<ArrayBuffer>): void
  /** What was sent still leaves. */
  close(): void
}

const nothing = (): void => {}

/** What a MessagePort and a BroadcastChannel have in common. */
export interface PortLike {
  onmessage: ((event: MessageEvent) => void) | null
  postMessage(message: unknown, transfer?: Transferable[]): void
  close(): void
}

/** As messagePortTransport in client/src/transport.ts: bytes, a number of bytes that were taken, null at the end. */
export function portPipe(port: PortLike, transfers = true): Pipe {
  let waiting = 0
  const pipe: Pipe = {
    onopen: nothing,
    onbytes: nothing,
    onclose: nothing,
    ondrain: nothing,
    isOpen: true,
    get hasRoom() {
      return waiting < HIGH
    },
    send(bytes) {
      waiting += bytes.length
      if (transfers) port.postMessage(bytes.buffer, [bytes.buffer])
      else port.postMessage(bytes.buffer)
    },
    close() {
      pipe.onclose = pipe.onbytes = pipe.ondrain = nothing
      port.postMessage(null)
      port.close()
    },
  }
  port.onmessage = ({ data }) => {
    if (typeof data === 'number') {
      const was = waiting
      waiting -= data
      if (was >= HIGH && waiting < HIGH) pipe.ondrain()
    } else if (data instanceof ArrayBuffer) {
      pipe.onbytes(new Uint8Array(data), () => port.postMessage(data.byteLength))
    } else if (data === null) {
      const ended = pipe.onclose
      pipe.onclose = nothing
      ended()
    }
  }
  return pipe
}

/** A socket that is being opened. It cannot be told to stop reading. */
export function socketPipe(socket: WebSocket): Pipe {
  let timer: ReturnType<typeof setTimeout> | undefined
  socket.binaryType = 'arraybuffer'
  const look = (): void => {
    timer = undefined
    if (pipe.hasRoom) pipe.ondrain()
    else timer = setTimeout(look, LOOK_MS)
  }
  const pipe: Pipe = {
    onopen: nothing,
    onbytes: nothing,
    onclose: nothing,
    ondrain: nothing,
    get isOpen() {
      return socket.readyState === WebSocket.OPEN
    },
    get hasRoom() {
      return socket.bufferedAmount < HIGH
    },
    send(bytes) {
      if (socket.readyState === WebSocket.OPEN) socket.send(bytes)
      if (!pipe.hasRoom) timer ??= setTimeout(look, LOOK_MS)
    },
    close() {
      clearTimeout(timer)
      pipe.onclose = pipe.onbytes = pipe.ondrain = pipe.onopen = nothing
      socket.close()
    },
  }
  socket.onopen = () => pipe.onopen()
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) pipe.onbytes(new Uint8Array(data), nothing)
  }
  socket.onclose = () => {
    clearTimeout(timer)
    const ended = pipe.onclose
    pipe.onclose = nothing
    ended()
  }
  return pipe
}

/** A road that is still being found. */
export class LatePipe implements Pipe {
  onopen = nothing
  onbytes: Pipe['onbytes'] = nothing
  onclose = nothing
  ondrain = nothing
  /** Whoever looks for it may stop. */
  ongivenup = nothing
  #found: Pipe | undefined
  #over = false

  get isOpen(): boolean {
    return this.#found !== undefined
  }

  get hasRoom(): boolean {
    return this.#found?.hasRoom ?? false
  }

  send(bytes: Uint8Array<ArrayBuffer>): void {
    this.#found?.send(bytes)
  }

  close(): void {
    this.#over = true
    this.onclose = nothing
    this.#found?.close()
    this.ongivenup()
  }

  found(pipe: Pipe): void {
    if (this.#over) {
      pipe.close()
      return
    }
    this.#found = pipe
    pipe.onbytes = (bytes, done) => this.onbytes(bytes, done)
    pipe.ondrain = () => this.ondrain()
    pipe.onclose = () => this.lost()
    this.onopen()
  }

  lost(): void {
    const ended = this.onclose
    this.onclose = nothing
    this.#over = true
    ended()
  }
}
