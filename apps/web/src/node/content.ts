// SPDX-License-Identifier: MIT
// Reading what others wrote (any field may lie) and writing what we publish (docs/protocol/content.md).
import type { Summary } from './types.ts'

type Fields = Record<string, unknown>

export const MESSAGE_LIMIT = 8192
export const BLOB_LIMIT = 5 * 1024 * 1024 - 1

const FEED = /^@[A-Za-z0-9+/]{43}=\.ed25519$/
const MESSAGE = /^%[A-Za-z0-9+/]{43}=\.sha256$/
const BLOB = /^&[A-Za-z0-9+/]{43}=\.sha256(\?unbox=[A-Za-z0-9+/]{43}=\.boxs)?$/

export const isFeed = (x: unknown): x is string => typeof x === 'string' && FEED.test(x)
export const isMessage = (x: unknown): x is string => typeof x === 'string' && MESSAGE.test(x)
export const isBlob = (x: unknown): x is string => typeof x === 'string' && BLOB.test(x)

const text = (x: unknown): string => (typeof x === 'string' ? x : '')
const fields = (x: unknown): Fields => (typeof x === 'object' && x !== null && !Array.isArray(x) ? (x as Fields) : {})

/** A link is an id, or an object that has one as `link`. */
const linkOf = (x: unknown): string => text(typeof x === 'string' ? x : fields(x).link)

export interface FileRef {
  link: string
  name: string
  type: string
  size: number
  /** Of a list of blobs: what they are together. */
  mime?: string
}

export interface Content {
  type: string
  text: string
  warning: string
  root: string
  branch: string[]
  wall: string
  share: string
  recps: string[]
  /** Names that the author gave to the people mentioned. */
  people: Map<string, string>
  files: FileRef[]
}

function filesOf(mentions: unknown[]): FileRef[] {
  return mentions
    .filter(m => isBlob(linkOf(m)))
    .map(m => {
      const f = fields(m)
      return {
        link: linkOf(m),
        name: text(f.name).slice(0, 200),
        type: text(f.type).slice(0, 100),
        size: typeof f.size === 'number' ? f.size : 0,
        mime: text(f.mime).slice(0, 100),
      }
    })
}

/** The content of a message as far as it makes sense; an edit's text takes the place of the first. */
export function contentOf(m: Summary): Content {
  const c = fields(m.value.content)
  const mentions = Array.isArray(c.mentions) ? c.mentions.slice(0, 256) : []
  const branch = Array.isArray(c.branch) ? c.branch : [c.branch]
  return {
    type: text(c.type),
    text: m.edited ? m.edited.text : text(c.text),
    warning: text(c.contentWarning),
    root: isMessage(c.root) ? c.root : '',
    branch: branch.filter(isMessage),
    wall: isFeed(c.wall) ? c.wall : '',
    share: linkOf(c.share),
    recps: (Array.isArray(c.recps) ? c.recps : []).map(linkOf).filter(isFeed),
    people: new Map(mentions.filter(m => isFeed(linkOf(m))).map(m => [linkOf(m), text(fields(m).name)])),
    files: filesOf(mentions),
  }
}

export interface Draft {
  text: string
  warning?: string
  files?: FileRef[]
  root?: string
  branch?: string[]
  wall?: string
  recps?: string[]
}

const IDS = /[@%&][A-Za-z0-9+/]{43}=\.(?:ed25519|sha256)(?:\?unbox=[A-Za-z0-9+/]{43}=\.boxs)?/g
const TAGS = /(?<![\p{L}\p{N}_/#&])#([\p{L}\p{N}_-]{1,64})/gu
const NAMED = /\[@([^\]]{1,80})\]\((@[A-Za-z0-9+/]{43}=\.ed25519)\)/g

/** What `mentions` of a post is to hold: its files, then all that its text points to, each link once. */
export function mentionsOf(words: string, files: FileRef[] = []): Fields[] {
  const out = new Map<string, Fields>()
  for (const f of files) {
    const { link, name, type, size, mime } = f
    out.set(link, { link, name, type, size, ...(mime && { mime }) })
  }
  for (const [, name, link] of words.matchAll(NAMED)) out.set(link!, { link, name })
  for (const [link] of words.matchAll(IDS)) if (!out.has(link)) out.set(link, { link })
  for (const [, tag] of words.matchAll(TAGS)) out.set(`#${tag!.toLowerCase()}`, { link: `#${tag!.toLowerCase()}` })
  return [...out.values()]
}

export function postContent(d: Draft): Fields {
  const mentions = mentionsOf(d.text, d.files)
  return {
    type: 'post',
    text: d.text,
    ...(d.root && { root: d.root, branch: d.branch?.length === 1 ? d.branch[0] : (d.branch ?? d.root) }),
    ...(d.wall && { wall: d.wall }),
    ...(mentions.length > 0 && { mentions }),
    ...(d.warning && { contentWarning: d.warning }),
    ...(d.recps?.length && { recps: d.recps }),
  }
}

/** How long the signed message will be: the limit counts the characters that V8 would print. */
export function messageLength(content: Fields): number {
  const to: unknown[] = Array.isArray(content.recps) ? content.recps : []
  const recps = to.length
  // The node writes the circle's id there.
  const said = to[0] === 'friends' ? { ...content, recps: ['x'.repeat(64)] } : content
  const id = `%${'x'.repeat(43)}=.sha256`
  const sealed = (bytes: number): string => 'x'.repeat(Math.ceil((bytes + 57 + 49 * recps) / 3) * 4 + 4)
  return JSON.stringify(
    {
      previous: id,
      author: `@${'x'.repeat(43)}=.ed25519`,
      sequence: 9_999_999,
      timestamp: Date.now(),
      hash: 'sha256',
      content: recps ? sealed(new TextEncoder().encode(JSON.stringify(said)).length) : content,
      signature: `${'x'.repeat(88)}.sig.ed25519`,
    },
    null,
    2,
  ).length
}
