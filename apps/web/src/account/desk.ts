// SPDX-License-Identifier: MIT
// The account of this person at a broker, in the Worker that has the node: a handle, and if they want it a vault that
// follows what they write. One browser writes; who signs in elsewhere takes the lease, and we fall silent.
import type { KithClient } from '@kith/client'
import { BrokerLink, type Hello } from '../tab/broker.ts'
import { base64, compare, joined, random, unbase64 } from '../tab/bytes.ts'
import type { Core } from '../tab/core.ts'
import type { Disk } from '../tab/disk.ts'
import { Inbox, inboxesOf } from '../tab/inbox.ts'
import { PASSWORD } from '../tab/password.ts'
import { throwAway } from '../tab/signalling.ts'
import { findPeople, wordOf } from './find.ts'
import { type Kept, readKept, writeKept } from './kept.ts'
import { putCopy } from './store.ts'
import { type Head, openFile, openVault, readVault, sealVault, writeVault } from './vault.ts'
import type { AccountState, Brought, Found, Wish } from './wish.ts'

const LOOK_MS = 2000
const AGAIN_MS = 2000
const LONGEST_MS = 60_000
/** More messages than anybody writes: a node that expects so many signs nothing. */
const NEVER = 2 ** 52
const PASSWORD_MIN = 8

export interface DeskHome {
  core: Pick<Core, 'prove' | 'stretching' | 'hold' | 'vaultPut' | 'vaultParse' | 'certificate' | 'inbox' | 'proveInbox'>
  disk: Disk
  kith: KithClient
  id: Uint8Array
  broker: string
  run: (job: Uint8Array<ArrayBuffer>) => Promise<Uint8Array>
  /** The broker at whose door we are to listen now; '': none. */
  door: (broker: string) => void
  /** Tells the page. */
  moved: (moved: boolean) => void
  /** Stops the node and opens it again. */
  reopen: () => void
}

export class Desk {
  #home: DeskHome
  #kept: Kept | undefined
  #link: BrokerLink | undefined
  #about: Hello | undefined
  #timer: ReturnType<typeof setTimeout> | undefined
  #tries = 0
  #over = false
  #trouble = ''
  /** One thing after another. */
  #line: Promise<unknown> = Promise.resolve()

  private constructor(home: DeskHome) {
    this.#home = home
  }

  static async open(home: DeskHome): Promise<Desk> {
    const desk = new Desk(home)
    const kept = await readKept(home.disk)
    if (kept?.key === base64(home.id)) desk.#kept = kept
    if (desk.#kept?.state === 'moved') {
      home.moved(true)
      if (await home.disk.get('guard')) await desk.#fallSilent() // it ended in between
    }
    desk.#begin()
    desk.#listen()
    return desk
  }

  /** What friends may see of it. */
  get certificate(): string {
    return this.#kept?.certificate ?? ''
  }

