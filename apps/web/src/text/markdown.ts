// SPDX-License-Identifier: MIT
// People's words as HTML. marked makes it, and nothing that marked made is trusted: DOMPurify lets
// through the few tags and attributes named here and gives a TrustedHTML. No HTML of the author's ever
// passes, no picture is fetched: a blob becomes an empty element that the page fills by itself.
import DOMPurify from 'dompurify'
import { Marked, type Token, type Tokens } from 'marked'
import { t } from '../i18n/index.ts'
import { isBlob, isFeed, isMessage } from '../node/content.ts'
import { href } from '../route.ts'
import { idOfUri } from './uri.ts'

const quote = (text: string): string => text.replace(/[&<>"']/g, c => `&#${c.charCodeAt(0)};`)

const OUTSIDE = /^(?:https?:\/\/|mailto:)/i
const ID =
  /^(?:@[A-Za-z0-9+/]{43}=\.ed25519|%[A-Za-z0-9+/]{43}=\.sha256|&[A-Za-z0-9+/]{43}=\.sha256(?:\?unbox=[A-Za-z0-9+/]{43}=\.boxs)?)/
const URI = /^ssb:[A-Za-z0-9:/_=+%?&.-]+/
const TAG = /^#([\p{L}\p{N}_-]{1,64})/u

function link(to: string, words: string, label: string): string {
  const id = idOfUri(to) || to
  if (isFeed(id)) return `<a class="person" href="${quote(href.wall(id))}">${words}</a>`
  if (isMessage(id)) return `<a href="${quote(href.message(id))}">${words}</a>`
  if (isBlob(id)) return `<span data-file="${quote(id)}" data-name="${quote(label)}"></span>`
  if (/^#[\p{L}\p{N}_-]+$/u.test(to)) return `<a class="tag" href="${quote(href.tag(to.slice(1)))}">${words}</a>`
  if (OUTSIDE.test(to)) return `<a class="outside" href="${quote(to)}">${words}</a>`
  return words
}

const shortOf = (id: string): string => `${id.slice(0, 8)}…`

const ssb = {
  name: 'ssb',
  level: 'inline' as const,
  start: (src: string) => src.search(/[@%&][A-Za-z0-9+/]{43}=\.|ssb:|(?<![\p{L}\p{N}_/#&])#[\p{L}\p{N}_]/u),
  tokenizer(src: string): Tokens.Generic | undefined {
    const raw = ID.exec(src)?.[0] ?? URI.exec(src)?.[0] ?? TAG.exec(src)?.[0]
    return raw ? { type: 'ssb', raw } : undefined
  },
  renderer: ({ raw }: Tokens.Generic): string => {
    const id = idOfUri(raw) || raw
    return link(raw, quote(id.startsWith('#') ? id : shortOf(id)), '')
  },
}

const marked = new Marked({
  gfm: true,
  breaks: true,
  extensions: [ssb],
  renderer: {
    html: ({ text }) => quote(text),
    heading({ tokens, depth }) {
      const level = Math.min(6, depth + 2)
      return `<h${level}>${this.parser.parseInline(tokens)}</h${level}>`
    },
    paragraph(token) {
      return `<p${isMedia(token) ? ' class="photos"' : ''}>${this.parser.parseInline(token.tokens)}</p>`
    },
    link({ href: to, tokens, text }) {
      return link(to, this.parser.parseInline(tokens), text)
    },
    image({ href: to, text }) {
      const id = idOfUri(to) || to
      if (isBlob(id)) return `<span data-blob="${quote(id)}" data-alt="${quote(text)}"></span>`
      return link(to, quote(t('media.remote', { name: text || to })), text)
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
})

/** Nothing but photos and files, as a composer puts them below the words. */
const isMedia = (token: Token): token is Tokens.Paragraph =>
  token.type === 'paragraph' &&
  token.tokens!.every(x => x.type === 'br' || x.raw.trim() === '' || ('href' in x && isBlob(idOfUri(x.href) || x.href)))

marked.use({
  hooks: {
    // Those that stand in paragraphs of their own stand together.
    processAllTokens: tokens =>
      tokens.reduce<Token[]>((out, token) => {
        const before = out.at(-1)
        if (before && isMedia(before) && isMedia(token)) before.tokens.push(...token.tokens)
        else if (token.type !== 'space') out.push(token)
        return out
      }, []),
  },
})

const CLASSES = new Set(['person', 'tag', 'outside', 'photos'])

DOMPurify.addHook('afterSanitizeAttributes', element => {
  if (!CLASSES.has(element.className)) element.removeAttribute('class')
  // Wide ones scroll, and whoever has no mouse has to get there.
  if (element.nodeName === 'TABLE') element.setAttribute('tabindex', '0')
  const to = element.getAttribute('href')
  if (to === null) return
  if (to.startsWith('#/')) return
  if (!OUTSIDE.test(to)) return element.removeAttribute('href')
  element.setAttribute('target', '_blank')
  element.setAttribute('rel', 'noopener noreferrer nofollow')
})

const ALLOWED = {
  ALLOWED_TAGS:
    'p br strong em del code pre blockquote ul ol li h3 h4 h5 h6 hr a span table thead tbody tr th td'.split(' '),
  ALLOWED_ATTR: ['href', 'class', 'start', 'data-blob', 'data-file', 'data-alt', 'data-name'],
  ALLOWED_URI_REGEXP: /^(?:https?:\/\/|mailto:|#\/)/i,
  // These are texts that nothing loads by itself; the page reads them and judges them anew.
  ADD_URI_SAFE_ATTR: ['start', 'data-blob', 'data-file', 'data-alt', 'data-name'],
  ALLOW_DATA_ATTR: false,
  ALLOW_ARIA_ATTR: false,
  RETURN_TRUSTED_TYPE: true as const,
}

const clean = (html: string): TrustedHTML => DOMPurify.sanitize(html, ALLOWED) as unknown as TrustedHTML

export function render(words: string): TrustedHTML {
  try {
    return clean(marked.parse(words, { async: false }))
  } catch {
    return clean(`<p>${quote(words)}</p>`)
  }
}

/** For a line in a list or a title: the first words, without marks. */
export function plain(words: string, most = 120): string {
  const bare = words
    .replace(/!\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
    .replace(/[*_`>#~]+/g, '')
    .replace(/\s+/g, ' ')
    .trim()
  return bare.length > most ? `${bare.slice(0, most)}…` : bare
}
