// SPDX-License-Identifier: MIT
// Where jobs run (core/node/job.h): beside the node where there is a second core for it, else in its turn.
import { Core } from './core.ts'
import type { FromJobs } from './job_worker.ts'
import { PASSWORD } from './password.ts'
import { script } from './trusted.ts'

/** KITH_JOB_STRETCH: takes up to 1 GiB, which a module never gives back, so it gets a Worker for itself. */
const STRETCH = 2

interface Waiting {
  resolve: (result: Uint8Array) => void
  reject: (error: Error) => void
}

class Helper {
  #worker: Worker
  #waiting = new Map<number, Waiting>()
  #last = 0

  constructor(url: string, module: WebAssembly.Module) {
    this.#worker = new Worker(script(url), { type: 'module', name: 'kith jobs' })
    this.#worker.onmessage = ({ data }: MessageEvent<FromJobs>) => {
      const waiting = this.#waiting.get(data.id)
      this.#waiting.delete(data.id)
      if (data.result) waiting?.resolve(data.result)
      else waiting?.reject(new Error('the job failed'))
    }
    this.#worker.onerror = () => this.end('the helper failed')
    this.#worker.postMessage({ module })
  }

  run(job: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      this.#waiting.set(++this.#last, { resolve, reject })
      this.#worker.postMessage({ id: this.#last, job }, [job.buffer])
    })
  }

  end(why = 'the helper was ended'): void {
    this.#worker.terminate()
    for (const { reject } of this.#waiting.values()) reject(new Error(why))
    this.#waiting.clear()
  }
}

export class Jobs {
  #url: string
  #module: WebAssembly.Module
  #helper: Helper | undefined
  #own: Core | undefined

  constructor(url: string, module: WebAssembly.Module) {
    this.#url = url
    this.#module = module
    if (navigator.hardwareConcurrency > 1) this.#helper = new Helper(url, module)
  }

  async run(job: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    if (job[0] === STRETCH || job[0] === PASSWORD) return this.#alone(job)
    if (this.#helper) {
      const copy = job.slice()
      try {
        return await this.#helper.run(job)
      } catch {
        this.#helper = undefined // a browser that starts no Worker in a Worker: slower, not wrong
        return this.run(copy)
      }
    }
    this.#own ??= new Core(this.#module)
    return this.#own.run(job)
  }

  async #alone(job: Uint8Array<ArrayBuffer>): Promise<Uint8Array> {
    const helper = new Helper(this.#url, this.#module)
    try {
      return await helper.run(job)
    } finally {
      helper.end()
    }
  }

  end(): void {
    this.#helper?.end()
  }
}
