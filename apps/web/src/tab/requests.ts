// SPDX-License-Identifier: MIT
// Requests of friendship that wait for people: those that we make of whom a broker has found for us, and those that come to
// our door (docs/protocol/account.md, "The door"). The node keeps and shows what came, as it does with a request by packet; whoever follows has
// accepted, here as everywhere. What the answers need is in the file `requests`.
import { type KithClient, restarted } from '@kith/client'
import { isOf } from '../account/certificates.ts'
import { wordOf } from '../account/find.ts'
import { isFeed } from '../node/content.ts'
import { BrokerLink } from './broker.ts'
import { base64, idOf, same, unbase64 } from './bytes.ts'
import { NOWHERE, type Sealing, throwAway } from './carriers.ts'
import type { Core, Signal } from './core.ts'
import type { Disk } from './disk.ts'
import { Door } from './door.ts'
import { TEXT_MAX } from './messages.ts'
import { bodyOf, KIND, readBody } from './signalling.ts'

const FILE = 'requests'
/** A letter waits no longer than this. */
const LIFE_MS = 14 * 24 * 3600e3
/** Who asks again sooner is told that they have. */
const PATIENCE_MS = 600e3
/** As many of our requests to one person are remembered. */
const OFTEN = 8
const AGAIN_MS = 10_000
const LONGEST_MS = 1800e3
/** After so many a request that is old is not answered any more. */
const TRIES_MAX = 20
const HURRY_MS = 60_000
const DELIVER_MS = 20_000
const ASKERS_MAX = 100
const NAME_MAX = 120
/** That somebody follows us, and what they are called: their own words, each of which the node judges. */
const MESSAGES_MAX = 2
const MESSAGE_MAX = 2500

/** Of whom a broker has found. */
export interface Question {
  id: string
  door: string
  broker: string
  certificate: string
  text: string
}
interface Asker {
  /** The id of their request. */
  of: string
  at: number
  mailbox: string
  brokers: string[]
  certificate?: string
}
interface Kept {
  /** Whose these are, in base64. */
  id: string
  /** By key in base64: the ids of what we have asked, the newest first, and when. */
  asked: Record<string, { of: string[]; at: number; certificate: string }>
  askers: Record<string, Asker>
  /** By key in base64: who has said no to what we asked, and when. */
  refused?: Record<string, number>
}

export interface RequestsHome {
  sealing: Sealing & Pick<Core, 'certificate'>
  disk: Disk
  kith: KithClient
  id: Uint8Array
  broker: string
  /** What we say of ourselves to who is, or shall be, a friend. */
  about: () => Promise<object>
  /** Where a friend is found. */
  learn: (key: string, said: Record<string, unknown>) => Promise<void>
  connect: (key: string) => Promise<void>
}

/** A friend of ours who follows them, as far as we know: it says to them who we are. */
export async function referrerOf(kith: KithClient, id: string): Promise<string | undefined> {
  const [ours, theirs] = await Promise.all([
    kith.call('friends.list', { list: 'friends' }),
    kith.call('friends.list', { list: 'followers', person: id }),
  ])
  return ours.find(it => theirs.some(other => other.id === it.id))?.id
}

const keyOf = (id: string): string => id.slice(1, -'.ed25519'.length)
const textOf = (said: unknown, most: number): string => (typeof said === 'string' ? said.slice(0, most) : '')

