// SPDX-License-Identifier: MIT
// The page's side of the node in this tab: starts its Worker once, and gives ports to it.

// What the build made of core/ (scripts/build_wasm.sh).
import wasm from '../../../../build/wasm/kith.wasm?url'
import { script } from './trusted.ts'
import type { FromPage, ToPage } from './worker.ts'
import workerUrl from './worker.ts?worker&url'

declare const __KITH_WASM_SHA256__: string

let worker: Worker | undefined

function start(): Worker {
  const made = new Worker(script(workerUrl), { type: 'module', name: 'kith' })
  made.onmessage = ({ data }: MessageEvent<ToPage>) => {
    if (data.kind === 'log' && data.level <= 4) console.warn(data.text)
    if (data.kind === 'failed') fail(data.why)
  }
  made.onerror = event => fail(event.message)
  const fail = (why: string): void => {
    console.warn(`kith: ${why}`)
    made.terminate()
    if (worker === made) worker = undefined
  }
  tell(made, { kind: 'start', wasm: new URL(wasm, location.href).href, sha256: __KITH_WASM_SHA256__ })
  return made
}

function tell(to: Worker, message: FromPage, transfer: Transferable[] = []): void {
  to.postMessage(message, transfer)
}

/** A link to the node for an app. The node may still be on its way. */
export function openPort(): MessagePort {
  worker ??= start()
  const { port1, port2 } = new MessageChannel()
  tell(worker, { kind: 'app', port: port2 }, [port2])
  return port1
}

/** A call that stands, as a road to the person of this id. Who dials begins the handshake. */
export function addRoad(port: MessagePort, id: string, dials: boolean): void {
  worker ??= start()
  tell(worker, { kind: 'road', port, key: id.slice(1, -'.ed25519'.length), dials }, [port])
}
