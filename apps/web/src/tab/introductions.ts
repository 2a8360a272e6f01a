// SPDX-License-Identifier: MIT
// Who may find us, and whom we find: invites that make friends, and calls between friends. Listens at a
// broker at our mailbox and for our invites; what has to last is in the file `introductions`.
import type { KithClient } from '@kith/client'
import { callAddress } from './address.ts'
import { BrokerLink } from './broker.ts'
import { base64, compare, idOf, random, same, unbase64 } from './bytes.ts'
import type { Signal } from './core.ts'
import type { Disk } from './disk.ts'
import { readFriendLink, writeFriendLink } from './friend_link.ts'
import type { Asked, Invite } from './messages.ts'
import { LatePipe, type Pipe } from './pipe.ts'
import {
  bodyOf,
  KIND,
  LIFE_MS,
  NOWHERE,
  readBody,
  type Sealing,
  SignalCall,
  sayAndWait,
  throwAway,
} from './signalling.ts'

const FILE = 'introductions'
const INVITE_MS = 7 * 24 * 3600e3
const INVITES_MAX = 14
const REQUEST_MS = 120_000
const CONNECT_MS = 4000
const FIRST_MS = 1000
const LONGEST_MS = 60_000
const CALLS_MAX = 32
/** Connections to brokers at once, for calls that we make; the node tries again by itself. */
const DIALS_MAX = 8

interface Friend {
  mailbox: string
  brokers: string[]
}
interface Kept {
  epoch: number
  invites: { secret: string; expires: number; used?: string; revoked?: true }[]
  /** By key in base64. */
  friends: Record<string, Friend>
}

export interface Home {
  sealing: Sealing
  disk: Disk
  kith: KithClient
  id: Uint8Array
  /** Where the page came from. */
  origin: string
  /** ws:// or wss:// of the broker there, or ''. */
  broker: string
  /** A friend's call stands. */
  take: (pipe: Pipe, key: string) => void
}

export class Introductions {
  #home: Home
  #kept: Kept = { epoch: 0, invites: [], friends: {} }
  #link: BrokerLink | undefined
  #tries = 0
  #over = false
  #dials = 0
  #timer: ReturnType<typeof setTimeout> | undefined
  /** Calls that came to us, by the id of their offer. */
  #calls = new Map<string, SignalCall>()
  /** Calls that stand, by key. */
  #roads = new Map<string, Pipe>()

  private constructor(home: Home) {
    this.#home = home
  }

  static async open(home: Home): Promise<Introductions> {
    const made = new Introductions(home)
    const kept = await home.disk.get(FILE)
    if (kept) made.#kept = JSON.parse(new TextDecoder().decode(kept)) as Kept
    void made.#listen()
    return made
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#link?.close()
    for (const call of this.#calls.values()) call.end('closed')
    this.#home.kith.close()
  }

  async asked(what: Asked): Promise<unknown> {
    if (what.is === 'invite') return this.#invite()
    if (what.is === 'invites')
      return Promise.all(
        this.#open()
          .filter(it => !it.revoked)
          .map(it => this.#show(it)),
      )
    if (what.is === 'revoke') return this.#revoke(what.secret)
    return this.#request(what.code, what.text)
  }

  // ---- what lasts ----

  #save(): Promise<void> {
    return this.#home.disk.put(FILE, bodyOf(this.#kept))
  }

  #open(): Kept['invites'] {
    return this.#kept.invites.filter(it => it.expires > Date.now())
  }

