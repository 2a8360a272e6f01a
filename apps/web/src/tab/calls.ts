// SPDX-License-Identifier: MIT
// Calls between friends: those that we make, by one way after the other, and those that come. Of two, the one
// whose key is larger makes the offer; the other one asks to be called.
import type { KithClient } from '@kith/client'
import { callAddress } from './address.ts'
import { base64, compare, idOf, unbase64 } from './bytes.ts'
import { type Carrier, NOWHERE, type Sealing, type Way } from './carriers.ts'
import type { Signal } from './core.ts'
import { LatePipe, type Pipe } from './pipe.ts'
import { bodyOf, HUNG_UP, KIND, LIFE_MS, SILENCE, SignalCall, type Standing } from './signalling.ts'

const CALLED_MAX = 32
/** Calls that we make, at once; the node tries again by itself. */
const DIALS_MAX = 8
/** A carrier says sooner than this that nobody is there. */
const ABSENT_MS = 1500
/** Between two looks for another way. */
const PAUSE_MS = 1000

export interface CallsHome {
  sealing: Sealing
  kith: KithClient
  id: Uint8Array
  /** How to reach somebody, the best first. */
  ways: (key: string) => Way[]
  /** A friend's call stands. */
  take: (pipe: Pipe, key: string) => void
  /** Where we may be called. */
  about: () => object
  /** A friend has said where they may be called. */
  learn: (key: string, said: Record<string, unknown>) => Promise<void>
  /** A call has lost its way: others may not find us any more. */
  look: () => void
}

export class Calls {
  #home: CallsHome
  #over = false
  #dials = 0
  /** Under way, made or taken. */
  #calls = new Set<SignalCall>()
  /** Those of them that were offered to us, by key: of one friend the newest, or they would have all the room. */
  #offered = new Map<string, SignalCall>()
  /** Who is being told that a call of theirs is none; each time takes a connection to a broker. */
  #corrects = new Set<string>()
  /** Tries that came to nothing in silence since the last call that stood, by key. */
  #silent = new Map<string, number>()
  /** Those that stand, by key. */
  #roads = new Map<string, Standing>()
  /** Those that look for another way. */
  #looking = new Set<Standing>()

  constructor(home: CallsHome) {
    this.#home = home
  }

