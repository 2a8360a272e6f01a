// SPDX-License-Identifier: MIT
// WebRTC as a road. RTCPeerConnection exists on a page only, so here are the calls, and a call that stands
// becomes a port for the Worker, in which the bytes of the link travel as in any other. Nothing here knows
// who is at the other end: the secret handshake on top of it does.

/** One message of a data channel; Firefox and Chromium take more from each other, others may not. */
const PIECE = 64 << 10
/** Sent and not yet away: the node is asked for no more. */
const HIGH = 256 << 10
/** Candidates that come later than this are not waited for. */
const GATHER_MS = 3000
/** How long a call may take to stand once both sides know of each other. */
const CONNECT_MS = 30_000
/** How long a call that stood may be without a way, where its two sides can look for another one. */
const SHAKY_MS = 30_000
/** What was sent last still leaves. */
const LINGER_MS = 2000

export interface CallOptions {
  iceServers?: RTCIceServer[]
  /** Both sides tell each other of candidates as they find them. */
  onCandidate?: (candidate: RTCIceCandidateInit) => void
  /** The call stands: the port is the Worker's end of it. */
  onOpen: (port: MessagePort) => void
  /** It stands and has lost its way, as when a machine gets another address; or has one again. Without this
   * nobody looks for another way, and such a call ends. */
  onShaky?: (shaky: boolean) => void
  /** It never stood, or has ended. */
  onClose: (why: string) => void
}

/** A page that goes says so: the other side would wait for half a minute otherwise. */
const standing = new Set<RTCPeerConnection>()
addEventListener('pagehide', () => {
  for (const pc of standing) pc.close()
})

/** A broker names the servers. Without any, two who can reach each other still do. */
function connection(iceServers: RTCIceServer[]): RTCPeerConnection {
  try {
    return new RTCPeerConnection({ iceServers })
  } catch {
    return new RTCPeerConnection()
  }
}

export class Call {
  #pc: RTCPeerConnection
  #channel: RTCDataChannel
  #options: CallOptions
  #timer: ReturnType<typeof setTimeout> | undefined
  #port: MessagePort | undefined
  #shaky: ReturnType<typeof setTimeout> | undefined
  #over = false
  #describing: Promise<unknown> = Promise.resolve()

  constructor(options: CallOptions) {
    this.#options = options
    this.#pc = connection(options.iceServers ?? [])
    standing.add(this.#pc)
    // Agreed beforehand, so that there is one channel and nothing to negotiate in it.
    this.#channel = this.#pc.createDataChannel('kith', { negotiated: true, id: 0 })
    this.#channel.binaryType = 'arraybuffer'
    this.#channel.bufferedAmountLowThreshold = HIGH / 2
    this.#channel.onopen = () => this.#opened()
    this.#channel.onclose = () => this.fail('the other side hung up')
    this.#pc.onicecandidate = ({ candidate }) => {
      if (candidate?.candidate) options.onCandidate?.(candidate.toJSON())
    }
    this.#pc.onconnectionstatechange = () => this.#changed(this.#pc.connectionState)
  }

