// SPDX-License-Identifier: MIT
// Files that are not what they say: a name, the type that the message gives it, and its bytes.
import zlib from 'node:zlib'

const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64')
const gif = Buffer.from('R0lGODlhAQABAIAAAP///wAAACH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==', 'base64')
const utf16 = text => Buffer.concat([Buffer.from([0xff, 0xfe]), Buffer.from(text, 'utf16le')])
const ftyp = brand => Buffer.concat([Buffer.from([0, 0, 0, 24]), Buffer.from('ftyp' + brand + '\0\0\0\0' + brand + 'mp41', 'latin1')])
const webm = Buffer.from([0x1a, 0x45, 0xdf, 0xa3, 0x9f, 0x42, 0x86, 0x81, 0x01, 0x42, 0xf7, 0x81, 0x01, 0x42, 0xf2, 0x81, 0x04, 0x42, 0xf3, 0x81, 0x08, 0x42, 0x82, 0x84, 0x77, 0x65, 0x62, 0x6d])

export const files = (js, url) => {
  const html = `<!doctype html><html><body><script>${js};parent.${js}</script><img src="${url}"></body></html>`
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="9" height="9" onload="${js}"><script>${js}</script><image href="${url}" width="9" height="9"/><foreignObject width="9" height="9"><body xmlns="http://www.w3.org/1999/xhtml" onload="${js}"/></foreignObject></svg>`
  const said = (name, type, bytes) => ({ name, type, bytes: Buffer.from(bytes) })
  return [
    said('picture.png', 'image/png', svg), said('picture.svg', 'image/svg+xml', svg), said('picture.jpg', 'image/jpeg', html), said('picture.gif', 'image/gif', `GIF89a/*${'\0'.repeat(6)}*/=1;${js}`),
    said('picture.webp', 'image/webp', `RIFF\x30\0\0\0WEBPVP8 ${html}`), said('picture.bmp', 'image/bmp', `BM${html}`), said('picture.ico', 'image/x-icon', Buffer.concat([Buffer.from([0, 0, 1, 0]), Buffer.from(html)])), said('picture.avif', 'image/avif', Buffer.concat([ftyp('avif'), Buffer.from(html)])),
    said('half.png', 'image/png', Buffer.concat([png.subarray(0, 20), Buffer.from(html)])), said('after.png', 'text/html', Buffer.concat([png, Buffer.from(html)])), said('after.gif', 'application/javascript', Buffer.concat([gif, Buffer.from(`\n${js}`)])), said('before.png', 'image/png', Buffer.concat([Buffer.from(html), png])),
    said('space.svg', 'image/png', '\n\n \ufeff' + svg), said('packed.svgz', 'image/svg+xml', zlib.gzipSync(svg)), said('wide.svg', 'image/png', utf16(svg)), said('wide.html', 'image/png', utf16(html)), said('entity.svg', 'image/svg+xml', `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY e SYSTEM "${url}">]>${svg.replace('</svg>', '&e;</svg>')}`), said('style.xml', 'image/png', `<?xml version="1.0"?><?xml-stylesheet type="text/xsl" href="${url}"?><x/>`),
    said('film.mp4', 'video/mp4', html), said('film2.mp4', 'video/mp4', Buffer.concat([ftyp('isom'), Buffer.from(html)])), said('film.webm', 'video/webm', Buffer.concat([webm, Buffer.from(html)])), said('film.ogv', 'video/ogg', 'OggS' + html), said('sound.mp3', 'audio/mpeg', 'ID3\x03\0\0\0\0\0\x00' + html), said('sound.wav', 'audio/wav', 'RIFF\x24\0\0\0WAVEfmt ' + html), said('sound.flac', 'audio/flac', 'fLaC' + html),
    said('list.m3u8', 'application/vnd.apple.mpegurl', `#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n${url}\n#EXT-X-ENDLIST\n`), said('list.mp4', 'video/mp4', `#EXTM3U\n#EXTINF:9,\n${url}\n`), said('list.mpd', 'application/dash+xml', `<MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><Period><BaseURL>${url}</BaseURL></Period></MPD>`), said('words.vtt', 'text/vtt', `WEBVTT\n\n00:00.000 --> 00:09.000\n<c onclick=${js}><img src=${url}>`),
    said('page.html', 'text/html', html), said('page.xhtml', 'application/xhtml+xml', `<html xmlns="http://www.w3.org/1999/xhtml"><script>${js}</script></html>`), said('page.txt', 'text/plain', html), said('page', 'text/html;charset=utf-7', `+ADw-script+AD4-${js}+ADw-/script+AD4-`), said('page.mht', 'multipart/related', `MIME-Version: 1.0\nContent-Type: text/html\n\n${html}`), said('paper.pdf', 'application/pdf', `%PDF-1.4\n1 0 obj<</OpenAction<</S/JavaScript/JS(${js})>>>>endobj\ntrailer<</Root 1 0 R>>`), said('code.js', 'text/javascript', js), said('worker.js', 'image/png', `postMessage(1);${js}`), said('style.css', 'text/css', `*{background:url(${url})}`), said('code.wasm', 'application/wasm', Buffer.from('0061736d01000000', 'hex')),
    said('nothing', '', ''), said('../../../secret', 'image/png', html), said('a\u202egnp.exe', 'image/png', html), said(`"><img src=x onerror=${js}>.png`, `image/png"onerror="${js}`, html), said(`x' onerror='${js}`, 'image/svg+xml; charset="><script>', svg), said('__proto__', '__proto__', html), said('C:\\con\\nul.png', 'image/png\r\nX: y', html), said('n'.repeat(3000), 'image/' + 't'.repeat(1000), html), said('<script>', '<script>', svg)
  ]
}

