// SPDX-License-Identifier: MIT
// The frames of muxrpc (packet-stream-codec 1.2): flags, length and request number, then a body.

export const BINARY = 0
export const UTF8 = 1
export const JSON_BODY = 2
export const END = 4
export const STREAM = 8

const HEADER = 9
/** As KITH_MUXRPC_MAX_BODY in core/wire/muxrpc.h. */
export const MAX_BODY = 8 << 20

export function frame (flags: number, req: number, body: Uint8Array): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(HEADER + body.length)
  const view = new DataView(out.buffer)
  out[0] = flags
  view.setUint32(1, body.length)
  view.setInt32(5, req)
  out.set(body, HEADER)
  return out
}

/** Finds frames in a stream of bytes that is cut anywhere. A body is a view of what was pushed. */
export class FrameReader {
  #parts: Uint8Array[] = []
  #have = 0
  #need = HEADER

  push (chunk: Uint8Array, take: (flags: number, req: number, body: Uint8Array) => void): void {
    this.#parts.push(chunk)
    this.#have += chunk.length
    if (this.#have < this.#need) return
    const all = this.#joined()
    const view = new DataView(all.buffer, all.byteOffset, all.length)
    let at = 0
    for (;;) {
      this.#need = HEADER
      if (all.length - at < HEADER) break
      const length = view.getUint32(at + 1)
      if (length > MAX_BODY) throw new Error('a frame is too long')
      if (all.length - at < HEADER + length) {
        this.#need = HEADER + length
        break
      }
      take(all[at]!, view.getInt32(at + 5), all.subarray(at + HEADER, at + HEADER + length))
      at += HEADER + length
    }
    this.#have = all.length - at
    this.#parts = this.#have ? [all.subarray(at)] : []
  }

  #joined (): Uint8Array {
    if (this.#parts.length === 1) return this.#parts[0]!
    const all = new Uint8Array(this.#have)
    let at = 0
    for (const part of this.#parts) {
      all.set(part, at)
      at += part.length
    }
    return all
  }
}
