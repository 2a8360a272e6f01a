// SPDX-License-Identifier: MIT
// `ssb:` addresses (ssb-uri-spec): URL-safe base64 there, and the classic sigils here.
const KINDS: Record<string, [sigil: string, suffix: string]> = {
  'message/sha256': ['%', '.sha256'],
  'message/classic': ['%', '.sha256'],
  'feed/ed25519': ['@', '.ed25519'],
  'feed/classic': ['@', '.ed25519'],
  'blob/sha256': ['&', '.sha256'],
  'blob/classic': ['&', '.sha256'],
}

/** The id that an address names, or ''. */
export function idOfUri(uri: string): string {
  const found =
    /^ssb:(?:\/\/)?(message|feed|blob)[/:](sha256|ed25519|classic)[/:]([A-Za-z0-9_=-]{43,44})(?:[?#].*)?$/.exec(uri)
  const kind = found && KINDS[`${found[1]}/${found[2]}`]
  if (!kind) return ''
  return `${kind[0]}${found[3]!.slice(0, 43).replace(/-/g, '+').replace(/_/g, '/')}=${kind[1]}`
}

export function uriOf(id: string): string {
  const bare = id.slice(1, 45).replace(/\+/g, '-').replace(/\//g, '_')
  if (id.startsWith('%')) return `ssb:message/classic/${bare}`
  if (id.startsWith('@')) return `ssb:feed/classic/${bare}`
  return `ssb:blob/classic/${bare}`
}
