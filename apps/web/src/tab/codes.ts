// SPDX-License-Identifier: MIT
// Two codes that two people give each other by any means connect them, with no server at all:
//
//   kith1o CODE    made by who begins, kith1a CODE    made by who answers
//
// CODE is base64url of deflated JSON {id, sdp}. It names the network addresses of its maker's machine, so it
// is for the one whom it is given to. The id says whom to expect; the handshake makes sure.
import { KithError } from '@kith/client'

export interface Code {
  kind: 'offer' | 'answer'
  /** `@….ed25519` */
  id: string
  sdp: string
}

const MARK = { offer: 'kith1o', answer: 'kith1a' } as const
const FORM = /^kith1([oa])([A-Za-z0-9_-]{20,8000})$/
const ID = /^@[A-Za-z0-9+/]{43}=\.ed25519$/
/** Nothing sensible is larger; a code that unfolds for ever is stopped. */
const PLAIN_MAX = 32_768

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  most: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader()
  const parts: Uint8Array<ArrayBuffer>[] = []
  for (let size = 0; ; ) {
    const { value, done } = await reader.read()
    if (done) break
    size += value.length
    if (size > most) throw new Error('too large')
    parts.push(value)
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}

export async function writeCode({ kind, id, sdp }: Code): Promise<string> {
  const plain = new TextEncoder().encode(JSON.stringify({ id, sdp }))
  const packed = await through(plain, new CompressionStream('deflate-raw'), PLAIN_MAX)
  const text = btoa(String.fromCharCode(...packed))
  return MARK[kind] + text.replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')
}

/** Throws `arg`: that is no code. Blanks and line breaks, which mail and chats put in, are nothing. */
export async function readCode(text: string): Promise<Code> {
  try {
    const [, kind, body] = FORM.exec(text.replace(/\s+/g, ''))!
    const packed = Uint8Array.from(atob(body!.replaceAll('-', '+').replaceAll('_', '/')), c => c.charCodeAt(0))
    const plain = await through(packed, new DecompressionStream('deflate-raw'), PLAIN_MAX)
    const { id, sdp } = JSON.parse(new TextDecoder().decode(plain)) as { id: unknown; sdp: unknown }
    if (typeof id !== 'string' || !ID.test(id) || typeof sdp !== 'string') throw new Error('not a code')
    return { kind: kind === 'o' ? 'offer' : 'answer', id, sdp }
  } catch {
    throw new KithError('arg', 'that is no code')
  }
}
