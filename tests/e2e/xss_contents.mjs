// SPDX-License-Identifier: MIT
// The payloads as contents of messages. Each has an id that its text begins with where it has a text, so
// that the test knows that it was on the screen.
import * as vectors from './xss_vectors.mjs'

const ROOM = 7200 // a message has 8 KiB in all
const PRIVATE_ROOM = 5200 // sealed, it is a third longer

function cut (text, room) {
  while (JSON.stringify(text).length > room) text = text.slice(0, -Math.ceil(text.length / 20))
  return text
}

// make(id) gives what runs and what loads for this id; where are the ids that the contents speak of.
export function contents ({ canary, where, files, lists }) {
  const all = []
  let next = 0
  const add = (place, content, id) => all.push({ place, id, content })
  const fresh = prefix => `${prefix}${String(next++).padStart(4, '0')}`
  const run = id => `kithCanary('${id}')`
  const load = id => `${canary}/${id}`
  const begin = (id, text, room = ROOM) => cut(`${id}\n\n${text}`, room)
  const wall = where.friend

  // Every text, each on the friend's wall; some in comments, private messages, warnings, edits and shares too.
  const makers = []
  for (const kind of ['markup', 'markdown', 'letters', 'references']) {
    const count = vectors[kind]('', 'http://x').length
    for (let i = 0; i < count; i++) makers.push(id => vectors[kind](run(id), load(id))[i])
  }
  const count = vectors.addresses('', 'http://x').length
  for (let i = 0; i < count; i++) {
    // Two forms for each address, so that every form meets many addresses.
    for (const form of [i, i * 7 + 3]) makers.push(id => vectors.linkForms[form % vectors.linkForms.length](vectors.addresses(run(id), load(id))[i]))
  }
  makers.forEach((make, i) => {
    const post = fresh('x')
    add('wall', { type: 'post', wall, text: begin(post, make(post)) }, post)
    if (i % 3 === 0) { const id = fresh('x'); add('comment', { type: 'post', root: where.root, branch: where.root, text: begin(id, make(id)) }, id) }
    if (i % 4 === 1) { const id = fresh('x'); add('private', { type: 'post', recps: [where.me, where.friend], text: begin(id, make(id), PRIVATE_ROOM) }, id) }
    if (i % 6 === 2) { const id = fresh('x'); add('wall', { type: 'post', wall, contentWarning: make(id).slice(0, 500), text: begin(id, make(id), 3000) }, id) }
    if (i % 12 === 5) { const id = fresh('x'); add('share', { type: 'share', share: { link: where.root }, text: begin(id, make(id)) }, id) }
    if (i % 15 === 4) { const id = fresh('x'); add('edit', { type: 'edit', target: where.edited, text: begin(id, make(id)) }, null) }
    if (i % 8 === 6) add('vote', { type: 'vote', vote: { link: where.root, value: 1, expression: make('vote').slice(0, 300) } })
    if (i % 10 === 7) { const id = fresh('x'); add('wall', { type: 'post', wall, channel: make(id).slice(0, 200), text: id }, id) }
  })

  // Mentions whose names and links are payloads, and whose shapes are none.
  const short = id => [`<img src=x onerror=${run(id)}>`, `"onclick="${run(id)}`, `[x](javascript:${run(id)})`, `![x](${load(id)})`, '__proto__', '\u202egnp']
  for (let i = 0; i < 6; i++) {
    const id = fresh('x')
    add('wall', { type: 'post', wall, text: `${id} @${short(id)[i]} [@${short(id)[i]}](${where.me})`, mentions: [{ link: where.me, name: short(id)[i] }, { link: short(id)[i], name: 'x' }] }, id)
  }
  for (const mentions of ['x', 7, null, {}, [null], [1, 'x', [], {}], [{ link: { link: {} } }], [{ link: 7, name: {} }], [{ link: where.me, name: { toString: 'x' } }], Array(150).fill({ link: where.me, name: 'x' }), [{ link: 'javascript:1', name: 'x' }], { 0: { link: where.me } }]) {
    const id = fresh('x')
    add('wall', { type: 'post', wall, text: id, mentions }, id)
  }

  // Files in every role.
  for (const file of files) {
    const id = fresh('x')
    const size = file.bytes.length
    add('wall', { type: 'post', wall, text: `${id}\n\n![${file.name.slice(0, 100)}](${file.id})`, mentions: [{ link: file.id, name: file.name, type: file.type, size }] }, id)
    const other = fresh('x')
    add('wall', { type: 'post', wall, text: other, mentions: [{ link: file.id, name: file.name, type: file.type.startsWith('video') ? 'video/mp4' : 'audio/mpeg', size: 1 }] }, other)
    add('about', { type: 'about', about: where.me, image: file.id })
    add('about', { type: 'about', about: where.me, image: { link: file.id, type: file.type, width: '1"onerror=1', height: -1 } })
  }
  for (const list of lists) {
    const id = fresh('x')
    add('wall', { type: 'post', wall, text: id, mentions: [{ link: list.id, name: 'film.mp4', size: list.bytes.length, type: 'kith-file', mime: 'video/mp4' }] }, id)
  }

  // Profiles, names and descriptions of the author; the last of each stays.
  for (const image of [`javascript:${run('image')}`, load('image'), `data:image/svg+xml,<svg onload=${run('image')}>`, 7, [], {}, { link: null }, { link: load('image') }, { link: 'x"onerror="' + run('image') }, `&${'A'.repeat(43)}=.sha256`]) add('about', { type: 'about', about: where.me, image })
  for (const name of [7, null, {}, [], { toString: 'x' }, '', ' ', '\u200b', '\u202e', 'n'.repeat(5000), '__proto__']) add('about', { type: 'about', about: where.me, name })
  for (const description of [...vectors.markup(run('description'), load('description')).slice(0, 12), 7, {}, [], 'd'.repeat(6000)]) add('about', { type: 'about', about: where.me, description })
  add('about', { type: 'about', about: where.me, name: `<img src=x onerror=${run('name')}>`, description: vectors.markup(run('description'), load('description')).slice(0, 40).join(' ').slice(0, 4000) })

  // Contents of no shape that anybody agreed on.
  const polluted = text => JSON.parse(text)
  const odd = [
    { type: 'post', text: 7 }, { type: 'post', text: null }, { type: 'post', text: ['x'] }, { type: 'post', text: { toString: 'x', length: 9 } }, { type: 'post' }, { type: 'post', text: true },
    { type: 'post', text: 'x', contentWarning: {} }, { type: 'post', text: 'x', contentWarning: 7 }, { type: 'post', text: 'x', contentWarning: 'w'.repeat(6000) }, { type: 'post', text: 'x', root: 'x' }, { type: 'post', text: 'x', root: {} }, { type: 'post', text: 'x', root: where.root, branch: { x: 1 } }, { type: 'post', text: 'x', root: where.root, branch: [null, 7, where.root] }, { type: 'post', text: 'x', recps: 'x' }, { type: 'post', text: 'x', recps: [] }, { type: 'post', text: 'x', recps: {} }, { type: 'post', text: 'x', wall: {} }, { type: 'post', text: 'x', wall: 'javascript:1' },
    { type: 'vote', vote: { link: where.root, value: 1e308, expression: {} } }, { type: 'vote', vote: { link: where.root, value: 'x', expression: 7 } }, { type: 'vote', vote: null }, { type: 'vote', vote: { link: where.root, value: 1, expression: '__proto__' } }, { type: 'vote', vote: { link: where.root, value: 1, expression: 'constructor' } }, { type: 'vote', vote: { link: where.root, value: 1, expression: '\u202e' + '🦊'.repeat(900) } },
    { type: 'share', share: 'x' }, { type: 'share', share: { link: 'javascript:1' } }, { type: 'share', share: { link: { link: 1 } }, text: {} }, { type: 'edit', target: where.edited, text: {} }, { type: 'edit', target: 'x', text: 'x' }, { type: 'retract', target: {} }, { type: 'contact', contact: 'javascript:1', following: 'yes' }, { type: 'contact', contact: where.friend, following: {}, blocking: [] }, { type: 'pub', address: { host: '"><script>', port: 'x', key: {} } }, { type: 'wall/accept', post: {} }, { type: 'wall/remove', post: 'x' },
    { type: '__proto__', text: 'x' }, { type: 'constructor', text: 'x' }, { type: '<script>kithCanary(1)</script>', text: 'x' },
    polluted('{"type":"post","text":"x","__proto__":{"polluted":1}}'), polluted('{"type":"post","text":"x","constructor":{"prototype":{"polluted":1}}}'), polluted('{"type":"post","text":"x","mentions":[{"__proto__":{"polluted":1},"link":"x"}]}'), polluted('{"type":"about","about":"x","name":{"__proto__":{"polluted":1}}}'), polluted('{"type":"vote","__proto__":{"polluted":1},"vote":{"__proto__":{"polluted":1},"link":"x","value":1}}')
  ]
  for (const content of odd) add('odd', content.about ? { ...content, about: where.me } : content)
  add('odd', { type: 'post', wall, text: 'x', deep: JSON.parse('['.repeat(50) + ']'.repeat(50)) })
  return all
}

