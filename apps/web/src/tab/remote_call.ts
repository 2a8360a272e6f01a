// SPDX-License-Identifier: MIT
// Calls as the Worker has them: RTCPeerConnection lives on the page (rtc.ts), so each call is a number, and
// what is to be done with it is said there.
import type { CallSays, CallTold } from './messages.ts'
import { type Pipe, portPipe } from './pipe.ts'

export interface CallEvents {
  candidate(candidate: RTCIceCandidateInit): void
  open(pipe: Pipe): void
  shaky(shaky: boolean): void
  closed(why: string): void
}

const calls = new Map<number, RemoteCall>()
let last = 0
let tellPage: (says: CallSays) => void = () => {}

export const callsOnPage = (tell: (says: CallSays) => void): void => {
  tellPage = tell
}

export function callTold(told: CallTold): void {
  calls.get(told.id)?.told(told)
}

export class RemoteCall {
  #id = ++last
  /** One that stands is handed on to whom it then concerns. */
  events: CallEvents
  isShaky = false
  isOver = false
  /** Who waits for a description: the page gives them in the order in which they were asked for. */
  #waits: ((sdp: string) => void)[] = []

  constructor(events: CallEvents) {
    this.events = events
    calls.set(this.#id, this)
  }

  offer(iceServers: RTCIceServer[]): Promise<string> {
    tellPage({ id: this.#id, do: 'offer', iceServers })
    return this.#told()
  }

  answer(sdp: string, iceServers: RTCIceServer[]): Promise<string> {
    tellPage({ id: this.#id, do: 'answer', sdp, iceServers })
    return this.#told()
  }

  /** Another way for what stands: an offer, or the answer to `theirs`. */
  again(iceServers: RTCIceServer[], theirs?: string): Promise<string> {
    tellPage({ id: this.#id, do: 'again', iceServers, ...(theirs && { sdp: theirs }) })
    return this.#told()
  }

  answered(sdp: string): void {
    tellPage({ id: this.#id, do: 'answered', sdp })
  }

  candidate(candidate: RTCIceCandidateInit): void {
    tellPage({ id: this.#id, do: 'candidate', candidate })
  }

  close(): void {
    if (calls.delete(this.#id)) tellPage({ id: this.#id, do: 'close' })
  }

  #told(): Promise<string> {
    return new Promise(resolve => {
      this.#waits.push(resolve)
    })
  }

  told(told: CallTold): void {
    if (told.is === 'sdp') this.#waits.shift()?.(told.sdp)
    if (told.is === 'candidate') this.events.candidate(told.candidate)
    if (told.is === 'shaky') {
      this.isShaky = told.shaky
      this.events.shaky(told.shaky)
    }
    if (told.is === 'open') this.events.open(portPipe(told.port))
    if (told.is === 'closed') {
      this.isOver = true
      calls.delete(this.#id)
      this.events.closed(told.why)
    }
  }
}
