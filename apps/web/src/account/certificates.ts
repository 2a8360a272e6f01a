// SPDX-License-Identifier: MIT
// Whose word a certificate is: a broker's key says it, the name in it is what anybody may write.
import { base64, idOf } from '../tab/bytes.ts'
import type { Core } from '../tab/core.ts'
import type { Handle } from '../tab/messages.ts'

/** Brokers that we have met: key in base64, and where they were. */
export type Servers = Record<string, string>

type Reader = Pick<Core, 'certificate'>

export function isOf(core: Reader, certificate: unknown, key: string): certificate is string {
  try {
    return base64(core.certificate(String(certificate)).key) === key
  } catch {
    return false
  }
}

/** What a certificate gives its holder. Without a host: signed by somebody whom we do not know, under whatever name. */
export function handleOf(core: Reader, certificate: string, servers: Servers): Omit<Handle, 'says'> {
  const { broker, handle, until } = core.certificate(certificate)
  return { handle, host: servers[base64(broker)] ?? '', until }
}

/** Whom a broker has found: only what is its own word, and still holds. */
export function foundBy(core: Reader, certificate: string, broker: string, now: number) {
  const it = core.certificate(certificate)
  return base64(it.broker) === broker && it.until > now ? { id: idOf(base64(it.key)), handle: it.handle } : null
}
