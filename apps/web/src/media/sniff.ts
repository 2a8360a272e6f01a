// SPDX-License-Identifier: MIT
// What bytes are, by their first ones. What somebody says they are does not count, and what is not in
// this table is a download and nothing else: no SVG, no HTML, no PDF is ever shown.
export type Kind = 'image' | 'audio' | 'video' | 'file'

type Test = [mime: string, kind: Kind, is: (b: Uint8Array) => boolean]

const ascii = (b: Uint8Array, at: number, text: string): boolean =>
  [...text].every((c, i) => b[at + i] === c.charCodeAt(0))
const hex = (b: Uint8Array, ...bytes: number[]): boolean => bytes.every((x, i) => b[i] === x)
const brand = (b: Uint8Array, names: string): boolean =>
  ascii(b, 4, 'ftyp') && names.split(' ').some(n => ascii(b, 8, n))

const TESTS: Test[] = [
  ['image/jpeg', 'image', b => hex(b, 0xff, 0xd8, 0xff)],
  ['image/png', 'image', b => hex(b, 0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)],
  ['image/gif', 'image', b => ascii(b, 0, 'GIF87a') || ascii(b, 0, 'GIF89a')],
  ['image/webp', 'image', b => ascii(b, 0, 'RIFF') && ascii(b, 8, 'WEBP')],
  ['image/avif', 'image', b => brand(b, 'avif avis')],
  ['audio/mp4', 'audio', b => brand(b, 'M4A M4B')],
  ['video/mp4', 'video', b => ascii(b, 4, 'ftyp')],
  ['video/webm', 'video', b => hex(b, 0x1a, 0x45, 0xdf, 0xa3)],
  ['audio/wav', 'audio', b => ascii(b, 0, 'RIFF') && ascii(b, 8, 'WAVE')],
  ['audio/flac', 'audio', b => ascii(b, 0, 'fLaC')],
  [
    'audio/ogg',
    'audio',
    b => ascii(b, 0, 'OggS') && (ascii(b, 28, 'OpusHead') || ascii(b, 29, 'vorbis') || ascii(b, 29, 'FLAC')),
  ],
  ['video/ogg', 'video', b => ascii(b, 0, 'OggS')],
  ['audio/mpeg', 'audio', b => ascii(b, 0, 'ID3') || (b[0] === 0xff && ((b[1] ?? 0) & 0xe6) === 0xe2)],
]

export function sniff(head: Uint8Array): { mime: string; kind: Kind } {
  const found = TESTS.find(([, , is]) => is(head))
  return found ? { mime: found[0], kind: found[1] } : { mime: 'application/octet-stream', kind: 'file' }
}