  close(): void {
    this.#over = true
    clearTimeout(this.#timer)
    this.#link?.close()
    this.#home.kith.close()
  }

  asked(wish: Wish): Promise<unknown> {
    const answer = this.#line.then(() => this.#answer(wish))
    this.#line = answer.catch(() => {})
    return answer.catch(error => {
      throw new Error(wordOf(error))
    })
  }

  async #answer(wish: Wish): Promise<unknown> {
    switch (wish.do) {
      case 'look':
        return this.#look()
      case 'register':
        return this.#register(wish.handle, wish.password, wish.vault)
      case 'signIn':
        return this.#signIn(wish.handle, wish.password)
      case 'vault':
        return this.#setVault(wish.on)
      case 'inbox':
        return this.#setInbox(wish.on)
      case 'store':
        return this.#setStore(wish.url.trim())
      case 'file':
        return this.#file()
      case 'open':
        return openFile(this.#home, wish.file, wish.password)
      case 'directory':
        return this.#setName(wish.name)
      case 'door':
        return this.#setDoor(wish.on)
      case 'find':
        return this.#find(wish.text.trim())
    }
  }

  // ---- the broker ----

  async #connect(): Promise<BrokerLink> {
    if (this.#link) return this.#link
    const { broker, core } = this.#home
    if (!broker) throw new Error('broker')
    const link = await BrokerLink.open(
      this.#kept?.broker || broker,
      (p, b, c) => core.prove(p.which, p.from, b, c),
      throwAway(),
    ).catch(() => {
      throw new Error('broker')
    })
    link.onclose = () => {
      if (this.#link === link) this.#link = undefined
      if (!this.#over) this.#begin()
    }
    this.#link = link
    this.#about = link.about
    return link
  }

  async #look(): Promise<AccountState> {
    if (!this.#about) await this.#connect().catch(() => {})
    const { accounts = false, vault = false, directory = false, inbox = false, letters = false } = this.#about ?? {}
    const { handle = '', host = '', saved = 0, state = 'mine', name = '', vault: on = false } = this.#kept ?? {}
    const can = { accounts, vault, directory, inbox, door: accounts && letters }
    const roads = await this.#home.kith.call('roads.list')
    const waits = this.#inbox !== undefined && roads.own.includes(this.#inbox.address)
    const reach = roads.people.filter(it => it.roads.length + it.theirs.length > 0).length
    const { sequence } = await this.#home.kith.call('status')
    const behind = on && sequence > (this.#kept?.sequence ?? 0)
    const { store = '', copied = 0 } = this.#kept ?? {}
    return {
      handle,
      host,
      can,
      vault: on,
      door: this.#kept?.door ?? false,
      store: URL.parse(store)?.host ?? '',
      copied: copied >= sequence,
      inbox: waits,
      reach,
      saved,
      behind,
      moved: state === 'moved',
      name,
      trouble: this.#trouble,
    }
  }

  // ---- who one is ----

  async #keysOf(link: BrokerLink, handle: string, password: string) {
    if (password.length < PASSWORD_MIN) throw new Error('short')
    const broker = unbase64(link.about.key.slice(1, -'.ed25519'.length))
    const { how, handle: plain } = this.#home.core.stretching(broker, handle)
    const job = joined(Uint8Array.of(PASSWORD), how, new TextEncoder().encode(password.normalize('NFKC')))
    const both = await this.#home.run(job)
    return { broker, how, handle: plain, auth: both.slice(0, 32), vaultKey: base64(both.slice(32)) }
  }

  /** A broker's word is good if it is about this handle, and signed by whom we talk to. */
  #check(text: string, broker: Uint8Array, handle: string) {
    const found = this.#home.core.certificate(text)
    if (compare(found.broker, broker) !== 0 || found.handle !== handle || found.until < Date.now())
      throw new Error('crypto')
    return found
  }

  async #register(handle: string, password: string, vault: boolean): Promise<AccountState> {
    const { core, id, disk } = this.#home
    const link = await this.#connect()
    const keys = await this.#keysOf(link, handle, password)
    const auth = base64(keys.auth)
    const sig = base64(core.hold(keys.broker, unbase64(link.about.challenge), keys.auth, keys.handle))
    const key = base64(id)
    const { certificate } = (await link.call('account.create', { handle: keys.handle, auth, key, sig })) as {
      certificate: string
    }
    const { host } = this.#check(certificate, keys.broker, keys.handle)
    this.#kept = {
      ...{ key, broker: this.#home.broker, handle: keys.handle, host, certificate, auth, vaultKey: keys.vaultKey },
      ...{ how: base64(keys.how), lease: base64(random(16)), vault, state: 'mine', again: false },
      ...{ version: 0, sequence: 0, saved: 0, name: '' },
    }
    await writeKept(disk, this.#kept)
    this.#begin()
    return this.#look()
  }

  /** What is in the vault, for the page to become that person; the lease is taken when they are here. */
  async #signIn(handle: string, password: string): Promise<Brought> {
    const { core, disk, id } = this.#home
    const link = await this.#connect()
    const keys = await this.#keysOf(link, handle, password)
    const auth = base64(keys.auth)
    const { certificate } = (await link.call('account.login', { handle: keys.handle, auth })) as { certificate: string }
    const { key: owner, host } = this.#check(certificate, keys.broker, keys.handle)
    const head = await openVault(link, keys.handle, auth)
    if (!head) throw new Error('empty')
    // It is a search like any other, and there are so many in an hour: signing in does not hang on it.
    const found = link.call('account.find', { handle: keys.handle }) as Promise<{ door?: string }>
    const { door } = await found.catch(() => ({ door: undefined }))
    const key = base64(owner)
    const mine = key === base64(id)
    if (mine && this.#kept && head.version < this.#kept.version) throw new Error('old')
    const vault = await readVault(link, head, core, owner)
    const kept: Kept = {
      ...{ key, broker: this.#home.broker, handle: keys.handle, host, certificate, auth, vaultKey: keys.vaultKey },
      ...{ how: base64(keys.how), lease: base64(random(16)), vault: true, state: 'taking', again: mine, door: !!door },
      ...{ version: vault.version, sequence: vault.sequence, saved: 0, name: this.#kept?.name ?? '' },
    }
    await writeKept(disk, kept)
    if (mine) {
      this.#kept = kept
      this.#begin()
      this.#listen()
    }
    return { file: vault.content, passphrase: keys.vaultKey }
  }

  async #setVault(on: boolean): Promise<AccountState> {
    const kept = this.#kept
    if (!kept) throw new Error('arg')
    if (!on) {
      const link = await this.#connect()
      await openVault(link, kept.handle, kept.auth)
      await link.call('vault.forget', {})
      kept.version = kept.sequence = kept.saved = 0
    }
    kept.vault = on
    await writeKept(this.#home.disk, kept)
    this.#begin()
    return this.#look()
  }

  // ---- the inbox ----

  /** At the broker where the account is, or would be. */
  get #inbox(): Inbox | undefined {
    const broker = this.#kept?.broker || this.#home.broker
    return broker ? new Inbox(this.#home.core, inboxesOf(broker)) : undefined
  }

  /** It is there before friends are told, and they are told before it goes. */
  async #setInbox(on: boolean): Promise<AccountState> {
    const inbox = this.#inbox
    if (!inbox) throw new Error('broker')
    const { address } = inbox
    const gone = (): never => {
      throw new Error('broker')
    }
    if (on && !(await inbox.open().catch(gone))) throw new Error('room')
    await this.#home.kith.call(on ? 'roads.add' : 'roads.remove', { address })
    if (!on) await inbox.close().catch(gone)
    return this.#look()
  }

  /** Kept if it takes what we have. */
  async #setStore(store: string): Promise<AccountState> {
    const kept = this.#kept
    if (!kept) throw new Error('arg')
    Object.assign(kept, { copied: 0, store: '' })
    this.#fresh = undefined
    if (store) {
      await this.#copy(kept, store)
      kept.store = store
    }
    await writeKept(this.#home.disk, kept)
    this.#begin()
    return this.#look()
  }

  // ---- the directory ----

  async #setName(name: string): Promise<AccountState> {
    const kept = this.#kept
    if (!kept) throw new Error('arg')
    const { handle, auth } = kept
    const link = await this.#connect()
    await link.call(name ? 'directory.put' : 'directory.remove', { handle, auth, ...(name && { name }) })
    kept.name = name
    await writeKept(this.#home.disk, kept)
    return this.#look()
  }

  // ---- the door ----

  #listen(): void {
    const kept = this.#kept
    this.#home.door(kept?.door && kept.state !== 'moved' ? kept.broker : '')
  }

  async #setDoor(on: boolean): Promise<AccountState> {
    const kept = this.#kept
    if (!kept) throw new Error('arg')
    const { handle, auth } = kept
    const link = await this.#connect()
    const broker = unbase64(link.keyText)
    const { address } = this.#home.core.prove(3, broker, broker, new Uint8Array(32))
    await link.call('account.door', { handle, auth, door: on ? base64(address) : null })
    kept.door = on
    await writeKept(this.#home.disk, kept)
    this.#listen()
    return this.#look()
  }

  async #find(text: string): Promise<Found[]> {
    return findPeople(await this.#connect(), this.#home.core, text)
  }

  // ---- the vault ----

  /** Watches over the lease, and saves what is new. */
  #begin(wait = 0): void {
    clearTimeout(this.#timer)
    const kept = this.#kept
    if (this.#over || !(kept?.vault || kept?.store) || kept.state === 'moved') return
    this.#timer = setTimeout(() => {
      const turn = this.#line.then(() => this.#turn())
      this.#line = turn.then(
        () => {
          this.#tries = 0
          this.#trouble = ''
          this.#begin(LOOK_MS)
        },
        error => {
          this.#trouble = wordOf(error)
          this.#opened = undefined
          this.#begin(Math.min(LONGEST_MS, AGAIN_MS * 2 ** this.#tries++))
        },
      )
    }, wait)
  }

