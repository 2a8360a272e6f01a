// SPDX-License-Identifier: MIT
// One node, however often the link to it breaks.
import { KithError } from './error.ts'
import type { Args, Item, NameOf, Result, Written } from './methods.ts'
import { Mux } from './muxrpc.ts'
import type { StreamKind } from './muxrpc.ts'
import { Stream } from './stream.ts'
import type { Road, Transport } from './transport.ts'

/**
 * - `connecting`: the first try; calls wait for its outcome
 * - `ready`: the node answers
 * - `away`: no link; the next try is at `retryAt`, or call `retry()`
 * - `refused`: the node does not take our token; `use()` another road
 * - `closed`: by `close()`
 */
export type State = 'connecting' | 'ready' | 'away' | 'refused' | 'closed'

/** What `live` gives after the link was lost: what came in between has to be fetched anew. */
export const restarted: unique symbol = Symbol('restarted')

export interface StreamOptions {
  /** Ends the stream quietly. */
  signal?: AbortSignal | undefined
  /** Bytes of items that may wait to be taken; 32 MiB unless told. */
  limit?: number | undefined
}

export interface ClientOptions {
  /** Back-off between tries, in ms: from `first`, doubled up to `most`, each cut by up to a half at random. */
  backoff?: { first: number, most: number }
  /** Silence after which the node is asked whether it is there, in ms. */
  idle?: number
  /** How long it may take to answer that, and a link to come up. */
  patience?: number
}

/** A node is gone at most so long after it has ended its streams. */
const GOODBYE_MS = 5000

