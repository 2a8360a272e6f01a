// SPDX-License-Identifier: MIT
// Shows in a text where the words are that were looked for. Only text nodes are touched and only `<mark>`
// elements made, so that nothing of what was typed or written becomes HTML.

/** As the node compares: without case, accents and the forms of one letter (core/social/fold.h). */
const fold = (c: string): string => c.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase().toLowerCase()

/** The folded text, and for each of its units where it began. */
function folded(text: string): { text: string; at: number[] } {
  let out = ''
  const at: number[] = []
  let from = 0
  for (const c of text) {
    const f = fold(c)
    for (let i = 0; i < f.length; i++) at.push(from)
    out += f
    from += c.length
  }
  at.push(from)
  return { text: out, at }
}

const PARTS = /"([^"]*)"?|(\S+)/gu
const WORDS = /[\p{L}\p{N}]+/gu
/** Scripts that put no spaces between words. */
const DENSE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]/u
const LETTER = '[\\p{L}\\p{N}]'

/** What matches the words of a search; undefined if there are none. */
export function finder(query: string): RegExp | undefined {
  const parts = [...query.matchAll(PARTS)]
  const alternatives = parts.flatMap(([, phrase, word], i) => {
    const words = [...folded(phrase ?? word ?? '').text.matchAll(WORDS)].map(m => m[0])
    if (!words.length) return []
    const open = DENSE.test(words[0]!) ? '' : `(?<!${LETTER})`
    // The last word may be a beginning only, as long as no quotes or space end it.
    const isBeginning = word !== undefined && i === parts.length - 1 && /\S$/.test(query)
    return `${open}${words.join('[^\\p{L}\\p{N}]+')}${isBeginning || DENSE.test(words.at(-1)!) ? '' : `(?!${LETTER})`}`
  })
  return alternatives.length ? new RegExp(alternatives.join('|'), 'gu') : undefined
}

/** Where it matches in a text, as [from, to) pairs. */
export function places(text: string, found: RegExp): [number, number][] {
  const f = folded(text)
  return [...f.text.matchAll(found)].map(m => [f.at[m.index]!, f.at[m.index + m[0].length]!])
}

function markText(node: Text, found: RegExp): void {
  for (const [from, to] of places(node.data, found).reverse()) {
    if (to <= from) continue
    const hit = node.splitText(from)
    hit.splitText(to - from)
    const mark = document.createElement('mark')
    hit.replaceWith(mark)
    mark.append(hit)
  }
}

/** Marks what posts below `root` say, and what will come there, until the returned function is called. */
export function markWords(root: HTMLElement, found: RegExp): () => void {
  const seen = new WeakSet<Node>()
  const look = (): void => {
    observer.disconnect()
    for (const words of root.querySelectorAll('.words')) {
      const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT)
      const texts: Text[] = []
      while (walker.nextNode()) texts.push(walker.currentNode as Text)
      for (const node of texts) {
        if (seen.has(node) || node.parentElement?.closest('mark, [data-blob], [data-file]')) continue
        markText(node, found)
        seen.add(node)
      }
    }
    observer.observe(root, { childList: true, subtree: true })
  }
  const observer = new MutationObserver(look)
  look()
  return () => {
    observer.disconnect()
    for (const mark of root.querySelectorAll('.words mark')) {
      const parent = mark.parentNode
      mark.replaceWith(...mark.childNodes)
      parent?.normalize()
    }
  }
}
