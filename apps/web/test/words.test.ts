// SPDX-License-Identifier: MIT
// Numbers, times, names, ids and what marked makes of an author's words.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { test } from 'node:test'
import { ago, allWords, bytes, type Key, setLanguage, t } from '../src/i18n/index.ts'
import { clip, nameOf } from '../src/node/people.ts'
import { href, parse } from '../src/route.ts'
import { finder, places } from '../src/text/found.ts'
import { plain, render } from '../src/text/markdown.ts'
import { idOfUri, uriOf } from '../src/text/uri.ts'

const FEED = `@${'A'.repeat(43)}=.ed25519`
const MESSAGE = `%${'/+'.repeat(21)}A=.sha256`
const BLOB = `&${'B'.repeat(43)}=.sha256`
const html = (words: string): string => String(render(words)).trim()

test('times and sizes in both languages', async () => {
  Object.assign(globalThis, { document: { documentElement: {} } })
  const now = Date.UTC(2026, 10, 21, 12)
  for (const [language, rows] of [
    ['en', ['just now', '1 min. ago', '3 hr. ago', 'yesterday', 'Oct 12', 'Oct 12, 2024', '1 byte', '1.5 MB']],
    ['de', ['gerade eben', 'vor 1 Min.', 'vor 3 Std.', 'gestern', '12. Okt.', '12. Okt. 2024', '1 Byte', '1,5 MB']],
  ] as const) {
    await setLanguage(language)
    const said = [
      ago(now - 59_000, now),
      ago(now - 61_000, now),
      ago(now - 3 * 3_600_000, now),
      ago(now - 26 * 3_600_000, now),
      ago(Date.UTC(2026, 9, 12, 12), now),
      ago(Date.UTC(2024, 9, 12, 12), now),
      bytes(1),
      bytes(1_500_000),
    ]
    assert.deepEqual(
      said.map(x => x.replaceAll('\u00a0', ' ')),
      rows,
    )
  }
  await setLanguage('en')
  assert.equal(t('post.comments', { count: 1 }), '1 comment')
  assert.equal(t('post.comments', { count: 1234 }), '1,234 comments')
  assert.equal(t('audience.friendsOf', { name: '{{name}} $&' }), 'Friends of {{name}} $&')
})

test('what the node says of a full disk comes with advice, and what has no words of ours as it is', async () => {
  Object.assign(globalThis, { document: { documentElement: {} } })
  await allWords()
  for (const [language, place] of [
    ['de', 'Einstellungen, Speicher'],
    ['en', 'Settings, Storage'],
  ] as const) {
    await setLanguage(language)
    assert(t('composer.notPosted', { why: t('no room left') }).includes(place))
    assert.equal(t('busy today' as Key), 'busy today')
  }
})

test('both languages have the same keys and the same values in them', () => {
  const folder = new URL('../src/i18n/', import.meta.url)
  const stems = (area: string, language: string): Map<string, string> => {
    const said = JSON.parse(readFileSync(new URL(`${language}/${area}`, folder), 'utf8')) as Record<string, string>
    return new Map(
      Object.entries(said).map(([key, text]) => [key, [...new Set(text.match(/\{\{\w+\}\}/g))].sort().join()]),
    )
  }
  for (const area of readdirSync(new URL('en', folder)).filter(name => name.endsWith('.json')))
    assert.deepEqual([...stems(area, 'de').keys()].sort(), [...stems(area, 'en').keys()].sort(), area)
  for (const area of readdirSync(new URL('en', folder)).filter(name => name.endsWith('.json')))
    for (const [key, values] of stems(area, 'en')) assert.equal(stems(area, 'de').get(key), values, `${area} ${key}`)
})

test('names are cut at whole letters', () => {
  assert.equal(clip('  Anna '), 'Anna')
  const family = '👩‍👩‍👧‍👦'
  assert.equal(clip(family.repeat(100)), `${family.repeat(64)}…`)
  assert.equal(clip('é'.repeat(64)), 'é'.repeat(64))
  assert.ok(clip(`a${'\u0301'.repeat(5000)}`).length < 1100)
  assert.equal(nameOf({ id: FEED, name: '  ' }), 'AAAA')
})

