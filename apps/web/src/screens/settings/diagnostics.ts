// SPDX-License-Identifier: MIT
// What helps to find a fault and says nothing about anybody: counts and kinds, no id, address, name or text.
// What is in it is named one by one, so that nothing gets in because somebody added it to an answer.
import { language } from '../../i18n/index.ts'
import { ask, link } from '../../node/client.ts'
import { waiting } from '../../node/outbox.ts'
import type { Peer } from '../../node/types.ts'
import { textSize, theme } from '../../settings.ts'

function peerFacts(p: Peer): object {
  if (p.state === 'connected')
    return { state: p.state, dialled: p.dialled, seconds: p.seconds, received: p.received, sent: p.sent }
  return { state: p.state, source: p.source, failures: p.failures, retry_ms: p.retry_ms, why: p.why }
}

/** Whether and in which direction it is reached, not where. */
const kindOf = (address: string | null): string | null => (address ? (address.split(':')[0] ?? null) : null)

export async function diagnostics(): Promise<string> {
  const [s, progress, found, peers] = await Promise.all([
    ask('status'),
    ask('progress'),
    ask('searchable'),
    ask('conn.peers'),
  ])
  const { messages, durable, bytes, feeds, sequence, replicating, judging, blobs, blobBytes, quota, hops } = s
  return JSON.stringify(
    {
      made: new Date().toISOString(),
      version: s.version,
      node: { messages, durable, bytes, feeds, sequence, replicating, judging, blobs, blobBytes, quota, hops },
      listening: kindOf(s.address),
      mayPublish: s.publish === 'ok',
      quarantine: s.quarantine !== null,
      progress: { have: progress.have, want: progress.want, behind: progress.people.length },
      search: found,
      peers: peers.map(peerFacts),
      page: {
        link: link.peek(),
        waiting: waiting.peek().length,
        language: language.peek(),
        theme: theme.peek(),
        text: textSize.peek(),
        window: `${innerWidth}x${innerHeight}@${devicePixelRatio}`,
        browser: navigator.userAgent,
      },
    },
    null,
    2,
  )
}
