// SPDX-License-Identifier: MIT
// The Worker that a node lives in: one of all tabs has it, whoever holds the lock.
import { callKey, socketUrl } from './address.ts'
import { Core, ORIGIN } from './core.ts'
import { Disk } from './disk.ts'
import { Host } from './host.ts'
import { type Pipe, portPipe, socketPipe } from './pipe.ts'

export type FromPage =
  | { kind: 'start'; wasm: string; sha256: string }
  | { kind: 'app'; port: MessagePort }
  | { kind: 'road'; port: MessagePort; key: string; dials: boolean }
export type ToPage = { kind: 'ready' } | { kind: 'failed'; why: string } | { kind: 'log'; level: number; text: string }

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<FromPage>) => void) | null
  postMessage(message: ToPage): void
}
const tell = (message: ToPage): void => scope.postMessage(message)
const fail = (error: unknown): void =>
  tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) })

let module: WebAssembly.Module
let host: Host | undefined
let jobs: Core | undefined
/** Ports that came before the node was open. */
const early: MessagePort[] = []

/** The build says what the module has to be: a half-written cache or a host that exchanges files is found out. */
async function load(url: string, sha256: string): Promise<WebAssembly.Module> {
  const answer = await fetch(url)
  if (!answer.ok) throw new Error(`the node could not be loaded (${answer.status})`)
  const bytes = await answer.arrayBuffer()
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))
  const got = Array.from(digest, b => b.toString(16).padStart(2, '0')).join('')
  if (got !== sha256) throw new Error('the node that was loaded is not the one that belongs to this page')
  return WebAssembly.compile(bytes)
}

/** Calls that stand and wait for the node to dial them, by key. */
const calls = new Map<string, Pipe>()

/** Other roads lead nowhere from a browser. */
function dial(address: string): Pipe | undefined {
  const url = socketUrl(address)
  if (url) return socketPipe(new WebSocket(url))
  const key = callKey(address)
  const call = key ? calls.get(key) : undefined
  if (key) calls.delete(key)
  return call
}

function takeCall({ port, key, dials }: { port: MessagePort; key: string; dials: boolean }): void {
  const pipe = portPipe(port)
  if (!dials) {
    if (host) host.take(pipe, ORIGIN.NETWORK, `rtc:${key}`)
    else pipe.close()
    return
  }
  calls.get(key)?.close()
  calls.set(key, pipe)
  pipe.onclose = () => {
    if (calls.get(key) === pipe) calls.delete(key)
  }
}

async function openNode(disk: Disk): Promise<void> {
  host = await Host.open(module, disk, {
    dial,
    run: async job => {
      jobs ??= new Core(module)
      return jobs.run(job)
    },
    log: (level, text) => tell({ kind: 'log', level, text }),
    stopped: again => {
      host = undefined
      if (again) openNode(disk).catch(fail)
    },
    failed: fail,
  })
  tell({ kind: 'ready' })
  for (const port of early.splice(0)) host.take(portPipe(port))
}

async function start(wasm: string, sha256: string): Promise<void> {
  module = await load(wasm, sha256)
  await openNode(await Disk.open())
}

scope.onmessage = ({ data }) => {
  if (data.kind === 'start') start(data.wasm, data.sha256).catch(fail)
  else if (data.kind === 'road') takeCall(data)
  else if (host) host.take(portPipe(data.port))
  else early.push(data.port)
}