  close(): void {
    this.#over = true
    for (const call of this.#calls) call.end('closed')
  }

  /** Keeps the way to a friend, and tries it now. */
  async connect(key: string): Promise<void> {
    if (!this.#over) await this.#home.kith.call('conn.connect', callAddress(idOf(key)))
  }

  /** A signal that has to do with a call; `back` is the way on which to answer. Counts only from somebody accepted. */
  async heard(signal: Signal, said: Record<string, unknown>, back: Way): Promise<void> {
    const key = base64(signal.from)
    for (const call of this.#calls) {
      if (call.isAbout(signal, said.of)) return call.hear(signal)
    }
    const larger = compare(this.#home.id, signal.from) > 0
    if (signal.kind === KIND.OFFER && !larger && typeof said.sdp === 'string') this.#answer(signal, said.sdp, back)
    if (signal.kind === KIND.AGAIN && !larger && typeof said.sdp === 'string')
      await this.#answerAgain(signal, said.sdp, said.of, back)
    if (signal.kind === KIND.CALL_ME && larger && (await this.#isAccepted(key))) {
      this.#hangUp(key)
      await this.#home.learn(key, said)
      await this.connect(key)
    }
  }

  /** A road to a friend; whose key is smaller asks to be called, and is. */
  dial(key: string): Pipe | undefined {
    if (this.#over || this.#dials >= DIALS_MAX) return undefined
    this.#dials++
    const done = (): void => {
      this.#dials--
    }
    const who = unbase64(key)
    if (compare(this.#home.id, who) < 0) {
      void this.#askToBeCalled(key, who).finally(done)
      return undefined
    }
    const pipe = new LatePipe()
    void this.#call(key, who, pipe)
      .catch(() => false)
      .then(stands => {
        done()
        if (!stands) pipe.lost()
      })
    return pipe
  }

  /** Who calls anew has lost the call that stands here still: a browser takes up to half a minute to notice. */
  #hangUp(key: string): void {
    const road = this.#roads.get(key)
    if (!road) return
    this.#roads.delete(key)
    const ended = road.pipe.onclose
    road.pipe.close()
    ended()
  }

  /** The best first. After silence another one: whoever carries, a broker too, may keep it to themselves. */
  #waysTo(key: string): Way[] {
    const ways = this.#home.ways(key)
    const first = (this.#silent.get(key) ?? 0) % ways.length
    return [...ways.slice(first), ...ways.slice(0, first)]
  }

  #noteSilence(key: string): void {
    this.#silent.set(key, (this.#silent.get(key) ?? 0) + 1)
  }

  // ---- another way for a call that stands ----

  #stands(key: string, standing: Standing): void {
    this.#silent.delete(key)
    this.#roads.set(key, standing)
    this.#watch(key, standing)
  }

  #watch(key: string, standing: Standing): void {
    standing.call.events = {
      candidate: () => {},
      open: () => {},
      shaky: shaky => {
        if (shaky) void this.#lookForAnotherWay(key, standing)
      },
      closed: () => {},
    }
  }

  /** Both sides notice; whose key is larger offers, until there is a way or the page gives it up. */
  async #lookForAnotherWay(key: string, standing: Standing): Promise<void> {
    const who = unbase64(key)
    this.#home.look()
    if (compare(this.#home.id, who) < 0 || this.#looking.has(standing)) return
    this.#looking.add(standing)
    const isWanted = (): boolean =>
      !this.#over && standing.call.isShaky && !standing.call.isOver && this.#roads.get(key) === standing
    while (isWanted()) {
      for (const way of this.#home.ways(key)) {
        if (!isWanted()) break
        const why = await this.#offerAgain(key, who, way, standing)
        if (why === HUNG_UP) this.#hangUp(key)
      }
      await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
    }
    this.#looking.delete(standing)
  }

  /** Why there is no other way, or nothing. */
  #offerAgain(key: string, who: Uint8Array, way: Way, again: Standing): Promise<string> {
    return new Promise(resolve => {
      const call = this.#makeAgain(key, { who, way, again }, resolve)
      call.offer().catch(error => call.end((error as Error).message))
    })
  }

  /** A call that they have and we have not is over. */
  async #answerAgain(signal: Signal, sdp: string, of: unknown, way: Way): Promise<void> {
    const key = base64(signal.from)
    const again = this.#roads.get(key)
    if (this.#calls.size >= CALLED_MAX || !(await this.#isAccepted(key))) return
    if (!again || again.call.isOver || of !== base64(again.of)) {
      if (this.#corrects.has(key)) return
      this.#corrects.add(key)
      const told = way().then(it => this.#tell(it, signal.from, KIND.HANGUP, { of: base64(signal.id) }))
      await told.finally(() => this.#corrects.delete(key))
      return
    }
    const call = this.#makeAgain(key, { who: signal.from, way, again, of: signal.id }, () => {})
    call.answer(sdp).catch(error => call.end(String(error)))
  }

  #makeAgain(
    key: string,
    about: { who: Uint8Array; way: Way; again: Standing; of?: Uint8Array },
    done: (why: string) => void,
  ): SignalCall {
    for (const other of this.#calls) if (other.isFor(about.again)) other.end('another one')
    const over = (why: string): void => {
      this.#calls.delete(call)
      this.#watch(key, about.again)
      done(why)
    }
    const call = new SignalCall({
      sealing: this.#home.sealing,
      ...about,
      onOpen: () => over(''),
      onEnd: over,
    })
    this.#calls.add(call)
    return call
  }

  async #isAccepted(key: string): Promise<boolean> {
    const person = await this.#home.kith.call('people.get', idOf(key))
    return person.following && !person.blocking
  }

  #answer(signal: Signal, sdp: string, way: Way): void {
    const key = base64(signal.from)
    this.#offered.get(key)?.end('another one')
    if (this.#calls.size >= CALLED_MAX) return
    const over = (): void => {
      this.#calls.delete(call)
      if (this.#offered.get(key) === call) this.#offered.delete(key)
    }
    const call: SignalCall = new SignalCall({
      sealing: this.#home.sealing,
      way,
      who: signal.from,
      of: signal.id,
      onOpen: (pipe, standing) => {
        over()
        this.#hangUp(key)
        this.#home.take(pipe, key)
        this.#stands(key, standing)
      },
      onEnd: over,
    })
    // At once, so that candidates which follow find it.
    this.#calls.add(call)
    this.#offered.set(key, call)
    this.#isAccepted(key)
      .then(is => (is ? call.answer(sdp) : call.end('not a friend')))
      .catch(error => call.end(String(error)))
  }

  /** True: it stands. An offer, and what goes with it, is for somebody accepted alone. */
  async #call(key: string, who: Uint8Array, pipe: LatePipe): Promise<boolean> {
    let wanted = true
    pipe.ongivenup = () => {
      wanted = false
    }
    if (!(await this.#isAccepted(key))) return false
    for (const way of this.#waysTo(key)) {
      if (!wanted || this.#over) return false
      const why = await this.#offer(key, who, way, pipe)
      if (!why) return true
      if (why === SILENCE) this.#noteSilence(key)
      if (!['absent', 'broker'].includes(why)) return false
    }
    return false
  }

  /** Why there is no call, or nothing. */
  #offer(key: string, who: Uint8Array, way: Way, pipe: LatePipe): Promise<string> {
    return new Promise(resolve => {
      const call = new SignalCall({
        sealing: this.#home.sealing,
        way,
        who,
        onOpen: (found, standing) => {
          this.#calls.delete(call)
          pipe.found(found)
          this.#stands(key, standing)
          resolve('')
        },
        onEnd: why => {
          this.#calls.delete(call)
          resolve(why)
        },
      })
      this.#calls.add(call)
      pipe.ongivenup = () => call.end('given up')
      call.offer().catch(error => call.end((error as Error).message))
    })
  }

  async #askToBeCalled(key: string, who: Uint8Array): Promise<void> {
    if (!(await this.#isAccepted(key))) return
    const ways = this.#waysTo(key)
    this.#noteSilence(key)
    for (const way of ways) {
      const carrier = await way().catch(() => undefined)
      if (!carrier) continue
      if ((await this.#tell(carrier, who, KIND.CALL_ME, this.#home.about())) || this.#over) return
    }
  }

  /** Whether somebody was there to be told. */
  async #tell(carrier: Carrier, who: Uint8Array, kind: number, body: object): Promise<boolean> {
    const { sealed } = this.#home.sealing.seal(kind, who, NOWHERE, bodyOf(body), LIFE_MS)
    const given = await new Promise<boolean>(resolve => {
      carrier.onlost = () => resolve(false)
      carrier.send(sealed)
      setTimeout(() => resolve(true), ABSENT_MS)
    })
    carrier.close()
    return given
  }
}
