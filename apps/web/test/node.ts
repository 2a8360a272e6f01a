// SPDX-License-Identifier: MIT
// In place of the client: a node that says what a test lets it say.
import { signal } from '@preact/signals'

export class KithError extends Error {
  readonly code: string
  constructor(code: string, message = code) {
    super(message)
    this.code = code
  }
}

type Method = (...args: never[]) => unknown

export const link = signal('ready')
export const isReady = signal(true)
export const meId = signal(`@${'m'.repeat(43)}=.ed25519`)
export const methods: Record<string, Method> = {}
/** What was asked, in order. */
export const asked: [name: string, ...args: unknown[]][] = []

const answer = (name: string, args: unknown[]): unknown => {
  asked.push([name, ...args])
  const method = methods[name]
  if (!method) throw new KithError('unknown_method', name)
  return method(...(args as never[]))
}

export const ask = async (name: string, ...args: unknown[]): Promise<unknown> => answer(name, args)
export const all = async (name: string, args: unknown[]): Promise<unknown> => answer(name, args)
export async function* each(name: string, args: unknown[]): AsyncGenerator<unknown> {
  yield* (await answer(name, args)) as Iterable<unknown>
}
export async function* live(): AsyncGenerator<never> {}

async function whole(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const parts: Uint8Array<ArrayBuffer>[] = []
  for await (const part of bytes) parts.push(part as Uint8Array<ArrayBuffer>)
  return new Uint8Array(await new Blob(parts).arrayBuffer())
}
export const pour = async (name: string, bytes: AsyncIterable<Uint8Array>): Promise<unknown> =>
  answer(name, [await whole(bytes)])
export const seal = (bytes: AsyncIterable<Uint8Array>): Promise<unknown> => pour('blobs.seal', bytes)

export const codeOf = (error: unknown): string => (error instanceof KithError ? error.code : 'unknown')
export const restarted = Symbol('restarted')
export const node = { state: 'ready', id: meId.value }
