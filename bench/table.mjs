// SPDX-License-Identifier: MIT
// node table.mjs COUNT DIR: the rows of limit.jsonl, kith.jsonl and db2.jsonl as one table (Markdown).
import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'

const [count, dir] = process.argv.slice(2)
const rows = name => {
  const file = path.join(dir, name + '.jsonl')
  if (!fs.existsSync(file)) return {}
  const lines = fs.readFileSync(file, 'utf8').split('\n').filter(Boolean).map(line => JSON.parse(line))
  const all = {}
  for (const line of lines) {
    const seen = all[line.row]
    // Of two runs the better: more per second, or less time.
    if (!seen || (line.per_s ? line.per_s > seen.per_s : line.median_us < seen.median_us)) all[line.row] = line
  }
  return all
}
const [limit, kith, db2, tab] = ['limit', 'kith', 'db2', 'tab'].map(rows)
const [some, many] = [tab[`tab_${Math.min(count, 20000)}`], tab[`tab_${count}`]]

// As the build measures it (apps/web/vite.config.ts); none where no page was built.
const wasm = fileURLToPath(new URL('../build/wasm/kith.wasm', import.meta.url))
const wasmBytes = fs.existsSync(wasm) ? gzipSync(fs.readFileSync(wasm), { level: 9 }).length : undefined

