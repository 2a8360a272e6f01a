// SPDX-License-Identifier: MIT
// A list of messages: the newest page, older ones when asked for, and what arrives meanwhile, which
// waits until the reader wants it. Lists stay while the page lives, so that going back is instant.
import { computed, signal } from '@preact/signals'
import { onChange } from './changes.ts'
import { each, live, meId, restarted } from './client.ts'
import { keep, message } from './messages.ts'
import { type Summary, timeOf } from './types.ts'

const PAGE = 30
const KEPT = 12

/** The streams of summaries. */
export type Method = 'feed' | 'wall' | 'thread' | 'inbox' | 'notices' | 'tag' | 'search' | 'conversation' | 'circle'
/** Those that do not go on: they are looked at again when there is something new. */
const ENDS: ReadonlySet<Method> = new Set(['search', 'tag'])
const AGAIN_MS = 1000
export type ListState = 'loading' | 'ready' | 'failed'

export class List {
  readonly ids = signal<string[]>([])
  /** Arrived since, newest first; shown by `show`. */
  readonly fresh = signal<string[]>([])
  readonly state = signal<ListState>('loading')
  readonly more = signal(false)
  readonly isEmpty = computed(() => this.state.value === 'ready' && this.ids.value.length === 0)
  /** Whether new ones may come in at once, because nobody is reading there now. */
  mayMove: () => boolean = () => false
  readonly #method: Method
  readonly #options: object
  readonly #down: boolean
  #oldest = Number.POSITIVE_INFINITY
  #seen = new Set<string>()
  #busy: Promise<void> | null = null
  #stop: AbortController | null = null

  /** `down`: oldest first and complete, as a thread is. */
  constructor(method: Method, options: object, down = false) {
    this.#method = method
    this.#options = options
    this.#down = down
  }

  /** Loads, and listens until `close`. */
  open(): void {
    if (this.#stop) return
    this.#stop = new AbortController()
    this.#follow(this.#stop.signal)
    if (!ENDS.has(this.#method)) void this.#listen(this.#stop.signal)
    void this.reload()
  }

  close(): void {
    this.#stop?.abort()
    this.#stop = null
  }

  /** Fetches the newest page; what is new since is shown or waits. */
  reload(): Promise<void> {
    return this.#once(async () => {
      const first = this.state.peek() !== 'ready'
      const page = await this.#page({ limit: this.#down ? -1 : Math.max(PAGE, this.ids.peek().length) })
      if (first) this.#add(page, true)
      else this.#arrive(page, true)
      if (first) this.more.value = !this.#down && page.length >= PAGE
      this.state.value = 'ready'
    })
  }

  older(): Promise<void> {
    if (!this.more.peek()) return Promise.resolve()
    return this.#once(async () => {
      const before = this.#oldest
      // Several messages may share a millisecond, so the page overlaps by one.
      let page = await this.#page({ limit: PAGE, before: before + 1 })
      if (page.every(m => this.#seen.has(m.key))) page = await this.#page({ limit: PAGE, before })
      this.#add(page, true)
      this.more.value = page.length > 0 && this.#oldest < before
    })
  }

  /** Puts what waits at the top. */
  show(): void {
    const fresh = this.fresh.peek()
    if (!fresh.length) return
    this.ids.value = [...fresh, ...this.ids.peek()]
    this.fresh.value = []
  }

  drop(id: string): void {
    this.ids.value = this.ids.peek().filter(x => x !== id)
  }

  async #page(options: object): Promise<Summary[]> {
    const out: Summary[] = []
    const asked = { ...this.#options, ...options, ...(this.#down ? {} : { reverse: true }) }
    for await (const m of each(this.#method, [asked as never])) if (m.key) out.push(m)
    return out
  }

  #add(page: Summary[], atEnd: boolean): void {
    const added = page.filter(m => !this.#seen.has(m.key))
    for (const m of page) {
      keep(m)
      this.#seen.add(m.key)
      this.#oldest = Math.min(this.#oldest, timeOf(m))
    }
    if (!added.length) return
    const ids = added.map(m => m.key)
    this.ids.value = atEnd ? [...this.ids.peek(), ...ids] : [...ids, ...this.ids.peek()]
  }

  /** `looked`: not told as it came, but found. */
  #arrive(page: Summary[], looked = false): void {
    if (this.#down) {
      this.#add(page, true)
      return
    }
    const now: Summary[] = []
    const later: string[] = []
    const [newest] = this.ids.peek().map(id => message(id).peek())
    for (const m of page) {
      if (this.#seen.has(m.key)) keep(m)
      // What came before its key stands where it belongs by its time.
      else if (looked && newest && timeOf(m) < timeOf(newest)) this.#insert(m)
      // An empty list has nothing that could be pushed aside.
      else if (m.value.author === meId.peek() || !this.ids.peek().length || this.mayMove()) now.push(m)
      else {
        this.#seen.add(keep(m))
        later.push(m.key)
      }
    }
    if (now.length) {
      this.show()
      this.#add(now, false)
    }
    if (later.length) this.fresh.value = [...later, ...this.fresh.peek()]
  }

  #insert(m: Summary): void {
    this.#seen.add(keep(m))
    const ids = this.ids.peek()
    const at = ids.findIndex(id => {
      const other = message(id).peek()
      return other && timeOf(other) < timeOf(m)
    })
    if (at >= 0) this.ids.value = ids.toSpliced(at, 0, m.key)
    // Older than all that is shown: it comes with its page, unless this is all there is.
    else if (!this.more.peek()) this.ids.value = [...ids, m.key]
    else this.#seen.delete(m.key)
  }

  #follow(signal: AbortSignal): void {
    let timer: ReturnType<typeof setTimeout> | undefined
    const off = onChange(change => {
      // All may have changed, also because a key has come: then there is more than what is told as it comes.
      if (!change.all && !(change.posts && ENDS.has(this.#method))) return
      timer ??= setTimeout(() => {
        timer = undefined
        void this.reload()
      }, AGAIN_MS)
    })
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      off()
    })
  }

  async #listen(signal: AbortSignal): Promise<void> {
    try {
      for await (const m of live(this.#method, [{ ...this.#options, live: true, old: false } as never], signal)) {
        if (m === restarted) void this.reload()
        else if (m.key) this.#arrive([m])
      }
    } catch {
      // A node that does not know the method: the first page has said so.
    }
  }

  #once(work: () => Promise<void>): Promise<void> {
    this.#busy ??= work()
      .catch(() => {
        if (this.state.peek() === 'loading') this.state.value = 'failed'
      })
      .finally(() => {
        this.#busy = null
      })
    return this.#busy
  }
}

const kept = new Map<string, List>()

/** The list of these options, as it was left. */
export function list(method: Method, options: object = {}, down = false): List {
  const key = `${method} ${JSON.stringify(options)}`
  const known = kept.get(key) ?? new List(method, options, down)
  kept.delete(key)
  kept.set(key, known)
  for (const [old, it] of kept) {
    if (kept.size <= KEPT) break
    it.close()
    kept.delete(old)
  }
  return known
}