  /** The connection on which the vault is open, and watched. */
  #opened: BrokerLink | undefined
  #head: Head | null = null

  async #turn(): Promise<void> {
    const kept = this.#kept
    if (kept?.vault) await this.#watchOver(await this.#connect(), kept)
    if (kept?.store && kept.state === 'mine' && !this.#over) await this.#copy(kept, kept.store)
  }

  async #copy(kept: Kept, store: string): Promise<void> {
    const { sequence, quarantine } = await this.#home.kith.call('status')
    if (quarantine || sequence === (kept.copied ?? 0)) return
    await putCopy(store, this.#fresh?.sequence === sequence ? this.#fresh.file : await this.#file())
    this.#fresh = undefined
    kept.copied = sequence
    await writeKept(this.#home.disk, kept)
  }

  async #watchOver(link: BrokerLink, kept: Kept): Promise<void> {
    if (kept.state === 'moved' || this.#over) return
    if (this.#opened !== link) {
      this.#head = await openVault(link, kept.handle, kept.auth)
      this.#opened = link
      void this.#watch(link)
    }
    if (kept.state === 'taking') await this.#take(link, kept)
    else if (this.#isElsewhere(kept)) return this.#leave()
    await this.#save(link, kept)
  }

  #isElsewhere = (kept: Kept): boolean =>
    this.#head !== null && this.#head.version > kept.version && this.#head.lease !== kept.lease

  async #watch(link: BrokerLink): Promise<void> {
    try {
      for await (const item of link.source('vault.watch', {})) {
        this.#head = item as Head
        if (this.#kept?.state === 'mine' && this.#isElsewhere(this.#kept)) this.#begin()
      }
    } catch {
      // The door was shut, or the connection: the next turn opens it.
    }
    if (this.#opened === link) this.#opened = undefined
  }

  /** The same content, with the next version and our lease: before anything is written here. */
  async #take(link: BrokerLink, kept: Kept): Promise<void> {
    const { core, id } = this.#home
    if (!this.#head) throw new Error('empty')
    const vault = await readVault(link, this.#head, core, id)
    const version = Math.max(vault.version, kept.version) + 1
    await writeVault(
      link,
      core.vaultPut(version, vault.sequence, unbase64(kept.lease), unbase64(kept.how), vault.content),
    )
    await this.#keep(kept, { version, sequence: vault.sequence, state: 'mine', saved: Date.now() })
  }

  async #save(link: BrokerLink, kept: Kept): Promise<void> {
    const { kith } = this.#home
    const { sequence, quarantine } = await kith.call('status')
    if (kept.again && quarantine && sequence >= kept.sequence) {
      await kith.call('control.insist')
      await this.#keep(kept, { again: false })
      this.#home.moved(false)
      return
    }
    const gone = !this.#head || this.#head.version < kept.version
    if (quarantine || sequence < kept.sequence || (sequence === kept.sequence && !gone)) return
    const version = this.#next(kept)
    const file = await sealVault(this.#home, kept, sequence, version)
    if (file.length > (link.about.limits?.vault ?? 0)) throw new Error('size')
    await writeVault(link, file)
    if (kept.store) this.#fresh = { file, sequence }
    await this.#keep(kept, { version, sequence, saved: Date.now() })
  }

  /** What the broker has just got, for the store as well. */
  #fresh: { file: Uint8Array<ArrayBuffer>; sequence: number } | undefined

  #next = (kept: Kept): number => Math.max(kept.version, this.#head?.version ?? 0) + 1

  /** One to be kept by hand, newer than any before it; the broker's follows it. */
  async #file(): Promise<Uint8Array<ArrayBuffer>> {
    const kept = this.#kept
    if (kept?.state !== 'mine') throw new Error('arg')
    const { sequence } = await this.#home.kith.call('status')
    const version = this.#next(kept)
    const file = await sealVault(this.#home, kept, sequence, version)
    kept.version = version
    await writeKept(this.#home.disk, kept)
    this.#begin()
    return file
  }

  async #keep(kept: Kept, news: Partial<Kept>): Promise<void> {
    Object.assign(kept, news)
    if (news.version) {
      const { version, sequence, lease } = kept
      this.#head = { version, sequence, lease, size: 0 }
    }
    await writeKept(this.#home.disk, kept)
  }

  /** Another browser writes now: this one must not, also after it was closed. */
  async #leave(): Promise<void> {
    await this.#keep(this.#kept!, { state: 'moved' })
    this.#listen()
    this.#home.moved(true)
    await this.#fallSilent()
  }

  async #fallSilent(): Promise<void> {
    const { disk, kith, reopen } = this.#home
    const secret = await disk.get('secret')
    if (!secret) return
    await kith.call('identity.restore', { secret: new TextDecoder().decode(secret), sequence: NEVER })
    secret.fill(0)
    await disk.remove('guard')
    reopen()
  }
}
