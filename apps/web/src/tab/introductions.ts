// SPDX-License-Identifier: MIT
// Who may find us, and whom we find: invites that make friends, and what calls between friends (calls.ts) are
// made with. Listens at a broker at our mailbox and for our invites, and to what friends carry; what has to
// last is in the file `introductions`.
import { type KithClient, restarted } from '@kith/client'
import { handleOf, isOf, type Servers } from '../account/certificates.ts'
import { Handles } from '../account/handles.ts'
import { isFeed } from '../node/content.ts'
import type { BrokerLink } from './broker.ts'
import { base64, idOf, same, unbase64 } from './bytes.ts'
import { Calls } from './calls.ts'
import { NOWHERE, type Sealing, throwAway, viaBroker, viaFriends, type Way } from './carriers.ts'
import type { Core, Signal } from './core.ts'
import type { Disk } from './disk.ts'
import { letterOf, readFriendLink, writeFriendLink } from './friend_link.ts'
import { draw, INVITES_MAX, learnWhoCame, listenedFor, type Made, openOf, remembered, spend } from './invites.ts'
import { Left } from './left.ts'
import { Listening } from './listening.ts'
import { type Asked, type Handle, type Invite, TEXT_MAX } from './messages.ts'
import type { Pipe } from './pipe.ts'
import { Requests, referrerOf } from './requests.ts'
import { bodyOf, KIND, LIFE_MS, readBody, sayAndWait } from './signalling.ts'

const FILE = 'introductions'
const REQUEST_MS = 120_000
const CONNECT_MS = 4000
/** Friends that come are asked for others after this. */
const SOON_MS = 1000

interface Friend {
  mailbox: string
  brokers: string[]
  /** A broker's word for their handle, checked when it came. */
  certificate?: string
}
interface Kept {
  epoch: number
  invites: Made[]
  /** Codes of links whose makers were absent, and were asked by their inbox. */
  left?: string[]
  /** By key in base64. */
  friends: Record<string, Friend>
  /** Brokers whose word on handles we can place. */
  servers?: Servers
  /** What told us last how we look from outside: it may do so when no broker does. */
  stun?: string
}

export interface Home {
  sealing: Sealing & Pick<Core, 'certificate' | 'handleEntry' | 'handleFeed'>
  disk: Disk
  kith: KithClient
  id: Uint8Array
  /** Where the page came from. */
  origin: string
  /** ws:// or wss:// of the broker there, or ''. */
  broker: string
  /** A broker's word for our handle, or ''. */
  certificate: () => Promise<string>
  /** A friend's call stands. */
  take: (pipe: Pipe, key: string) => void
}

export class Introductions {
  #home: Home
  #kept: Kept = { epoch: 0, invites: [], friends: {} }
  /** At our broker, if we have one. */
  #listening: Listening | undefined
  #soon: ReturnType<typeof setTimeout> | undefined
  #left: Left
  #calls: Calls
  #handles: Handles
  #requests: Requests | undefined

