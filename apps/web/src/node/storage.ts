// SPDX-License-Identifier: MIT
// What this browser keeps: the token, drafts, looks. All of it can be lost without losing a post.
const PREFIX = 'kith.'

export function read<T>(key: string): T | undefined {
  try {
    const text = localStorage.getItem(PREFIX + key)
    return text === null ? undefined : (JSON.parse(text) as T)
  } catch {
    return undefined
  }
}

/** False when the browser has no room or refuses to keep anything. */
export function write(key: string, value: unknown): boolean {
  try {
    if (value === undefined) localStorage.removeItem(PREFIX + key)
    else localStorage.setItem(PREFIX + key, JSON.stringify(value))
    return true
  } catch {
    return false
  }
}
