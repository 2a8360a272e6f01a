// SPDX-License-Identifier: MIT
// What two peers say to each other before they have a link (docs/protocol/signal.md), and one call of
// WebRTC made with it.
import { base64, same } from './bytes.ts'
import { type Carrier, NOWHERE, type Sealing, type Way } from './carriers.ts'
import type { Signal } from './core.ts'
import type { Pipe } from './pipe.ts'
import { type CallEvents, RemoteCall } from './remote_call.ts'

export { throwAway } from './carriers.ts'

export const KIND = {
  OFFER: 1,
  ANSWER: 2,
  CANDIDATES: 3,
  HANGUP: 4,
  CALL_ME: 7,
  AGAIN: 8,
  REQUEST: 16,
  ACCEPT: 17,
  REFUSE: 18,
} as const

export const LIFE_MS = 60_000
/** How long the other side may take to answer. */
const ANSWER_MS = 20_000
/** The same where there was a call, but maybe no way to their mailbox for a moment: it is asked again. */
const AGAIN_MS = 6000
/** Why a call ended: the other side knows nothing of it. */
export const HUNG_UP = 'they hung up'
/** The same: it was carried to somebody who was there, and nothing came back. */
export const SILENCE = 'no answer'
/** Candidates that are found together go together. */
const GATHER_MS = 40
const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true })

export const bodyOf = (value: unknown): Uint8Array => encoder.encode(JSON.stringify(value))

/** What a peer said: an object, whatever is in it. */
export function readBody(signal: Signal): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(decoder.decode(signal.body))
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

const isCandidate = (value: unknown): value is RTCIceCandidateInit =>
  typeof value === 'object' && value !== null && typeof (value as { candidate?: unknown }).candidate === 'string'

/** A call that stands. */
export interface Standing {
  call: RemoteCall
  /** The id of the offer that it was made by. */
  of: Uint8Array
  pipe: Pipe
}

export interface CallWith {
  sealing: Sealing
  way: Way
  /** Long-term key of who is called, or who calls. */
  who: Uint8Array
  /** The id of their offer, if it is they who call. */
  of?: Uint8Array
  /** What has lost its way and looks for another one, instead of a new call. */
  again?: Standing
  /** It stands, or has a way again. */
  onOpen: (pipe: Pipe, standing: Standing) => void
  onEnd: (why: string) => void
}

/** One try for a data channel, from either side; or for another way of one that stands. */
export class SignalCall {
  #with: CallWith
  #carrier: Carrier | undefined
  #call: RemoteCall
  /** Of the offer. */
  #of: Uint8Array | undefined
  #found: RTCIceCandidateInit[] = []
  #told: RTCIceCandidateInit[] = []
  #isCalled = false
  #timer: ReturnType<typeof setTimeout> | undefined
  #patience: ReturnType<typeof setTimeout> | undefined
  #over = false

  constructor(given: CallWith) {
    this.#with = given
    this.#of = given.of
    const events: CallEvents = {
      candidate: candidate => {
        this.#found.push(candidate)
        this.#tellCandidates()
      },
      open: pipe => this.#opened({ call: this.#call, of: this.#of!, pipe }),
      shaky: shaky => {
        if (!shaky && given.again) this.#opened(given.again)
      },
      closed: why => this.end(why),
    }
    this.#call = given.again?.call ?? new RemoteCall(events)
    this.#call.events = events
    this.#wait(given.again && !given.of ? AGAIN_MS : ANSWER_MS)
  }

  #wait(ms: number): void {
    clearTimeout(this.#patience)
    this.#patience = setTimeout(() => this.end(SILENCE), ms)
  }

