// SPDX-License-Identifier: MIT
// Every failure that a caller sees is a KithError: `code` for programs, `message` a sentence for people.

/** The node's names (core/base/err.h) and this client's own. Others may come. */
export type ErrorCode =
  | 'syntax' | 'size' | 'crypto' | 'protocol' | 'invalid' | 'chain' | 'fork' | 'budget' | 'hangup'
  | 'io' | 'full' | 'corrupt' | 'locked' | 'net'
  | 'not_found' | 'arg' | 'too_long' | 'fork_guard' | 'denied' | 'exists' | 'busy' | 'unknown_method'
  | 'passphrase'
  /** The link was lost before the answer came, or there is none now. The call may have been carried out. */
  | 'away'
  /** A stream's items came faster than they were taken. */
  | 'overflow'
  /** The node does not take our token. */
  | 'refused'
  /** This client was closed by its owner. */
  | 'closed'
  | (string & {})

export class KithError extends Error {
  override readonly name = 'KithError'
  readonly code: ErrorCode

  constructor (code: ErrorCode, message: string) {
    super(message)
    this.code = code
  }
}

/** What the node says, `code: sentence`, or JavaScript's words for a method that one may not call. */
export function errorFrom (text: string): KithError {
  const parts = /^([a-z][a-z_]*): (.+)$/s.exec(text)
  if (parts) return new KithError(parts[1]!, parts[2]!)
  return new KithError(/^method:.* allowed methods$|^no [a-z]+:/.test(text) ? 'unknown_method' : 'unknown', text)
}
