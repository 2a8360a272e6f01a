// SPDX-License-Identifier: MIT
// Packets of which an earlier version of the node did not understand something are read once more by a version that may:
// what apps/kith/packets_folder.c does with inpackets/kept.
import { ERR } from './core.ts'
import type { Disk } from './disk.ts'

const FILE = 'inpackets-read'
/** Comes after the name of every packet. */
const ALL = '~'
const PAUSE_MS = 2000

export interface RereadHome {
  disk: Pick<Disk, 'get' | 'put' | 'packetNames' | 'getPacket' | 'dropPacket'>
  /** One that was kept; as Core.packet. */
  packet: (bytes: Uint8Array) => number
  /** What the node is: the hash of its module. */
  version: string
  isOver: () => boolean
}

/** Goes on where it was stopped, behind the packet that it was at: should that one have been why, it is not why for ever. */
export async function reread({ disk, packet, version, isOver }: RereadHome): Promise<void> {
  const [last, at = ''] = new TextDecoder().decode((await disk.get(FILE)) ?? new Uint8Array()).split(' ')
  if (last === version && at === ALL) return
  const note = (name: string): Promise<void> => disk.put(FILE, new TextEncoder().encode(`${version} ${name}`))
  const names = await disk.packetNames('inpackets')
  for (const name of names.filter(it => last !== version || it > at)) {
    await note(name)
    const bytes = await disk.getPacket('inpackets', name)
    let err = packet(bytes)
    while (err === ERR.BUSY && !isOver()) {
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
      if (!isOver()) err = packet(bytes)
    }
    if (isOver()) return
    if (err !== ERR.UNKNOWN_METHOD) await disk.dropPacket('inpackets', name)
  }
  await note(ALL)
}