function askerOf(signal: Signal, said: Record<string, unknown>): Asker | undefined {
  const mailbox = textOf(said.mailbox, 60)
  const brokers = Array.isArray(said.brokers) ? said.brokers : []
  try {
    if (unbase64(mailbox).length !== 32) return undefined
  } catch {
    return undefined
  }
  return {
    ...{ of: base64(signal.id), at: Date.now(), mailbox },
    brokers: brokers.filter((it): it is string => typeof it === 'string' && /^wss?:\/\//.test(it)).slice(0, 4),
  }
}

export class Requests {
  #home: RequestsHome
  #kept: Kept
  #door: Door | undefined
  #over = false
  #timer: ReturnType<typeof setTimeout> | undefined
  /** One look after the other; and whether there is a reason for one more. */
  #isLooking = false
  #again = false
  /** Whom no answer has reached, by key: how often it was tried, and when it is tried again. */
  #late = new Map<string, { tries: number; at: number }>()

  private constructor(home: RequestsHome, kept: Kept) {
    this.#home = home
    this.#kept = kept
  }

  static async open(home: RequestsHome): Promise<Requests> {
    const id = base64(home.id)
    const bytes = await home.disk.get(FILE)
    const kept = bytes && (JSON.parse(new TextDecoder().decode(bytes)) as Kept)
    const made = new Requests(home, kept?.id === id ? kept : { id, asked: {}, askers: {} })
    void made.#watch().catch(() => {})
    made.#look()
    return made
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#door?.close()
  }

  /** Where people may ask us who have found us; '': nowhere any more. */
  listen(broker: string): void {
    this.#door?.close()
    this.#door = broker ? new Door(this.#home.sealing, broker, sealed => this.came(sealed)) : undefined
  }

  #save(): Promise<void> {
    return this.#home.disk.put(FILE, bodyOf(this.#kept))
  }

  /** A broker's word for the handle of somebody who is not a friend yet. */
  certificate(key: string): string | undefined {
    return this.#kept.asked[key]?.certificate ?? this.#kept.askers[key]?.certificate
  }

  // ---- we ask ----

  /** True: they are not there, and it waits for them. Throws a word for why nobody will hear it. */
  async ask(what: Question): Promise<boolean> {
    const { sealing, kith, id } = this.#home
    const key = keyOf(what.id)
    const who = unbase64(key)
    const before = await kith.call('people.get', what.id)
    if (same(who, id)) throw new Error('own')
    if (before.blocking) throw new Error('blocked')
    if (before.following && (this.#kept.asked[key]?.at ?? 0) > Date.now() - PATIENCE_MS) throw new Error('asked')
    const { certificate } = what
    if (!isOf(sealing, certificate, key)) throw new Error('arg')
    const link = await this.#connect(what.broker)
    const earlier = this.#kept.asked[key]
    let followed = false
    try {
      const referrer = await referrerOf(kith, what.id)
      const said = {
        ...(await this.#home.about()),
        ...(what.text && { text: what.text.slice(0, TEXT_MAX) }),
        ...(referrer && { referrer }),
      }
      // As a request on somebody's wall does: what they accept is that we follow them.
      if (!before.following) {
        await kith.call('publish', { type: 'contact', contact: what.id, following: true })
        followed = true
      }
      const messages = await this.#ownWords(what.id)
      const { id: of, sealed } = sealing.seal(KIND.REQUEST, who, NOWHERE, bodyOf({ ...said, messages }), LIFE_MS)
      this.#kept.asked[key] = { of: [base64(of), ...(earlier?.of ?? [])].slice(0, OFTEN), at: Date.now(), certificate }
      delete this.#kept.refused?.[key]
      await this.#save()
      return await deliver(link, unbase64(what.door), sealed)
    } catch (error) {
      if (earlier) this.#kept.asked[key] = earlier
      else delete this.#kept.asked[key]
      await this.#save()
      if (followed) await kith.call('publish', { type: 'contact', contact: what.id, following: false })
      throw new Error(wordOf(error))
    } finally {
      link.close()
    }
  }

  /** A connection for one thing that is said. */
  #connect(broker: string): Promise<BrokerLink> {
    const { sealing } = this.#home
    return BrokerLink.open(broker, (p, b, c) => sealing.prove(p.which, p.from, b, c), throwAway())
  }

  async #ownWords(contact: string): Promise<string[]> {
    const { kith } = this.#home
    const me = idOf(this.#kept.id)
    const found: string[] = []
    for (const fields of [
      { type: 'contact', contact },
      { type: 'about', about: me },
    ] as Record<string, string>[]) {
      for await (const { value } of kith.source('query', [fields, { limit: 20 }])) {
        const { content, author } = value as { content: Record<string, unknown>; author: string }
        if (author !== me || !(content.following === true || typeof content.name === 'string')) continue
        const text = JSON.stringify(value)
        if (text.length <= MESSAGE_MAX) found.push(text)
        break
      }
    }
    return found
  }

  /** What came at our mailbox: the answer to something that we have asked. */
  async heard(signal: Signal): Promise<void> {
    const key = base64(signal.from)
    const said = readBody(signal)
    if (!this.#kept.asked[key]?.of.includes(String(said.of))) return
    const { following, blocking } = await this.#home.kith.call('people.get', idOf(key))
    // Whoever has taken the request back in the meantime is nobody's friend by it.
    const accepted = signal.kind === KIND.ACCEPT && following && !blocking && askerOf(signal, said) !== undefined
    if (accepted) await this.#home.learn(key, { certificate: this.#kept.asked[key].certificate, ...said })
    if (signal.kind === KIND.REFUSE) this.#kept.refused = { ...this.#kept.refused, [key]: Date.now() }
    delete this.#kept.asked[key]
    await this.#save()
    if (accepted) await this.#home.connect(key)
  }

  /** Whether they have said no to what we asked last. */
  isRefused(id: string): boolean {
    return this.#kept.refused?.[keyOf(id)] !== undefined
  }

  // ---- we are asked ----

  /** What cannot be read, or is no request, is done with as well: it would fill the door. Throws if it has to come again. */
  async came(sealed: Uint8Array): Promise<void> {
    let signal: Signal
    try {
      signal = this.#home.sealing.unseal(sealed, true)
    } catch {
      return
    }
    if (signal.kind === KIND.REQUEST) await this.#keep(signal)
  }

  async #keep(signal: Signal): Promise<void> {
    const { kith, sealing, id } = this.#home
    const said = readBody(signal)
    const key = base64(signal.from)
    const asker = askerOf(signal, said)
    // Each of them costs a write: who asks in a hurry is heard once in a while.
    if ((this.#kept.askers[key]?.at ?? 0) > Date.now() - HURRY_MS) return
    const { following, blocking } = await kith.call('people.get', idOf(key))
    if (!asker || blocking || same(signal.from, id)) return
    if (!following) {
      const messages = Array.isArray(said.messages) ? said.messages.filter(it => typeof it === 'string') : []
      const request = {
        ...{ id: idOf(key), name: textOf(said.name, NAME_MAX), text: textOf(said.text, TEXT_MAX) },
        ...(isFeed(said.referrer) && { referrer: said.referrer }),
        messages: messages.slice(0, MESSAGES_MAX),
      }
      try {
        await kith.call('friends.asked', request)
      } catch (error) {
        if (['denied', 'arg'].includes(wordOf(error))) return
        throw error
      }
    }
    if (isOf(sealing, said.certificate, key)) asker.certificate = said.certificate
    if (!this.#kept.askers[key] && Object.keys(this.#kept.askers).length >= ASKERS_MAX) return
    this.#kept.askers[key] = asker
    await this.#save()
    if (following) this.#look()
  }

  async #watch(): Promise<void> {
    for await (const change of this.#home.kith.live('changes', [])) {
      if (change === restarted || ('all' in change && change.all) || ('people' in change && change.people?.length))
        this.#look()
    }
  }

  /** Whether those who wait have been answered here. */
  #look(): void {
    this.#again = this.#isLooking
    if (this.#isLooking) return
    this.#isLooking = true
    void this.#lookAtAll()
      .catch(() => {}) // the node is on its way out
      .finally(() => {
        this.#isLooking = false
        if (this.#again) this.#look()
      })
  }

  async #lookAtAll(): Promise<void> {
    const { kith } = this.#home
    const { askers } = this.#kept
    const all = Object.entries(askers) // before the node is asked: those who come now are not in its answer
    if (this.#over || !all.length) return
    const waiting = new Set((await kith.call('friends.list', { list: 'requests' })).map(it => it.id))
    let gone = false
    const told = new Set((await kith.call('friends.list', { list: 'refused' })).map(it => it.told && it.id))
    for (const [key, asker] of all) {
      const { following, blocking } = await kith.call('people.get', idOf(key))
      if (blocking || !(following || told.has(idOf(key)))) {
        if (waiting.has(idOf(key))) continue
        gone = delete askers[key] // put aside: nobody is told
      } else if ((this.#late.get(key)?.at ?? 0) <= Date.now() && (await this.#isSaid(key, asker, following))) {
        if (askers[key] === asker) gone = delete askers[key]
      }
    }
    if (gone) await this.#save()
    clearTimeout(this.#timer)
    const next = Math.min(...[...this.#late.values()].map(it => it.at))
    if (next < Infinity && !this.#over)
      this.#timer = setTimeout(() => this.#look(), Math.max(0, next - Date.now()) + 100)
  }

  /** If not, it is tried again, ever less often. */
  async #isSaid(key: string, asker: Asker, yes: boolean): Promise<boolean> {
    try {
      await (yes ? this.#accept(key, asker) : this.#answer(key, asker, KIND.REFUSE, { why: 'no' }))
      this.#late.delete(key)
      return true
    } catch {
      const tries = (this.#late.get(key)?.tries ?? 0) + 1
      this.#late.set(key, { tries, at: Date.now() + Math.min(LONGEST_MS, AGAIN_MS * 2 ** tries) })
      return asker.at < Date.now() - LIFE_MS && tries > TRIES_MAX
    }
  }

  async #accept(key: string, asker: Asker): Promise<void> {
    const { mailbox, brokers, certificate } = asker
    await this.#home.learn(key, { mailbox, brokers, certificate })
    await this.#answer(key, asker, KIND.ACCEPT, await this.#home.about())
    await this.#home.connect(key)
  }

  async #answer(key: string, { of, mailbox, brokers }: Asker, kind: number, said: object): Promise<void> {
    const { sealing, broker } = this.#home
    // Whoever was refused is not let choose whom we connect to.
    const where = kind === KIND.ACCEPT ? (brokers[0] ?? broker) : broker
    const { sealed } = sealing.seal(kind, unbase64(key), NOWHERE, bodyOf({ of, ...said }), LIFE_MS)
    const link = await this.#connect(where)
    try {
      await deliver(link, unbase64(mailbox), sealed)
    } finally {
      link.close()
    }
  }
}

/** Hands it over and leaves it as a letter too, first: then nothing is lost with a connection that has gone without a word. True:
 * nobody listens there. Throws a word if it will reach nobody. */
async function deliver(link: BrokerLink, to: Uint8Array, sealed: Uint8Array): Promise<boolean> {
  const address = base64(to)
  let fault = link.about.letters ? '' : 'absent'
  // Whoever says where we are to deliver also chooses who does not answer us.
  const timer = setTimeout(() => link.close(), DELIVER_MS)
  try {
    if (!fault)
      await link.call('letter', { to: address, letter: base64(sealed) }).catch(error => {
        fault = wordOf(error)
      })
    const [there] = (await link.call('present', [address])) as boolean[]
    if (fault && !there) throw new Error(fault)
    link.send(to, sealed)
    // Asked after it, answered after it: then the connection may go.
    const answers = await link.answers()
    if (fault && !answers) throw new Error('broker')
    return !there
  } catch (error) {
    if (fault) throw error
    return true // the letter is there, whatever came after
  } finally {
    clearTimeout(timer)
  }
}