// Lists of parts (docs/protocol/large-file.md) that lie about their parts, their sizes or themselves;
// part is a blob that is there.
export const lists = (js, url, part) => {
  const list = fields => JSON.stringify({ type: 'kith-file', version: 1, size: part.size, mime: 'video/mp4', name: 'film.mp4', parts: [{ link: part.id, size: part.size }], ...fields })
  return [
    list({ mime: 'text/html' }), list({ mime: 'image/svg+xml', name: 'x.svg' }), list({ name: `"><img src=x onerror=${js}>` }), list({ name: '../../../../etc/passwd' }), list({ size: 1e18 }), list({ size: -1 }), list({ size: 'many' }), list({ size: 0 }),
    list({ parts: [] }), list({ parts: null }), list({ parts: 'x' }), list({ parts: [null, 1, 'x', {}] }), list({ parts: [{ link: url, size: 1 }] }), list({ parts: [{ link: `javascript:${js}`, size: 1 }] }), list({ parts: [{ link: { toString: js }, size: 1 }] }), list({ parts: [{ link: part.id, size: 1e15 }] }), list({ parts: [{ link: part.id, size: -5 }] }),
    list({ parts: Array(9000).fill({ link: part.id, size: part.size }), size: 9000 * part.size }), list({ parts: Array(20000).fill({ link: `&${'A'.repeat(43)}=.sha256`, size: 5242879 }), size: 20000 * 5242879 }), list({ version: 99 }), list({ type: 'kith-other' }), list({ version: '1"onerror=' + js }),
    `{"__proto__":{"polluted":1},"type":"kith-file","version":1,"size":1,"mime":"video/mp4","name":"x","parts":[{"__proto__":{"polluted":1},"link":"${part.id}","size":1}]}`, '{"constructor":{"prototype":{"polluted":1}},"type":"kith-file"}', '['.repeat(20000), '{"type":"kith-file"', 'null', `<script>${js}</script>`, '\ufeff' + list({}), list({}) + `<script>${js}</script>`
  ]
}
