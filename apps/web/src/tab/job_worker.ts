// SPDX-License-Identifier: MIT
// A Worker that judges signatures and stretches passphrases, so that the node goes on meanwhile: an
// instance of the same module, of which it uses nothing but the jobs.
import { Core } from './core.ts'
import { PASSWORD } from './password.ts'

export type ToJobs = { module: WebAssembly.Module } | { id: number; job: Uint8Array<ArrayBuffer> }
export interface FromJobs {
  id: number
  /** Nothing: it failed. */
  result?: Uint8Array<ArrayBuffer>
}

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<ToJobs>) => void) | null
  postMessage(message: FromJobs, transfer: Transferable[]): void
}
let core: Core | undefined

scope.onmessage = ({ data }) => {
  if ('module' in data) {
    core = new Core(data.module)
    return
  }
  try {
    const result = data.job[0] === PASSWORD ? core!.stretch(data.job.subarray(1)) : core!.run(data.job)
    core!.wipe()
    scope.postMessage({ id: data.id, result }, [result.buffer])
  } catch {
    scope.postMessage({ id: data.id }, [])
  }
}
