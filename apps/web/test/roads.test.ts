// SPDX-License-Identifier: MIT
// Addresses of roads that store and forward, as somebody types them and as they are shown; the drivers' words in ours.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { allWords, setLanguage, t } from '../src/i18n/index.ts'
import { addressOf, handedWords, type Kind, kindOf, roadWords, troubleWords } from '../src/node/roads.ts'

const NAME = '0123456789abcdef'.repeat(4)

test('what somebody types becomes an address, or is refused in words', () => {
  const rows: [Kind, string, string][] = [
    ['dir', ' /media/stick/kith ', 'dir:/media/stick/kith'],
    ['dir', 'dir:/media/a b', 'dir:/media/a b'],
    ['dir', 'media/stick', 'roads.wrongDir'],
    ['dir', '', 'roads.wrongDir'],
    ['dir', 'C:\\kith', 'roads.wrongDir'],
    ['mailto', 'ben@example.org', 'mailto:ben@example.org'],
    ['mailto', 'Ben <ben@example.org>', 'roads.wrongMail'],
    ['mailto', 'mailto:ben', 'roads.wrongMail'],
    ['inbox', `https://example.org/inbox/${NAME}`, `https://example.org/inbox/${NAME}`],
    ['inbox', `http://127.0.0.1:8080/inbox/${NAME}`, `http://127.0.0.1:8080/inbox/${NAME}`],
    ['inbox', 'https://example.org/inbox', 'roads.wrongInbox'],
    ['inbox', `https://example.org/inbox/${NAME.slice(1)}`, 'roads.wrongInbox'],
    ['inbox', `example.org/inbox/${NAME}`, 'roads.wrongInbox'],
    ['dir', 'mailto:ben@example.org', 'mailto:ben@example.org'],
    ['dir', 'pigeon:loft-7', 'pigeon:loft-7'],
    ['dir', 'xmpp:ben@example.org', 'xmpp:ben@example.org'],
  ]
  for (const [kind, typed, wanted] of rows) {
    const it = addressOf(kind, typed)
    assert.equal('wrong' in it ? it.wrong : it.address, wanted, typed)
  }
})

test('a road is shown in words, and one that nobody knows as it stands', async () => {
  Object.assign(globalThis, { document: { documentElement: {} } })
  await allWords()
  await setLanguage('en')
  const rows: [string, Kind, string][] = [
    ['dir:/media/stick', 'dir', 'Folder /media/stick'],
    ['mailto:ben@example.org', 'mailto', 'Mail to ben@example.org'],
    [`https://example.org/inbox/${NAME}`, 'inbox', 'Inbox at example.org'],
    ['xmpp:ben@example.org', 'xmpp', 'XMPP to ben@example.org'],
    ['exec:/bin/pigeon loft', 'exec', 'Program /bin/pigeon loft'],
    ['pigeon:loft 7;roof', 'other', 'pigeon:loft 7;roof'],
    ['constructor:x', 'other', 'constructor:x'],
    ['nothing', 'other', 'nothing'],
    [`pigeon:${'a'.repeat(500)}`, 'other', `pigeon:${'a'.repeat(153)}…`],
  ]
  for (const [address, kind, words] of rows) {
    assert.equal(kindOf(address), kind, address)
    assert.equal(t(...roadWords(address)), words)
  }
})

test('who has a packet, and what the trouble is', async () => {
  for (const [language, rows] of [
    [
      'en',
      [
        ['dir', 'the folder', 'handed to the folder'],
        ['mailto', 'the mail server mail.example.org', 'handed to the mail server mail.example.org'],
        ['https', 'example.org:443', 'handed to the inbox at example.org:443'],
        ['exec', '', 'handed to a program'],
        ['pigeon', 'the loft', 'handed on by pigeon (the loft)'],
      ],
    ],
    ['de', [['dir', 'the folder', 'in den Ordner gelegt']]],
  ] as const) {
    await setLanguage(language)
    for (const [road, by, words] of rows) assert.equal(t(...handedWords(road, by)), words)
  }
  await setLanguage('en')
  // Each as a driver says it.
  const rows: [string, RegExp][] = [
    ['the folder is not there', /stick plugged in/],
    ['cannot write there: Permission denied', /May it write there/],
    ['mailto.smtp is not in roads.conf', /^mailto\.smtp is missing/],
    ['xmpp.jid and xmpp.password are not in roads.conf', /^xmpp\.jid, xmpp\.password is missing/],
    ['the XMPP server does not answer', /does not answer/],
    ['the mail server refuses name or password', /name or password/],
    ['the mailbox is full, or the mail too large (552)', /mailbox is full/],
    ['the mail server says: later (451)', /come back later/],
    ['there is no such mailbox (550)', /no such mailbox/],
    ['that is no mail address', /no such mailbox/],
    ['the inbox is full', /inbox is full/],
    ['this inbox is not ours', /made for somebody else/],
    ['the server refuses our proof: is the clock right?', /clock of this computer/],
    ['the server answers 503', /answers 503/],
    ['SSL peer certificate or SSH remote key was not OK', /who it says/],
    ['Could not resolve hostname', /of this name/],
    ['Could not connect to server', /does not answer/],
    ['Timeout was reached', /does not answer/],
    ['no road of this kind is known here', /this kind of road/],
    ['there is no room in outpackets', /disk .* is full/],
    ['the pigeon is ill', /^It did not work: the pigeon is ill$/],
    ['', /^It did not work/],
    [
      'returned by the mail server: 552 5.2.2 <ben@b.test> the mailbox is full',
      /sent it back: 552 5\.2\.2 <ben@b\.test> the mailbox is full\./,
    ],
  ]
  for (const [by, words] of rows) assert.match(t(...troubleWords(by)), words, by)
})
