// SPDX-License-Identifier: MIT
// Bytes as text and back, and beside each other.

export const base64 = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes))

/** Throws what atob throws. */
export const unbase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), c => c.charCodeAt(0))

export const base64url = (bytes: Uint8Array): string =>
  base64(bytes).replaceAll('+', '-').replaceAll('/', '_').replace(/=+$/, '')

export const unbase64url = (text: string): Uint8Array<ArrayBuffer> =>
  unbase64(text.replaceAll('-', '+').replaceAll('_', '/'))

export function joined(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

export const same = (a: Uint8Array, b: Uint8Array): boolean =>
  a.length === b.length && a.reduce((different, byte, i) => different | (byte ^ b[i]!), 0) === 0

/** As memcmp. */
export function compare(a: Uint8Array, b: Uint8Array): number {
  for (const [i, byte] of a.entries()) {
    if (byte !== b[i]) return byte - b[i]!
  }
  return 0
}

export const random = (length: number): Uint8Array<ArrayBuffer> => crypto.getRandomValues(new Uint8Array(length))

export const idOf = (key: string): string => `@${key}.ed25519`
