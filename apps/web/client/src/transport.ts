// SPDX-License-Identifier: MIT
// A transport is an ordered pipe of bytes to a node. Borders between chunks mean nothing.

export interface Transport {
  /** Called once when bytes can go; may be called before `send`'s first use only. */
  onopen: (() => void) | null
  onbytes: ((bytes: Uint8Array) => void) | null
  /** Called once, however it ended; not after `close()`. */
  onclose: (() => void) | null
  /** Takes the array over: it may not be changed afterwards. */
  send(bytes: Uint8Array<ArrayBuffer>): void
  /** Bytes that were sent and have not left yet: writers of long streams wait while it is high. */
  readonly bufferedAmount: number
  close(): void
}

/** How to reach a node, as often as it takes. */
export interface Road {
  open(): Transport
  /** After a failure: whether the node is there and does not take our token. */
  refused?(): Promise<boolean>
}

/** Larger writes are cut, so that neither side has to keep a large message whole. */
const CHUNK = 64 << 10

/**
 * The node's `/rpc`, with the token of `HOME/web-token`.
 *
 * A browser does not say why an upgrade failed, so `GET /session` is asked. Outside a browser (Node) the
 * Origin header, which the node wants, is set by hand.
 */
export function viaWebSocket (url: string | URL, token: string): Road {
  const ws = new URL(url)
  const http = new URL('session', ws)
  http.protocol = ws.protocol.replace('ws', 'http')
  return {
    open: () => webSocketTransport(openSocket(ws.href, ['kith', 'token.' + token], http.origin)),
    async refused () {
      const answer = await fetch(http, { headers: { authorization: 'Bearer ' + token }, cache: 'no-store', signal: AbortSignal.timeout(10e3) })
      return answer.status === 401
    }
  }
}

function openSocket (url: string, protocols: string[], origin: string): WebSocket {
  if (typeof location === 'object') return new WebSocket(url, protocols)
  return new WebSocket(url, { protocols, headers: { origin } } as unknown as string[])
}

/** Any WebSocket, opening or open. */
export function webSocketTransport (socket: WebSocket): Transport {
  socket.binaryType = 'arraybuffer'
  const transport: Transport = {
    onopen: null,
    onbytes: null,
    onclose: null,
    send (bytes) {
      if (socket.readyState !== WebSocket.OPEN) return
      for (let at = 0; at < bytes.length; at += CHUNK) socket.send(bytes.subarray(at, at + CHUNK))
    },
    get bufferedAmount () { return socket.bufferedAmount },
    close () {
      transport.onopen = transport.onbytes = transport.onclose = null
      socket.close()
    }
  }
  socket.onopen = () => transport.onopen?.()
  socket.onmessage = event => {
    if (event.data instanceof ArrayBuffer) transport.onbytes?.(new Uint8Array(event.data))
  }
  // Node 22 says nothing but `error` of an upgrade that was refused.
  socket.onclose = socket.onerror = () => {
    const ended = transport.onclose
    transport.onclose = null
    ended?.()
  }
  return transport
}

/**
 * A node in a worker. Messages of a port: an ArrayBuffer is bytes, a number says how many bytes the
 * sender of that number has taken, null is the end. A port cannot be opened twice: give a function that
 * makes a new one if there is to be a second try.
 */
export function viaMessagePort (port: MessagePort | (() => MessagePort)): Road {
  let used = false
  return {
    open () {
      if (typeof port === 'function') return messagePortTransport(port())
      if (used) throw new Error('the port was used')
      used = true
      return messagePortTransport(port)
    }
  }
}

/** Either end of a channel. */
export function messagePortTransport (port: MessagePort): Transport {
  let waiting = 0
  const transport: Transport = {
    onopen: null,
    onbytes: null,
    onclose: null,
    send (bytes) {
      waiting += bytes.length
      const whole = bytes.length === bytes.buffer.byteLength ? bytes : bytes.slice()
      port.postMessage(whole.buffer, [whole.buffer])
    },
    get bufferedAmount () { return waiting },
    close () {
      transport.onopen = transport.onbytes = transport.onclose = null
      port.postMessage(null)
      port.close()
    }
  }
  port.onmessage = ({ data }) => {
    if (typeof data === 'number') {
      waiting -= data
    } else if (data instanceof ArrayBuffer) {
      port.postMessage(data.byteLength)
      transport.onbytes?.(new Uint8Array(data))
    } else if (data === null) {
      transport.onclose?.()
    }
  }
  queueMicrotask(() => transport.onopen?.())
  return transport
}