test('what an author writes becomes no HTML of theirs and fetches nothing', () => {
  for (const words of [
    '<script>alert(1)</script>',
    '<img src=x onerror=alert(1)>',
    '![x](https://example.org/x.png)',
    '![x](javascript:alert(1))',
    '[x](javascript:alert(1))',
    '[x](data:text/html,x)',
    '[x]( jAvAsCrIpT:alert(1) "onmouseover=x")',
    `![" onerror="alert(1)](${BLOB})`,
    `[<b>](${FEED})`,
    '<a href="https://example.org">x</a>',
    '`<b>`',
  ]) {
    const out = html(words)
    assert.doesNotMatch(out, /<(?!\/?(p|a|span|code|br|em|strong)\b)/, words)
    assert.doesNotMatch(out, /\bhref="(?!#\/|https:\/\/|mailto:)/, words)
    const names = [...out.replace(/="[^"]*"/g, '=').matchAll(/\s([\w-]+)=(?=[^<]*>)/g)].map(m => m[1]!)
    assert.ok(
      names.every(name => ['href', 'class', 'data-blob', 'data-alt', 'data-file', 'data-name'].includes(name)),
      `${words}: ${names}`,
    )
  }
})

test('ids, tags and photos in a text', () => {
  assert.match(html(FEED), /<a class="person" href="#\/wall\/@A+%3D\.ed25519">@AAAAAAA…<\/a>/)
  assert.match(html(`[Anna](${FEED})`), /<a class="person" [^>]+>Anna<\/a>/)
  assert.match(html('a #Tag, b'), /<a class="tag" href="#\/tag\/Tag">#Tag<\/a>, b/)
  assert.doesNotMatch(html('a/#no &#38; C#'), /class="tag"/)
  assert.match(html(`![cat](${BLOB})`), /^<p class="photos"><span data-blob="&#38;B+=\.sha256" data-alt="cat"><\/span>/)
  const both = html(`Look\n\n![a](${BLOB})\n\n![b](${BLOB})\n\n[c.pdf](${BLOB})`)
  assert.equal(both.match(/<p/g)?.length, 2, 'one paragraph of words, one of all that is attached')
  assert.doesNotMatch(html(`A ![a](${BLOB})`), /photos/)
})

test('a line in a list has no marks', () => {
  assert.equal(plain(`**Hi** [you](${FEED})\n\n> ![a cat](${BLOB})`), 'Hi you a cat')
  assert.equal(plain('x'.repeat(200), 5), 'xxxxx…')
})

test('addresses there and back', () => {
  for (const id of [FEED, MESSAGE, BLOB]) assert.equal(idOfUri(uriOf(id)), id)
  assert.equal(idOfUri('ssb:message/sha256/short'), '')
  assert.deepEqual(parse(href.message(MESSAGE, 'comment')), { name: 'm', id: MESSAGE, query: 'comment' })
  assert.deepEqual(parse(href.wall(FEED)), { name: 'wall', id: FEED, query: '' })
  assert.deepEqual(parse('#/m/%zz'), { name: 'm', id: '%zz', query: '' })
})

test('what was searched is found as the node finds it', () => {
  const hits = (text: string, query: string): string[] =>
    places(text, finder(query) ?? /$^/g).map(([from, to]) => text.slice(from, to))
  assert.deepEqual(hits('Straße im ÉTÉ', 'strasse été'), ['Straße', 'ÉTÉ'])
  assert.deepEqual(hits('rain, raining, train', 'rain'), ['rain', 'rain'])
  assert.deepEqual(hits('rain, raining', 'rain '), ['rain'])
  assert.deepEqual(hits('one two, two one', '"one two"'), ['one two'])
  assert.equal(finder('  "" ..'), undefined)
})
