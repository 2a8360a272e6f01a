// SPDX-License-Identifier: MIT
// Five words for a backup file, drawn from the list that recovery words are from: 55 bits, and each guess
// costs whoever guesses a second.
const FIVE = 5
export const SHORTEST = 8

export async function suggestPassphrase(): Promise<string> {
  const source = (await import('../../../../core/crypto/words_english.c?raw')).default
  const list = [...source.matchAll(/"([a-z]+)"/g)].map(found => found[1]!)
  if (list.length !== 2048) throw new Error('the list of words is not whole')
  // 2048 divides 65536, so every word is as likely as any other.
  const random = crypto.getRandomValues(new Uint16Array(FIVE))
  return [...random].map(n => list[n % list.length]).join(' ')
}