export class KithClient extends EventTarget {
  #road: Road
  #options: Required<ClientOptions>
  #state: State = 'connecting'
  #id: string | null = null
  #mux: Mux | null = null
  #transport: Transport | null = null // of the try that is under way, or of #mux
  #tries = 0
  #readySince = 0
  #retryAt: number | null = null
  #timer: ReturnType<typeof setTimeout> | undefined
  #checking = false
  #evidence = (): void => {
    if (typeof document === 'undefined' || document.visibilityState === 'visible') void this.check()
  }

  constructor (road: Road, options: ClientOptions = {}) {
    super()
    this.#road = road
    this.#options = { backoff: { first: 250, most: 15e3 }, idle: 30e3, patience: 8e3, ...options }
    globalThis.addEventListener?.('online', this.#evidence)
    globalThis.addEventListener?.('pageshow', this.#evidence)
    globalThis.document?.addEventListener('visibilitychange', this.#evidence)
    this.#try()
  }

  /** An event `state` is dispatched at each change. */
  get state (): State { return this.#state }

  /** Whose node it is, known since it was first ready. It changes when another identity is restored. */
  get id (): string | null { return this.#id }

  /** While `away`: when the next try is, by Date.now(); null while it tries. */
  get retryAt (): number | null { return this.#retryAt }

  /** Resolves when the node is ready, however long that takes. Throws when closed or aborted. */
  async ready (signal?: AbortSignal): Promise<void> {
    while (this.#state !== 'ready') {
      if (this.#state === 'closed') throw new KithError('closed', 'this client was closed')
      await this.#change(signal)
    }
  }

  /** Asks once. Fails with code `away` when there is no link or it breaks before the answer. */
  async call<N extends NameOf<'async'>> (name: N, ...args: Args<N>): Promise<Result<N>> {
    return await (await this.#link()).call(name, args) as Result<N>
  }

  /** Reads a stream of the node, to its end. It fails with `away` when the link breaks. */
  source<N extends NameOf<'source'>> (name: N, args: Args<N>, options?: StreamOptions): Stream<Item<N>> {
    return this.#stream<Item<N>, never>('source', name, args, options)
  }

  /**
   * Reads a stream that goes on, over all breaks of the link: it is asked for anew when the node is back,
   * and `restarted` is given first. Ends with the signal, with `close()`, or if the node ends it
   * and stays.
   */
  async * live<N extends NameOf<'source'>> (name: N, args: Args<N>, options: StreamOptions = {}): AsyncGenerator<Item<N> | typeof restarted, void, undefined> {
    for (let again = false; ; again = true) {
      // At once where it can be: before whatever is asked for next.
      if (this.#state !== 'ready') try { await this.ready(options.signal) } catch { return }
      const stream = this.source(name, args, options)
      try {
        if (again) yield restarted
        yield * stream
        if (!await this.#isLeaving()) return
      } catch (error) {
        if (!(error instanceof KithError) || (error.code !== 'away' && error.code !== 'overflow')) {
          if (this.state === 'closed') return
          throw error
        }
      } finally {
        stream.close()
      }
    }
  }

  /** A node that stops ends its streams in good order before it closes the link: that is a break as well. */
  #isLeaving (): Promise<boolean> {
    return new Promise(resolve => {
      const look = (): void => {
        if (this.#state === 'ready') return
        clearTimeout(timer)
        this.removeEventListener('state', look)
        resolve(this.#state !== 'closed')
      }
      const timer = setTimeout(() => {
        this.removeEventListener('state', look)
        resolve(false)
      }, GOODBYE_MS)
      this.addEventListener('state', look)
      look()
    })
  }

  /** Sends items and gives the node's answer. With bytes, chunks may have any size. */
  async sink<N extends NameOf<'sink'>> (name: N, args: Args<N>, items: Iterable<Written<N>> | AsyncIterable<Written<N>>, options?: StreamOptions): Promise<Result<N>> {
    const stream = this.#stream<Result<N>, Written<N>>('sink', name, args, options)
    try {
      try {
        for await (const item of items) await stream.write(item)
        await stream.end()
      } catch (error) {
        if (!stream.over) throw error // the items' own; the stream's is said below
      }
      for await (const answer of stream) return answer
      throw new KithError(options?.signal?.aborted ? 'closed' : 'protocol', 'the node gave no answer')
    } finally {
      stream.close()
    }
  }

  /** Writes and reads. */
  duplex<N extends NameOf<'duplex'>> (name: N, args: Args<N>, options?: StreamOptions): Stream<Item<N>, Written<N>> {
    return this.#stream<Item<N>, Written<N>>('duplex', name, args, options)
  }

  /** Tries again at once, if away or refused. */
  retry (): void {
    if (this.#state !== 'away' && this.#state !== 'refused') return
    this.#tries = 0
    this.#try()
  }

  /** Leaves this road for another, e.g. one with a new token. */
  use (road: Road): void {
    if (this.#state === 'closed') return
    this.#road = road
    this.#drop(new KithError('away', 'the node is away'))
    this.#tries = 0
    this.#set('connecting')
    this.#try()
  }

  /** Finds out now whether the link lives; called by itself when the page is seen again or online. */
  async check (): Promise<void> {
    const mux = this.#mux
    if (!mux) return this.#state === 'away' ? this.retry() : undefined
    if (this.#checking) return
    this.#checking = true
    const asked = performance.now()
    let timer
    const silence = new Promise(resolve => { timer = setTimeout(resolve, this.#options.patience) })
    await Promise.race([mux.call('whoami', []).catch(() => {}), silence])
    clearTimeout(timer)
    this.#checking = false
    if (this.#mux === mux && mux.heard < asked) this.#lost()
  }

  /** Ends everything under way with code `closed`. */
  close (): void {
    if (this.#state === 'closed') return
    globalThis.removeEventListener?.('online', this.#evidence)
    globalThis.removeEventListener?.('pageshow', this.#evidence)
    globalThis.document?.removeEventListener('visibilitychange', this.#evidence)
    this.#drop(new KithError('closed', 'this client was closed'))
    this.#set('closed')
  }

  #stream<Out, In> (kind: StreamKind, name: string, args: readonly unknown[], options: StreamOptions = {}): Stream<Out, In> {
    const stream = new Stream<Out, In>(options.limit ?? 32 << 20, options.signal)
    this.#link().then(mux => {
      if (!stream.over) mux.carry(stream as Stream<unknown, unknown>, kind, name, args)
    }).catch((error: KithError) => stream.finish(error))
    return stream
  }

  async #link (): Promise<Mux> {
    while (this.#state === 'connecting') await this.#change()
    if (this.#state === 'ready') return this.#mux!
    if (this.#state === 'refused') throw new KithError('refused', 'the node does not take this token')
    throw this.#state === 'closed' ? new KithError('closed', 'this client was closed') : new KithError('away', 'the node is away')
  }

  #change (signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const off = (): void => {
        this.removeEventListener('state', changed)
        signal?.removeEventListener('abort', aborted)
      }
      const changed = (): void => { off(); resolve() }
      const aborted = (): void => { off(); reject(new KithError('closed', 'given up')) }
      if (signal?.aborted) return aborted()
      this.addEventListener('state', changed)
      signal?.addEventListener('abort', aborted)
    })
  }

  #set (state: State): void {
    if (this.#state === state) return
    this.#state = state
    this.dispatchEvent(new Event('state'))
  }

  /** Lets go of the link, or of the try for one. */
  #drop (error: KithError): void {
    clearTimeout(this.#timer)
    this.#retryAt = null
    const mux = this.#mux
    const transport = this.#transport
    this.#mux = this.#transport = null
    if (mux) mux.close(error)
    else transport?.close()
  }

  #try (): void {
    clearTimeout(this.#timer)
    this.#retryAt = null
    let transport: Transport
    try { transport = this.#road.open() } catch { return this.#later() }
    const mux = new Mux(transport, () => { if (this.#transport === transport) this.#lost() })
    this.#transport = transport
    this.#timer = setTimeout(() => this.#lost(), this.#options.patience)
    // An open pipe is not yet a node: it is there when it has answered.
    transport.onopen = () => {
      mux.call('whoami', []).then(answer => {
        if (this.#transport === transport) this.#arrived(mux, answer as Result<'whoami'>)
      }, () => { if (this.#transport === transport) this.#lost() })
    }
  }

  #arrived (mux: Mux, { id }: Result<'whoami'>): void {
    clearTimeout(this.#timer)
    this.#mux = mux
    this.#id = id
    this.#readySince = performance.now()
    this.#watch()
    this.#set('ready')
  }

  /** Long silence is no proof of anything, but a reason to ask. */
  #watch (): void {
    this.#timer = setTimeout(() => {
      const mux = this.#mux
      if (!mux) return
      if (performance.now() - mux.heard >= this.#options.idle) void this.check()
      this.#watch()
    }, this.#options.idle)
  }

  #lost (): void {
    if (this.#mux && performance.now() - this.#readySince > 2000) this.#tries = 0
    const wasReady = this.#mux !== null
    this.#drop(new KithError('away', 'the node is away'))
    this.#later()
    const road = this.#road
    if (wasReady || !road.refused) return
    road.refused().then(refused => {
      if (!refused || this.#mux || this.#road !== road || this.#state === 'closed') return
      this.#drop(new KithError('refused', 'the node does not take this token'))
      this.#set('refused')
    }, () => {})
  }

  #later (): void {
    const { first, most } = this.#options.backoff
    const wait = Math.min(most, first * 2 ** this.#tries++) * (1 - Math.random() / 2)
    this.#retryAt = Date.now() + wait
    this.#timer = setTimeout(() => this.#try(), wait)
    this.#set('away')
  }
}
