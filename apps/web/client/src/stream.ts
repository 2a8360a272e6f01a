// SPDX-License-Identifier: MIT
import { KithError } from './error.ts'

/** What a stream needs of the link on which it runs. */
export interface StreamLink {
  write(stream: Stream<unknown, unknown>, item: unknown): Promise<void>
  /** Our side is over. An error tells the node that the whole stream is. */
  end(stream: Stream<unknown, unknown>, error?: KithError): void
}

/**
 * A stream of the node: items to be read with `for await`, and for a duplex also a way to write.
 *
 * Leaving the loop, `close()` and the AbortSignal all tell the node to stop, and the loop ends without an
 * error. muxrpc cannot ask a sender to wait, so items that nobody takes are kept, up to `limit` bytes;
 * beyond that the stream fails with code `overflow`, after the items that were kept.
 */
export class Stream<Out, In = never> implements AsyncIterableIterator<Out> {
  #link: StreamLink | null = null
  #items: { item: Out, size: number }[] = []
  #first = 0 // what is before it was taken
  #size = 0
  #limit: number
  #wake: (() => void) | null = null
  #over = false
  #error: KithError | undefined
  #attached: Promise<void>
  #attach!: () => void
  #signal: AbortSignal | undefined
  #onabort = (): void => this.close()

  constructor (limit: number, signal?: AbortSignal) {
    this.#limit = limit
    this.#attached = new Promise(resolve => { this.#attach = resolve })
    this.#signal = signal
    if (signal?.aborted) this.close()
    else signal?.addEventListener('abort', this.#onabort)
  }

  /** Whether nothing will come from the node any more. */
  get over (): boolean { return this.#over }

  /** Sends one item; resolves when there is room for the next. Throws once the stream is over. */
  async write (item: In): Promise<void> {
    await this.#attached
    if (this.#over) throw this.#error ?? new KithError('closed', 'the stream is over')
    return this.#link!.write(this as Stream<unknown, unknown>, item)
  }

  /** Nothing more will be written; what the node still says can be read. */
  async end (): Promise<void> {
    await this.#attached
    if (!this.#over) this.#link!.end(this as Stream<unknown, unknown>)
  }

  /** Gives up at once, at both sides. */
  close (): void {
    this.#items = []
    this.#first = this.#size = 0
    if (this.#over) return
    this.#link?.end(this as Stream<unknown, unknown>, new KithError('closed', 'the reader has gone'))
    this.finish()
  }

  /** For the link: it carries this stream from now on. */
  start (link: StreamLink): void {
    this.#link = link
    this.#attach()
  }

  /** For the link: an item came. */
  push (item: Out, size: number): void {
    if (this.#over) return
    this.#size += size
    if (this.#size > this.#limit && this.#size > size) {
      const error = new KithError('overflow', 'more came than was taken')
      this.#link?.end(this as Stream<unknown, unknown>, error)
      this.finish(error)
      return
    }
    this.#items.push({ item, size })
    this.#wake?.()
  }

  /** For the link: no more will come. */
  finish (error?: KithError): void {
    if (this.#over) return
    this.#over = true
    this.#error = error
    this.#signal?.removeEventListener('abort', this.#onabort)
    this.#attach()
    this.#wake?.()
  }

  async next (): Promise<IteratorResult<Out>> {
    for (;;) {
      if (this.#first < this.#items.length) return { done: false, value: this.#take() }
      if (this.#over) {
        const error = this.#error
        this.#error = undefined // said once, as a generator does
        if (error) throw error
        return { done: true, value: undefined }
      }
      await new Promise<void>(resolve => { this.#wake = resolve })
      this.#wake = null
    }
  }

  #take (): Out {
    const { item, size } = this.#items[this.#first++]!
    this.#size -= size
    if (this.#first * 2 > this.#items.length) {
      this.#items.splice(0, this.#first)
      this.#first = 0
    }
    return item
  }

  async return (): Promise<IteratorResult<Out>> {
    this.close()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator] (): this { return this }
}