// Names as other people would give themselves: short ones, each with its id.
export const names = canary => {
  const one = (id, i) => {
    const js = `kithCanary('${id}')`
    const short = [`<script>${js}</script>`, `<img src=x onerror=${js}>`, `<svg onload=${js}>`, `"onmouseover="${js}`, `' autofocus onfocus='${js}`, `</title><script>${js}</script>`, `](javascript:${js})`, `[x](javascript:${js})`, `![x](${canary}/${id})`, `<a href=javascript:${js}>x`, `\u202e${js}`, `{{${js}}}`, `\${${js}}`, `javascript:${js}`, '__proto__', 'constructor', `<b>bold</b>`, `<style>*{display:none}</style>`, `&lt;img src=x onerror=${js}&gt;`, `<iframe src="${canary}/${id}">`, `**bold** _it_ #tag @me`, `\u200b\u200b`, `a${'\u0301'.repeat(60)}`, 'W'.repeat(300), `<plaintext>`, `<!--`, `]]>`, `<base href="${canary}">`, `${'\n'.repeat(20)}x`, `<meta http-equiv=refresh content=0;url=${canary}/${id}>`]
    return `${id} ${short[i]}`
  }
  return Array.from({ length: 30 }, (_, i) => ({ id: `n${String(i).padStart(3, '0')}`, name: one(`n${String(i).padStart(3, '0')}`, i) }))
}
