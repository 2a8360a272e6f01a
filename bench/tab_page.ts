// SPDX-License-Identifier: MIT
// The page of bench/tab*.mjs: a node in a Worker, and calls by hand, as the real page makes them.
import { Call } from '../apps/web/src/tab/rtc.ts'

const calls = new Map<number, Call>()
let worker: Worker

const call = (n: number, who: string, dials: boolean): Call => {
  const made = new Call({
    onOpen: port => worker.postMessage({ port, key: who.slice(1, -'.ed25519'.length), dials }, [port]),
    onClose: () => {},
  })
  calls.set(n, made)
  return made
}

/** What the bench does from outside. */
const bench = {
  /** The id of the node that begins to run. */
  begin: (): Promise<string> =>
    new Promise((resolve, reject) => {
      worker = new Worker('tab_worker.js', { type: 'module' })
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data.id))
      worker.postMessage(['node'])
    }),
  follow: (ids: string[]): void => worker.postMessage(['follow', ...ids]),
  offer: (n: number, who: string): Promise<string> => call(n, who, true).offer(true),
  answer: (n: number, who: string, sdp: string): Promise<string> => call(n, who, false).answer(sdp, true),
  answered: (n: number, sdp: string): Promise<void> => calls.get(n)!.answered(sdp),
  connected: (): Promise<number> =>
    new Promise(resolve => {
      worker.onmessage = ({ data }) => resolve(data.connected)
      worker.postMessage(['connected'])
    }),
}
Object.assign(globalThis, { bench })