  #address(which: 1 | 2, from: Uint8Array): Uint8Array<ArrayBuffer> {
    return this.#home.sealing.prove(which, from, NOWHERE, NOWHERE).address
  }

  get #epoch(): Uint8Array {
    const epoch = new Uint8Array(4)
    new DataView(epoch.buffer).setUint32(0, this.#kept.epoch, true)
    return epoch
  }

  async #name(): Promise<string> {
    const me = await this.#home.kith.call('people.get')
    return me.name ?? ''
  }

  async #aboutUs(): Promise<object> {
    const { broker } = this.#home
    return {
      name: await this.#name(),
      mailbox: base64(this.#address(1, this.#epoch)),
      brokers: broker ? [broker] : [],
    }
  }

  /** What somebody says about how to find them, as far as it makes sense. */
  async #befriend(key: string, said: Record<string, unknown>): Promise<void> {
    const brokers = Array.isArray(said.brokers) ? said.brokers : []
    const friend: Friend = {
      mailbox: typeof said.mailbox === 'string' ? said.mailbox : '',
      brokers: brokers.filter((it): it is string => typeof it === 'string' && /^wss?:\/\//.test(it)).slice(0, 4),
    }
    if (unbase64(friend.mailbox).length !== 32) throw new Error('arg')
    this.#kept.friends[key] = friend
    await this.#save()
    const { kith } = this.#home
    const contact = idOf(key)
    if (!(await kith.call('people.get', contact)).following)
      await kith.call('publish', { type: 'contact', contact, following: true })
  }

  /** Keeps the way to a friend, and tries it now. */
  async #connect(key: string): Promise<void> {
    if (!this.#over) await this.#home.kith.call('conn.connect', callAddress(idOf(key)))
  }

  // ---- listening ----

  async #listen(): Promise<void> {
    const { broker, sealing } = this.#home
    if (!broker || this.#over) return
    try {
      const prove = (p: { which: number; from: Uint8Array }, b: Uint8Array, c: Uint8Array) =>
        sealing.prove(p.which, p.from, b, c)
      const link = await BrokerLink.open(broker, prove, throwAway())
      if (this.#over) {
        link.close()
        return
      }
      this.#link = link
      this.#tries = 0
      link.onsignal = (at, sealed) => this.#take(at, sealed)
      link.onclose = () => this.#again()
      await link.listen({ which: 1, from: this.#epoch })
      for (const { secret } of this.#open()) await link.listen({ which: 2, from: unbase64(secret) })
      this.#callFriends()
    } catch {
      this.#again()
    }
  }

  #again(): void {
    if (this.#over) return
    this.#link?.close()
    this.#link = undefined
    clearTimeout(this.#timer)
    const wait = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.#tries++) * (1 + Math.random() / 2)
    this.#timer = setTimeout(() => void this.#listen(), wait)
  }

  /** The broker is there: the node tries its friends now, and not when it next would. */
  #callFriends(): void {
    for (const key of Object.keys(this.#kept.friends)) void this.#connect(key).catch(() => {})
  }

  #take(at: Uint8Array, sealed: Uint8Array): void {
    let signal: Signal
    try {
      signal = this.#home.sealing.unseal(sealed)
    } catch {
      return
    }
    const invite = this.#open().find(it => same(at, this.#address(2, unbase64(it.secret))))
    if (signal.kind === KIND.REQUEST && invite) void this.#requested(invite, signal).catch(() => {})
    else if (signal.kind < KIND.REQUEST) void this.#called(signal).catch(() => {})
  }

  /** Offers and what goes with them count only from somebody accepted. */
  async #called(signal: Signal): Promise<void> {
    const said = readBody(signal)
    const key = base64(signal.from)
    const call = typeof said.of === 'string' ? this.#calls.get(said.of) : undefined
    if (call) return call.hear(signal)
    // Of two, the one whose key is larger makes the offer.
    const larger = compare(this.#home.id, signal.from) > 0
    if (signal.kind === KIND.OFFER && !larger) this.#answer(signal, said)
    if (signal.kind === KIND.CALL_ME && larger && (await this.#isAccepted(key))) {
      this.#hangUp(key)
      await this.#connect(key)
    }
  }

  /** Who calls anew has lost the call that stands here still: a browser takes up to half a minute to notice. */
  #hangUp(key: string): void {
    const road = this.#roads.get(key)
    if (!road) return
    this.#roads.delete(key)
    const ended = road.onclose
    road.close()
    ended()
  }

  async #isAccepted(key: string): Promise<boolean> {
    const person = await this.#home.kith.call('people.get', idOf(key))
    return person.following && !person.blocking
  }

  #answer(signal: Signal, said: Record<string, unknown>): void {
    const { sealing, broker } = this.#home
    const key = base64(signal.from)
    const of = base64(signal.id)
    const { sdp } = said
    if (typeof sdp !== 'string' || this.#calls.size >= CALLS_MAX) return
    const call = new SignalCall({
      sealing,
      broker,
      who: signal.from,
      to: signal.reply,
      onOpen: pipe => {
        this.#calls.delete(of)
        this.#hangUp(key)
        this.#home.take(pipe, key)
        this.#roads.set(key, pipe)
      },
      onEnd: () => this.#calls.delete(of),
    })
    // At once, so that candidates which follow find it.
    this.#calls.set(of, call)
    this.#isAccepted(key)
      .then(is => (is ? call.answer(signal.id, sdp) : call.end('not a friend')))
      .catch(error => call.end(String(error)))
  }

  // ---- calling ----

  /** A road to a friend; whose key is smaller asks to be called, and is. */
  dial(key: string): Pipe | undefined {
    const friend = this.#kept.friends[key]
    const broker = friend?.brokers[0] ?? this.#home.broker
    if (!friend || !broker || this.#dials >= DIALS_MAX) return undefined
    this.#dials++
    const to = unbase64(friend.mailbox)
    const who = unbase64(key)
    if (compare(this.#home.id, who) < 0) {
      this.#askToBeCalled(broker, to, who)
      return undefined
    }
    const pipe = new LatePipe()
    const call = new SignalCall({
      sealing: this.#home.sealing,
      broker,
      who,
      to,
      onOpen: found => {
        this.#dials--
        pipe.found(found)
        this.#roads.set(key, found)
      },
      onEnd: () => {
        this.#dials--
        pipe.lost()
      },
    })
    pipe.ongivenup = () => call.end('given up')
    call.offer().catch(error => call.end(String(error)))
    return pipe
  }

  /** On a connection of its own, as a call: the broker sees no edge between two mailboxes. */
  #askToBeCalled(broker: string, to: Uint8Array, who: Uint8Array): void {
    const { sealing } = this.#home
    const { sealed } = sealing.seal(KIND.CALL_ME, who, NOWHERE, bodyOf({}), LIFE_MS)
    BrokerLink.open(broker, (p, b, c) => sealing.prove(p.which, p.from, b, c), throwAway()).then(
      link => {
        link.send(to, sealed)
        setTimeout(() => {
          this.#dials--
          link.close()
        }, FIRST_MS)
      },
      () => this.#dials--,
    )
  }

  // ---- invites ----

  async #show({ secret, expires, used }: Kept['invites'][0]): Promise<Invite> {
    const bytes = unbase64(secret)
    const address = this.#address(2, bytes)
    const { origin, id } = this.#home
    const link = writeFriendLink(origin, { expires, inviter: id, address, secret: bytes }, await this.#name())
    return { link, secret, expires, ...(used ? { used: idOf(used) } : {}) }
  }

  async #invite(): Promise<Invite> {
    if (!this.#link) throw new Error('broker')
    this.#kept.invites = this.#open()
    if (this.#kept.invites.length >= INVITES_MAX) throw new Error('many')
    const secret = random(16)
    const invite = { secret: base64(secret), expires: Math.floor((Date.now() + INVITE_MS) / 1000) * 1000 }
    await this.#link.listen({ which: 2, from: secret })
    this.#kept.invites.push(invite)
    await this.#save()
    return this.#show(invite)
  }

  /** Whoever comes with it is told so, as long as it would have held. */
  async #revoke(secret: string): Promise<void> {
    const invite = this.#kept.invites.find(it => it.secret === secret)
    if (!invite) return
    invite.revoked = true
    await this.#save()
  }

  async #requested(invite: Kept['invites'][0], signal: Signal): Promise<void> {
    const said = readBody(signal)
    const key = base64(signal.from)
    const given = typeof said.invite === 'string' ? unbase64(said.invite) : NOWHERE
    if (!same(given, unbase64(invite.secret))) return
    const { sealing } = this.#home
    const answer = (kind: number, body: object): void => {
      const { sealed } = sealing.seal(kind, signal.from, NOWHERE, bodyOf({ of: base64(signal.id), ...body }), LIFE_MS)
      this.#link?.send(signal.reply, sealed)
    }
    if (invite.revoked) return answer(KIND.REFUSE, { why: 'revoked' })
    if (invite.used && invite.used !== key) return answer(KIND.REFUSE, { why: 'used' })
    if ((await this.#home.kith.call('people.get', idOf(key))).blocking) return answer(KIND.REFUSE, { why: 'no' })
    invite.used = key // before anything else: it holds once
    await this.#save()
    await this.#befriend(key, said)
    answer(KIND.ACCEPT, await this.#aboutUs())
    // They come as soon as they have read it; before that a call of ours would be a stranger's.
    setTimeout(() => void this.#connect(key).catch(() => {}), CONNECT_MS)
  }

  /** Gives the id of the new friend. */
  async #request(code: string, text: string): Promise<string> {
    const link = readFriendLink(code)
    const { sealing, broker, id } = this.#home
    if (!link) throw new Error('arg')
    if (same(link.inviter, id)) throw new Error('own')
    if (link.expires < Date.now()) throw new Error('expired')
    if (!broker) throw new Error('broker')
    const body = { ...(await this.#aboutUs()), text, invite: base64(link.secret) }
    const accepted = await sayAndWait(
      { sealing, broker, who: link.inviter, to: link.address },
      KIND.REQUEST,
      body,
      (signal, said) => {
        if (signal.kind === KIND.REFUSE) throw new Error(typeof said.why === 'string' ? said.why : 'no')
        return signal.kind === KIND.ACCEPT ? said : undefined
      },
      REQUEST_MS,
    )
    const key = base64(link.inviter)
    await this.#befriend(key, accepted)
    await this.#connect(key)
    return idOf(key)
  }
}
