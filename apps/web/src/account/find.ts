// SPDX-License-Identifier: MIT
// People whom a broker knows: by handle, and by name those who want that.
import type { BrokerLink } from '../tab/broker.ts'
import type { Core } from '../tab/core.ts'
import { foundBy } from './certificates.ts'
import type { Found } from './wish.ts'

/** The word of an error, for the page. */
export const wordOf = (error: unknown): string => (error as { code?: string }).code ?? (error as Error).message

export async function findPeople(link: BrokerLink, core: Pick<Core, 'certificate'>, text: string): Promise<Found[]> {
  const handle = text.replace(/^@/, '')
  const found: { name?: string; certificate: string; door?: string }[] = []
  await link.call('account.find', { handle }).then(
    it => found.push(it as (typeof found)[0]),
    error => {
      if (!['absent', 'arg'].includes(wordOf(error))) throw error
    },
  )
  if (link.about.directory) found.push(...((await link.call('directory.find', { name: text })) as typeof found))
  return found.flatMap(({ name = '', certificate, door = '' }) => {
    const it = foundBy(core, certificate, link.keyText, Date.now())
    return it ? [{ ...it, host: link.host, name, door, broker: link.url, certificate }] : []
  })
}