  #opened(standing: Standing): void {
    if (this.#over) return
    clearTimeout(this.#patience)
    this.#over = true
    this.#hangUp()
    this.#with.onOpen(standing.pipe, standing)
  }

  async offer(): Promise<void> {
    const { again } = this.#with
    const servers = await this.#connect()
    const sdp = await (again ? this.#call.again(servers) : this.#call.offer(servers))
    this.#goesOn()
    this.#of = again ? this.#say(KIND.AGAIN, { of: base64(again.of), sdp }) : this.#say(KIND.OFFER, { sdp })
    this.#tellCandidates()
  }

  async answer(sdp: string): Promise<void> {
    const servers = await this.#connect()
    const mine = this.#with.again ? this.#call.again(servers, sdp) : this.#call.answer(sdp, servers)
    this.#startCandidates()
    const body = { of: base64(this.#of!), sdp: await mine }
    this.#goesOn()
    this.#say(KIND.ANSWER, body)
    this.#isCalled = true
    this.#tellCandidates()
  }

  /** What helps through routers. */
  async #connect(): Promise<RTCIceServer[]> {
    this.#goesOn()
    const carrier = await this.#with.way()
    if (this.#over) carrier.close()
    this.#goesOn()
    this.#carrier = carrier
    carrier.onsealed = sealed => this.#take(sealed)
    carrier.onlost = why => this.end(why)
    const servers = await carrier.iceServers()
    this.#goesOn()
    return servers
  }

  /** Nobody would close what is begun for a call that has ended while it waited for somebody. */
  #goesOn(): void {
    if (this.#over) throw new Error('given up')
  }

  #take(sealed: Uint8Array): void {
    try {
      this.hear(this.#with.sealing.unseal(sealed))
    } catch {
      // Not for us, or too late.
    }
  }

  isFor(standing: Standing): boolean {
    return this.#with.again === standing
  }

  /** Whether the signal, whose body says `of`, belongs to this call. */
  isAbout(signal: Signal, of: unknown): boolean {
    return this.#of !== undefined && of === base64(this.#of) && same(signal.from, this.#with.who)
  }

  /** What came for this call, here or at the mailbox. */
  hear(signal: Signal): void {
    const said = readBody(signal)
    if (!this.isAbout(signal, said.of)) return
    if (signal.kind === KIND.ANSWER && typeof said.sdp === 'string' && !this.#isCalled) {
      this.#isCalled = true
      this.#wait(ANSWER_MS)
      this.#call.answered(said.sdp)
      this.#startCandidates()
    } else if (signal.kind === KIND.CANDIDATES && Array.isArray(said.candidates)) {
      this.#told.push(...said.candidates.filter(isCandidate))
      if (this.#isStarted) this.#startCandidates()
    } else if (signal.kind === KIND.HANGUP) {
      this.end(HUNG_UP)
    }
  }

  #isStarted = false

  /** The page knows the other side's description, or will before it is told of these. */
  #startCandidates(): void {
    this.#isStarted = true
    for (const candidate of this.#told.splice(0)) this.#call.candidate(candidate)
  }

  #tellCandidates(): void {
    if (!this.#of || !this.#carrier || !this.#found.length || this.#timer) return
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      const candidates = this.#found.splice(0).map(({ candidate, sdpMid }) => ({ candidate, sdpMid }))
      if (!this.#over) this.#say(KIND.CANDIDATES, { of: base64(this.#of!), candidates })
    }, GATHER_MS)
  }

  /** The id of what was said. */
  #say(kind: number, body: unknown): Uint8Array {
    const { sealing, who } = this.#with
    const { id, sealed } = sealing.seal(kind, who, this.#carrier?.reply ?? NOWHERE, bodyOf(body), LIFE_MS)
    this.#carrier?.send(sealed)
    return id
  }

  #hangUp(): void {
    clearTimeout(this.#timer)
    this.#carrier?.close()
  }

  end(why: string): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#patience)
    if (!this.#with.again) this.#call.close()
    this.#hangUp()
    this.#with.onEnd(why)
  }
}

/** Says one thing and waits for the answer to it, for which `take` gives something. */
export async function sayAndWait<T>(
  { sealing, way, who }: Pick<CallWith, 'sealing' | 'way' | 'who'>,
  kind: number,
  body: unknown,
  take: (signal: Signal, said: Record<string, unknown>) => T | undefined,
  patience: number,
): Promise<T> {
  const carrier = await way()
  let timer: ReturnType<typeof setTimeout> | undefined
  try {
    return await new Promise<T>((resolve, reject) => {
      const { id, sealed } = sealing.seal(kind, who, carrier.reply, bodyOf(body), patience)
      timer = setTimeout(() => reject(new Error('silent')), patience)
      carrier.onlost = why => reject(new Error(why))
      carrier.onsealed = answer => {
        try {
          const signal = sealing.unseal(answer)
          const said = readBody(signal)
          if (!same(signal.from, who) || said.of !== base64(id)) return
          const found = take(signal, said)
          if (found !== undefined) resolve(found)
        } catch (error) {
          reject(error)
        }
      }
      carrier.send(sealed)
    })
  } finally {
    clearTimeout(timer)
    carrier.close()
  }
}
