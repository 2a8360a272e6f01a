// SPDX-License-Identifier: MIT
// The page's part of the calls that its Worker makes (remote_call.ts).
import type { CallSays, CallTold } from './messages.ts'
import { Call } from './rtc.ts'

const calls = new Map<number, Call>()

export function carryOut(says: CallSays, tell: (told: CallTold, transfer?: Transferable[]) => void): void {
  const { id } = says
  const begin = (iceServers: RTCIceServer[]): Call => {
    const call = new Call({
      iceServers,
      onCandidate: candidate => tell({ id, is: 'candidate', candidate }),
      onOpen: port => tell({ id, is: 'open', port }, [port]),
      onShaky: shaky => tell({ id, is: 'shaky', shaky }),
      onClose: why => {
        calls.delete(id)
        tell({ id, is: 'closed', why })
      },
    })
    calls.set(id, call)
    return call
  }
  const failed = (error: unknown): void => {
    const call = calls.get(id)
    if (call) call.fail(String(error))
    else tell({ id, is: 'closed', why: String(error) }) // it could not even be begun
  }
  /** Also what is thrown at once: the Worker waits for a word. */
  const described = async (describe: () => Promise<string> | undefined): Promise<void> => {
    try {
      const sdp = await describe()
      if (sdp) told(sdp)
    } catch (error) {
      failed(error)
    }
  }
  const told = (sdp: string): void => tell({ id, is: 'sdp', sdp })
  const stands = calls.get(id)
  switch (says.do) {
    case 'offer':
      void described(() => begin(says.iceServers).offer(false))
      break
    case 'answer':
      void described(() => begin(says.iceServers).answer(says.sdp, false))
      break
    case 'again':
      void described(() => stands?.again(says.iceServers, says.sdp))
      break
    case 'answered':
      stands?.answered(says.sdp).catch(failed)
      break
    case 'candidate':
      void stands?.candidate(says.candidate)
      break
    case 'close':
      stands?.close()
      calls.delete(id)
      break
  }
}

/** The node has gone from this tab, and its calls with it. */
export function endCalls(): void {
  for (const call of calls.values()) call.close()
  calls.clear()
}