  private constructor(home: Home, handles: Handles) {
    this.#home = home
    this.#handles = handles
    this.#calls = new Calls({
      ...home,
      ways: key => this.#ways(key),
      look: () => void this.#listening?.look(),
      about: () => this.#where,
      learn: (key, said) => this.#note(key, said).catch(() => {}),
    })
    this.#left = new Left({
      get: () => this.#kept.left ?? [],
      keep: left => {
        this.#kept.left = left
        return this.#save()
      },
      request: code => this.#request(code, '', true),
    })
  }

  static async open(home: Home): Promise<Introductions> {
    const made = new Introductions(home, await Handles.open(home.sealing, home.disk))
    const kept = await home.disk.get(FILE)
    if (kept) made.#kept = JSON.parse(new TextDecoder().decode(kept)) as Kept
    made.#requests = await Requests.open({
      ...home,
      about: () => made.#aboutUs(),
      learn: (key, said) => made.#note(key, said),
      connect: key => made.#calls.connect(key),
    })
    made.#listen()
    void made.#hearFriends().catch(() => {})
    void made.#watchFriends().catch(() => {})
    return made
  }

  close(): void {
    clearTimeout(this.#soon)
    this.#left.close()
    this.#handles.rest()
    this.#listening?.close()
    this.#calls.close()
    this.#requests?.close()
    this.#home.kith.close()
  }

  async asked(what: Exclude<Asked, { is: 'account' }>): Promise<unknown> {
    if (what.is === 'invite') return this.#invite()
    if (what.is === 'invites') return this.#invites()
    if (what.is === 'leave') return this.#leave(what)
    if (what.is === 'revoke') return this.#revoke(what.secret)
    if (what.is === 'ask') return this.#requests!.ask(what)
    if (what.is === 'refused') return this.#requests!.isRefused(what.id)
    if (what.is === 'handle') return this.#handle(what.id, what.fresh)
    return this.#request(what.code, what.text)
  }

  // ---- what lasts ----

  #save(): Promise<void> {
    return this.#home.disk.put(FILE, bodyOf(this.#kept))
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

  get #where(): object {
    const { broker } = this.#home
    return { mailbox: base64(this.#address(1, this.#epoch)), brokers: broker ? [broker] : [] }
  }

  async #aboutUs(): Promise<object> {
    const certificate = await this.#home.certificate()
    return { ...(certificate && { certificate }), name: await this.#name(), ...this.#where }
  }

  /** What somebody says about how to find them, as far as it makes sense. */
  async #note(key: string, said: Record<string, unknown>): Promise<void> {
    const brokers = Array.isArray(said.brokers) ? said.brokers : []
    const friend: Friend = {
      mailbox: typeof said.mailbox === 'string' ? said.mailbox : '',
      brokers: brokers.filter((it): it is string => typeof it === 'string' && /^wss?:\/\//.test(it)).slice(0, 4),
    }
    if (unbase64(friend.mailbox).length !== 32) throw new Error('arg')
    const certificate = isOf(this.#home.sealing, said.certificate, key)
      ? said.certificate
      : this.#kept.friends[key]?.certificate
    const isNew = certificate !== this.#kept.friends[key]?.certificate
    if (certificate) friend.certificate = certificate
    this.#kept.friends[key] = friend
    await this.#save()
    if (isNew) void this.#handles.look().catch(() => {})
  }

  async #befriend(key: string, said: Record<string, unknown>): Promise<void> {
    await this.#note(key, said)
    const { kith } = this.#home
    const contact = idOf(key)
    if (!(await kith.call('people.get', contact)).following)
      await kith.call('publish', { type: 'contact', contact, following: true })
  }

  async #handle(id: string, fresh = false): Promise<Handle | null> {
    const key = id.slice(1, -'.ed25519'.length)
    const mine = key === base64(this.#home.id)
    const certificate = mine
      ? await this.#home.certificate()
      : (this.#kept.friends[key]?.certificate ?? this.#requests?.certificate(key))
    if (!certificate) return null
    if (fresh) await this.#handles.refresh().catch(() => {})
    const about = handleOf(this.#home.sealing, certificate, this.#kept.servers ?? {})
    return { ...about, says: this.#handles.says(certificate) }
  }

  /** Of friends, and our own. */
  #certificates = async (): Promise<string[]> =>
    [await this.#home.certificate(), ...Object.values(this.#kept.friends).map(it => it.certificate ?? '')].filter(
      Boolean,
    )

  /** Our broker is not waited for while it does not answer: then any friend of both does as well. */
  #ways(key: string): Way[] {
    const { sealing, kith, broker } = this.#home
    const friend = this.#kept.friends[key]
    const theirs = friend?.brokers[0] ?? broker
    const friends = viaFriends(kith, idOf(key), this.#iceServers)
    if (!friend || !theirs || (theirs === broker && !this.#link)) return [friends]
    return [viaBroker(sealing, theirs, unbase64(friend.mailbox)), friends]
  }

  get #iceServers(): RTCIceServer[] {
    return this.#kept.stun ? [{ urls: this.#kept.stun }] : []
  }

  // ---- listening ----

  get #link(): BrokerLink | undefined {
    return this.#listening?.link
  }

  #listen(): void {
    const { broker, sealing } = this.#home
    if (!broker) return
    this.#listening = new Listening({
      broker,
      prove: (place, key, challenge) => sealing.prove(place.which, place.from, key, challenge),
      first: throwAway,
      came: (at, sealed, done) => this.#take(at, sealed, done),
      opened: link => this.#opened(link),
      ended: () => this.#handles.rest(),
    })
  }

  async #opened(link: BrokerLink): Promise<void> {
    if (link.stun !== (this.#kept.stun ?? '') || this.#kept.servers?.[link.keyText] !== link.host) {
      this.#kept.stun = link.stun
      this.#kept.servers = { ...this.#kept.servers, [link.keyText]: link.host }
      void this.#save()
    }
    await link.listen({ which: 1, from: this.#epoch })
    for (const { secret } of listenedFor(this.#kept.invites)) await link.listen({ which: 2, from: unbase64(secret) })
    this.#callFriends()
    this.#left.look()
    this.#handles.watch(link, this.#certificates)
  }

  /** The node tries its friends now, and not when it next would. */
  #callFriends(): void {
    for (const key of Object.keys(this.#kept.friends)) void this.#calls.connect(key).catch(() => {})
  }

  /** What friends bring. */
  async #hearFriends(): Promise<void> {
    for await (const item of this.#home.kith.live('signals', [])) {
      if (item === restarted) continue
      this.#take(NOWHERE, unbase64(item.signal), () => {}, item.via)
    }
  }

  /** Whoever comes may be connected with others whom we look for. */
  async #watchFriends(): Promise<void> {
    for await (const item of this.#home.kith.live('presence', [])) {
      if (item === restarted || !item.here || this.#link) continue
      this.#soon ??= setTimeout(() => {
        this.#soon = undefined
        this.#callFriends()
      }, SOON_MS)
    }
  }

  /** `via`: the friend who brought it. */
  #take(at: Uint8Array, sealed: Uint8Array, done: () => void, via?: string): void {
    const { sealing, broker, kith } = this.#home
    let signal: Signal
    try {
      signal = sealing.unseal(sealed)
    } catch {
      done()
      return
    }
    const invite = remembered(this.#kept.invites).find(it => same(at, this.#address(2, unbase64(it.secret))))
    const back = via
      ? viaFriends(kith, idOf(base64(signal.from)), this.#iceServers, via)
      : viaBroker(sealing, broker, signal.reply)
    // Whatever is not confirmed comes again and takes the room of others.
    if (signal.kind === KIND.REQUEST && invite)
      void this.#requested(invite, signal)
        .catch(() => {})
        .then(done)
    else if (signal.kind === KIND.ACCEPT || signal.kind === KIND.REFUSE)
      void this.#requests?.heard(signal).then(done, () => {})
    else {
      done()
      if (signal.kind < KIND.REQUEST) void this.#calls.heard(signal, readBody(signal), back).catch(() => {})
    }
  }

  /** Where people may ask us who have found us; '': nowhere. */
  door(broker: string): void {
    this.#requests?.listen(broker)
  }

  /** A road to a friend, or nothing yet. */
  dial(key: string): Pipe | undefined {
    return this.#calls.dial(key)
  }

  // ---- invites ----

  async #invites(): Promise<Invite[]> {
    if (await learnWhoCame(this.#home.kith, this.#kept.invites)) await this.#save()
    const shown = openOf(this.#kept.invites).filter(it => !it.revoked)
    return Promise.all(shown.map(it => this.#show(it)))
  }

  async #show({ secret, expires, road, used, text, by }: Made): Promise<Invite> {
    const bytes = unbase64(secret)
    const address = this.#address(2, bytes)
    const { origin, id } = this.#home
    const name = await this.#name()
    const link = writeFriendLink(origin, { expires, inviter: id, address, secret: bytes }, name, road)
    return {
      link,
      secret,
      expires,
      waits: road !== undefined,
      ...(used && { used: idOf(used) }),
      ...(text && { text }),
      ...(by && { by }),
    }
  }

  async #invite(): Promise<Invite> {
    if (!this.#link) throw new Error('broker')
    const { kith } = this.#home
    this.#kept.invites = remembered(this.#kept.invites)
    if (openOf(this.#kept.invites).length >= INVITES_MAX) throw new Error('many')
    const invite = await draw(kith)
    try {
      await this.#link.listen({ which: 2, from: unbase64(invite.secret) })
    } catch {
      await spend(kith, invite)
      this.#listening?.again() // a broker takes so many addresses of one connection; a new one needs fewer
      throw new Error('many')
    }
    this.#kept.invites.push(invite)
    await this.#save()
    return this.#show(invite)
  }

  /** Whoever comes with it is told so, as long as it would have held. */
  async #revoke(secret: string): Promise<void> {
    const invite = this.#kept.invites.find(it => it.secret === secret)
    if (!invite) return
    invite.revoked = true
    await spend(this.#home.kith, invite)
    await this.#save()
  }

  async #requested(invite: Made, signal: Signal): Promise<void> {
    const said = readBody(signal)
    const key = base64(signal.from)
    const given = typeof said.invite === 'string' ? unbase64(said.invite) : NOWHERE
    if (!same(given, unbase64(invite.secret))) return
    const { sealing, kith } = this.#home
    if (await learnWhoCame(kith, [invite])) await this.#save()
    const answer = (kind: number, body: object): void => {
      const { sealed } = sealing.seal(kind, signal.from, NOWHERE, bodyOf({ of: base64(signal.id), ...body }), LIFE_MS)
      this.#link?.send(signal.reply, sealed)
    }
    const { blocking } = await kith.call('people.get', idOf(key))
    // From here to `used` nothing is waited for: it holds once.
    if (invite.expires <= Date.now() && invite.used !== key) return answer(KIND.REFUSE, { why: 'expired' })
    if (invite.revoked) return answer(KIND.REFUSE, { why: 'revoked' })
    if (invite.used && invite.used !== key) return answer(KIND.REFUSE, { why: 'used' })
    if (blocking) return answer(KIND.REFUSE, { why: 'no' })
    invite.used = key
    if (typeof said.text === 'string' && said.text) invite.text = said.text.slice(0, TEXT_MAX)
    if (typeof said.referrer === 'string' && isFeed(said.referrer)) invite.by = said.referrer
    await this.#save()
    await spend(kith, invite)
    await this.#befriend(key, said)
    answer(KIND.ACCEPT, await this.#aboutUs())
    // They come as soon as they have read it; before that a call of ours would be a stranger's.
    setTimeout(() => void this.#calls.connect(key).catch(() => {}), CONNECT_MS)
  }

  /** The node asks whoever made the link by a packet in their inbox. */
  async #leave({ code, name, road, text }: Extract<Asked, { is: 'leave' }>): Promise<string> {
    const link = readFriendLink(code)
    if (!link) throw new Error('arg')
    if (link.expires < Date.now()) throw new Error('expired')
    const { kith } = this.#home
    const referrer = await referrerOf(kith, idOf(base64(link.inviter)))
    const said = { text: text.slice(0, TEXT_MAX), ...(referrer && { referrer }) }
    const { id } = await kith.call('friends.join', letterOf(link, name, road), said)
    await this.#left.add(code)
    return id
  }

  /** Gives the id of the new friend. */
  async #request(code: string, text: string, isLeft = false): Promise<string> {
    const link = readFriendLink(code)
    const { sealing, broker, id, kith } = this.#home
    if (!link) throw new Error('arg')
    // Who has taken back what they left in an inbox is not asked for by us.
    const check = async (): Promise<void> => {
      const { following, blocking } = await kith.call('people.get', idOf(base64(link.inviter)))
      if (isLeft && (!following || blocking)) throw new Error('withdrawn')
    }
    await check()
    if (same(link.inviter, id)) throw new Error('own')
    if (link.expires < Date.now()) throw new Error('expired')
    if (!broker) throw new Error('broker')
    const referrer = await referrerOf(kith, idOf(base64(link.inviter)))
    const body = {
      ...(await this.#aboutUs()),
      ...(text && { text: text.slice(0, TEXT_MAX) }),
      ...(referrer && { referrer }),
      invite: base64(link.secret),
    }
    const accepted = await sayAndWait(
      { sealing, way: viaBroker(sealing, broker, link.address), who: link.inviter },
      KIND.REQUEST,
      body,
      (signal, said) => {
        if (signal.kind === KIND.REFUSE) throw new Error(typeof said.why === 'string' ? said.why : 'no')
        return signal.kind === KIND.ACCEPT ? said : undefined
      },
      REQUEST_MS,
    )
    const key = base64(link.inviter)
    await check()
    await this.#befriend(key, accepted)
    await this.#calls.connect(key)
    return idOf(key)
  }
}
