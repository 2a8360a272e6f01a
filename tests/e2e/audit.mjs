// SPDX-License-Identifier: MIT
// What may stand in a page that shows strangers' words: looked at in the page itself, element by element.
// A content security policy would stop most of it from running; here it must not even be there.

// Runs in the page; answers what is wrong, in words. What was looked at twice is passed over, unless it is to be the whole.
export function audit (whole = false) {
  const looks = window.kithLooks ??= new WeakMap()
  const faults = new Set()
  const own = location.origin
  const say = (element, words) => faults.add(`${words}: ${element.outerHTML.slice(0, 160)}`)
  const never = new Set(['IFRAME', 'FRAME', 'FRAMESET', 'OBJECT', 'EMBED', 'APPLET', 'BASE', 'PORTAL', 'FENCEDFRAME', 'MATH', 'FOREIGNOBJECT', 'ANIMATE', 'SET', 'TRACK', 'MARQUEE', 'PLAINTEXT'])
  const links = new Set(['http:', 'https:', 'mailto:', 'ssb:'])
  const loads = new Set(['blob:', 'data:'])
  // The shape that stands for somebody without a photo is drawn from the id, and is a picture without words.
  const drawn = (element, style) => element.matches('.avatar > span') ? style.replace(/^--shape: url\("data:image\/svg\+xml,[\w%.!~*'()-]*"\);?$/, '') : style
  const allowed = element => {
    const name = element.nodeName.toUpperCase()
    if (never.has(name)) say(element, 'an element that nobody needs')
    for (const { name: key, value } of element.attributes) {
      if (/^on/i.test(key)) say(element, `the attribute ${key}`)
      if (key === 'style' && /url|expression|import|fixed/i.test(drawn(element, value))) say(element, 'a style that loads or covers')
      if (/^(srcset|srcdoc|ping|background|formaction|manifest|codebase|classid|archive|longdesc|usemap|http-equiv)$/i.test(key)) say(element, `the attribute ${key}`)
      if (/^(src|href|xlink:href|action|data|poster|cite)$/i.test(key)) address(element, key.toLowerCase(), value)
    }
    const inside = element.closest?.('article, .words')
    if (inside && inside !== element) {
      for (const key of ['id', 'name']) {
        const value = element.getAttribute(key)
        if (value && (value in document || value in HTMLFormElement.prototype || value === 'page')) say(element, `an element whose ${key} stands for another`)
      }
      if (name === 'SCRIPT' || name === 'STYLE' || name === 'LINK' || name === 'META') say(element, 'not for a text')
    }
  }
  const address = (element, key, value) => {
    let url
    try { url = new URL(value, location.href) } catch { return }
    if (element.localName === 'a' || element.localName === 'area') {
      if (!links.has(url.protocol)) return say(element, `a link to ${url.protocol}`)
      if (url.origin !== own && /^https?:$/.test(url.protocol) && !/noopener|noreferrer/.test(element.rel)) say(element, 'a link that tells where one came from')
      if (url.origin === own && url.pathname !== location.pathname) say(element, 'a link to another door of the node')
      return
    }
    if (element.localName === 'use' && value.startsWith('#')) return
    if (!loads.has(url.protocol) && (url.origin === own || value.startsWith('#'))) {
      if (element.closest('article') && element.localName !== 'svg' && url.href !== location.href && !/\/assets\//.test(url.pathname)) say(element, 'a request to the node')
      return
    }
    if (!loads.has(url.protocol)) say(element, `something loaded from ${url.protocol}`)
    if (url.protocol === 'data:' && /svg|html|xml|script/i.test(value.slice(0, 60)) && element.localName !== 'img') say(element, 'data that runs')
  }
  const walk = root => {
    const passesOver = element => {
      if (whole || element.localName !== 'article') return false
      looks.set(element, (looks.get(element) ?? 0) + 1)
      return looks.get(element) > 2
    }
    const tree = document.createTreeWalker(root, NodeFilter.SHOW_ELEMENT, element => passesOver(element) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT)
    while (tree.nextNode()) {
      allowed(tree.currentNode)
      if (tree.currentNode.shadowRoot) walk(tree.currentNode.shadowRoot)
    }
  }
  walk(document)
  for (const key of ['polluted']) {
    if (key in Object.prototype || key in Array.prototype) faults.add('the prototype of all objects has been written to')
  }
  if (document.title.includes('<') && document.title.length > 300) faults.add('a title without an end')
  const body = getComputedStyle(document.body)
  if (body.display === 'none' || body.visibility === 'hidden') faults.add('the page is hidden')
  return [...faults]
}