const show = (value, unit) => value === undefined ? '–' : `${value.toLocaleString('en-US', { maximumFractionDigits: value < 10 ? 2 : value < 100 ? 1 : 0 })} ${unit}`
const ratio = (value, text) => Number.isFinite(value) ? `${value.toFixed(2)} ${text}` : ''
// What is measured, kith, ssb-db2, the limit, unit, and the target as the issue words it.
const table = [
  ['validate', kith.validate?.per_s, undefined, limit.verify_all_cores?.per_s, '/s', 'validated'],
  ['ingest: validated, stored, all views', kith.ingest?.per_s, db2.ingest?.per_s, limit.verify_all_cores?.per_s, '/s',
    '≥ 0.85 of the limit, ≥ 3 × ssb-db2'],
  ['first sync between two nodes', kith.sync?.per_s, db2.sync?.per_s, undefined, '/s', '≥ 2.5 × ssb-db2'],
  ['  first post readable after', kith.sync?.first_readable_s, undefined, undefined, 's', '≤ 0.5 s'],
  ['open, warm', kith.open?.ms, db2.open?.ms, undefined, 'ms', '≤ 100 ms at 1,000,000'],
  ['rebuild of all views', kith.rebuild?.seconds, undefined, undefined, 's', '≤ 8 s at 1,000,000'],
  ['newest 100 posts', kith.newest_100_posts?.median_us, db2.newest_100_posts?.median_us, undefined, 'µs', '≤ 50 µs'],
  ["newest 100 of an author's wall", kith.newest_100_author?.median_us, db2.newest_100_author?.median_us, undefined, 'µs', '≤ 50 µs'],
  ['thread', kith.thread?.median_us, db2.thread?.median_us, undefined, 'µs', '≤ 10 µs'],
  ['vote count', kith.vote_count?.median_us, db2.vote_count?.median_us, undefined, 'µs', '≤ 10 µs'],
  ['get by id', kith.get?.median_us, db2.get?.median_us, undefined, 'µs', '≤ 10 µs'],
  ['search: making the index, once', kith.search_build?.ms, undefined, undefined, 'ms', ''],
  ['  the longest step of it', kith.search_build?.longest_ms, undefined, undefined, 'ms', '≤ 20 ms'],
  ['  memory of the index', kith.search_build?.index_mb, undefined, undefined, 'MB', ''],
  ['  two words', kith.search_two_words?.median_us, undefined, undefined, 'µs', ''],
  ['  the beginning of a word', kith.search_beginning?.median_us, undefined, undefined, 'µs', ''],
  ['packet of 2 kB: length against its content, compressed', kith.packet_2kb?.ratio, undefined, undefined, '×', '≤ 1.2'],
  ['packet of 20 kB', kith.packet_20kb?.ratio, undefined, undefined, '×', '≤ 1.2'],
  ['packet of 200 kB', kith.packet_200kb?.ratio, undefined, undefined, '×', '≤ 1.2'],
  ['packet of 1 MB', kith.packet_1mb?.ratio, undefined, undefined, '×', '≤ 1.2'],
  ['one packet for eight who share a folder, against eight: a post', kith.together_post?.ratio, undefined, undefined, '×', ''],
  ['  1 MiB of a photo', kith.together_photo_piece?.ratio, undefined, undefined, '×', ''],
  ['mails with a photo of 3 MB: length against the packets in them', kith.mail?.ratio, undefined, undefined, '×', '≤ 1.4'],
  ['a mail with one small packet: the same', kith.mail_small?.ratio, undefined, undefined, '×', ''],
  ['small packets through a folder, sealed, carried, opened; limit: such files alone', kith.folder?.per_s, undefined, kith.folder_bare?.per_s, '/s', '≥ 2,000'],
  ['  processor time for one', kith.folder?.cpu_us, undefined, undefined, 'µs', ''],
  ['the page: Home interactive, first time', kith.page_home_first?.interactive_ms, undefined, undefined, 'ms', ''],
  ['  Home interactive, later', kith.page_home?.interactive_ms, undefined, undefined, 'ms', ''],
  ['  a frame of scrolling through 2,000 posts', kith.page_scroll?.median_ms, undefined, undefined, 'ms', ''],
  ['  the longest frame of it', kith.page_scroll?.longest_ms, undefined, undefined, 'ms', ''],
  ['  search, until the first post stands there', kith.page_search?.median_ms, undefined, undefined, 'ms', ''],
  ['durable publish', kith.publish?.median_us, undefined, limit.append_sync?.median_us, 'µs', '≤ 1.5 × one append and fdatasync'],
  ['a tab: 20,000 messages ingested; limit: libsodium in WebAssembly alone', some?.ingest_per_s, undefined, some?.libsodium_verify_per_s, '/s', '≥ 0.70 of the limit'],
  ['  kith.wasm, compressed', wasmBytes, undefined, undefined, 'B', '≤ 400,000 B'],
  ['  open', many?.open_ms, undefined, undefined, 'ms', '≤ 1,500 ms at 100,000'],
  ['  invite: from the click to the friend’s first post', tab.invite?.click_s, undefined, undefined, 's', '≤ 5 s'],
  ['    from opening the link, with an identity made', tab.invite?.link_s, undefined, undefined, 's', ''],
  [`  ${tab.tab_friends_ws?.connected ?? 0} friends by WebSocket: memory`, tab.tab_friends_ws?.memory_mb, undefined, undefined, 'MB', ''],
  ['    processor time while nobody writes', tab.tab_friends_ws?.idle_cpu_percent, undefined, undefined, '%', ''],
  [`  ${tab.tab_friends_rtc?.connected ?? 0} friends by WebRTC: memory`, tab.tab_friends_rtc?.memory_mb, undefined, undefined, 'MB', ''],
  ['    processor time while nobody writes', tab.tab_friends_rtc?.idle_cpu_percent, undefined, undefined, '%', ''],
  ['memory of the daemon after the sync', kith.daemon_memory?.rss_mb, undefined, undefined, 'MB', '≤ 60 MB at 100,000, 250 MB at 1,000,000'],
  ['memory of the process, opened and queried', kith.memory?.rss_mb, db2.memory?.rss_mb, undefined, 'MB', '']
]
// Both answer queries inside their own process with the messages: kith as JSON text, ssb-db2 as objects.
// Rates are better high, the rest low: the ratio says how many times better kith is.
const better = (unit, ours, theirs) => unit === '/s' ? ours / theirs : theirs / ours
console.log(`\n${Number(count).toLocaleString('en-US')} messages, libsodium on one core ${show(limit.verify_one_core?.per_s, '/s')}, sequential write ${show(limit.write?.mb_per_s, 'MB/s')}\n`)
console.log('| | kith | ssb-db2 | limit | × ssb-db2 | of limit | target |')
console.log('|---|---|---|---|---|---|---|')
for (const [name, ours, theirs, best, unit, target] of table) {
  console.log(`| ${name} | ${show(ours, unit)} | ${show(theirs, unit)} | ${show(best, unit)} | ${ratio(better(unit, ours, theirs), '×')} | ${ratio(ours / best, '')} | ${target} |`)
}