  #changed(state: RTCPeerConnectionState): void {
    const { onShaky } = this.#options
    if (!this.#port || !onShaky) {
      if (state === 'failed') this.fail('no way through')
    } else if (state === 'disconnected' || state === 'failed') {
      if (this.#shaky) return
      this.#shaky = setTimeout(() => this.fail('no way through'), SHAKY_MS)
      onShaky(true)
    } else if (state === 'connected' && this.#shaky) {
      clearTimeout(this.#shaky)
      this.#shaky = undefined
      onShaky(false)
    }
  }

  /** `whole`: with all candidates in it, where they cannot be told one by one. */
  async offer(whole: boolean): Promise<string> {
    await this.#pc.setLocalDescription(await this.#pc.createOffer())
    if (whole) await this.#gathered()
    return this.#pc.localDescription!.sdp
  }

  async answer(sdp: string, whole: boolean): Promise<string> {
    await this.#pc.setRemoteDescription({ type: 'offer', sdp })
    await this.#pc.setLocalDescription(await this.#pc.createAnswer())
    if (whole) await this.#gathered()
    else this.#hurry()
    return this.#pc.localDescription!.sdp
  }

  async answered(sdp: string): Promise<void> {
    await this.#pc.setRemoteDescription({ type: 'answer', sdp })
    if (!this.#port) this.#hurry()
  }

  /** Another way for what stands (RFC 8445 section 9): our offer, or the answer to theirs. Its keys and its channel
   * stay. The servers come anew, since a relay's password runs out. */
  again(iceServers: RTCIceServer[], theirs?: string): Promise<string> {
    // One after the other: several may come at once after a silence, and an answer amid another one would end the call.
    const done = this.#describing.then(() => this.#again(iceServers, theirs))
    this.#describing = done.catch(() => {})
    return done
  }

  async #again(iceServers: RTCIceServer[], theirs?: string): Promise<string> {
    try {
      this.#pc.setConfiguration({ ...this.#pc.getConfiguration(), iceServers })
    } catch {
      // Those that it has do as well as any.
    }
    if (theirs) await this.#pc.setRemoteDescription({ type: 'offer', sdp: theirs })
    await this.#pc.setLocalDescription(
      theirs ? await this.#pc.createAnswer() : await this.#pc.createOffer({ iceRestart: true }),
    )
    return this.#pc.localDescription!.sdp
  }

  async candidate(candidate: RTCIceCandidateInit): Promise<void> {
    // One that is malformed is none; others may do.
    await this.#pc.addIceCandidate(candidate).catch(() => {})
  }

  close(): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#timer)
    clearTimeout(this.#shaky)
    this.#channel.onclose = this.#channel.onopen = this.#channel.onmessage = null
    this.#pc.onconnectionstatechange = null
    this.#channel.close()
    setTimeout(() => {
      this.#pc.close()
      standing.delete(this.#pc)
    }, LINGER_MS)
  }

  /** From here on it is only a question of time. */
  #hurry(): void {
    this.#timer ??= setTimeout(() => this.fail('nobody was there'), CONNECT_MS)
  }

  #gathered(): Promise<void> {
    if (this.#pc.iceGatheringState === 'complete') return Promise.resolve()
    return new Promise(resolve => {
      const timer = setTimeout(resolve, GATHER_MS)
      this.#pc.addEventListener('icegatheringstatechange', () => {
        if (this.#pc.iceGatheringState !== 'complete') return
        clearTimeout(timer)
        resolve()
      })
    })
  }

  /** Ends it, and says so. */
  fail(why: string): void {
    if (this.#over) return
    this.#port?.postMessage(null)
    this.#port?.close()
    this.close()
    this.#options.onClose(why)
  }

  /** The port speaks as client/src/transport.ts says: bytes, a number of bytes taken, null. */
  #opened(): void {
    clearTimeout(this.#timer)
    const channel = this.#channel
    const { port1: port, port2 } = new MessageChannel()
    let unsaid = 0
    this.#port = port
    port.onmessage = ({ data }) => {
      if (data === null) {
        port.close()
        this.close()
        this.#options.onClose('')
      } else if (data instanceof ArrayBuffer && channel.readyState === 'open') {
        for (let at = 0; at < data.byteLength; at += PIECE) channel.send(data.slice(at, at + PIECE))
        unsaid += data.byteLength
        if (channel.bufferedAmount < HIGH) taken()
      }
    }
    const taken = (): void => {
      if (unsaid) port.postMessage(unsaid)
      unsaid = 0
    }
    channel.onbufferedamountlow = taken
    channel.onmessage = ({ data }) => {
      if (data instanceof ArrayBuffer) port.postMessage(data, [data])
    }
    this.#options.onOpen(port2)
  }
}
