// SPDX-License-Identifier: MIT
// Starts and stops a kith-broker on free ports of 127.0.0.1, in a folder of its own.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const binary = process.env.KITH_BROKER ?? 'build/release/bin/kith-broker'

/** options: words of the command line. folder: of an earlier one, to start it again. kib: no file grows beyond that.
 *  ulimit: words for the shell's command of that name. */
export function startBroker (options = [], { folder = mkdtempSync(join(tmpdir(), 'kith-broker-')), kib, ulimit = kib && `-f ${kib}` } = {}) {
  const words = ['--data', folder, '--listen', '127.0.0.1:0', '--stun', '127.0.0.1:0', '--metrics', '127.0.0.1:0', ...options]
  const [program, before] = ulimit ? ['bash', ['-c', `trap '' XFSZ; ulimit ${ulimit}; exec "$0" "$@"`, binary]] : [binary, []]
  const child = spawn(program, [...before, ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  const broker = { child, folder, log: '', exited: new Promise(resolve => child.on('exit', (code, signal) => resolve(signal ?? code))) }
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', () => reject(new Error('kith-broker has ended: ' + broker.log)))
    child.stderr.on('data', data => {
      broker.log += data
      const [, url, stun] = broker.log.match(/broker\.listening url=(\S+) stun=(\d+)/) ?? []
      if (!url || broker.url) return
      broker.url = url
      broker.stun = Number(stun)
      broker.metricsUrl = 'http://127.0.0.1:' + broker.log.match(/metrics\.listening host=\S+ port=(\d+)/)[1] + '/metrics'
      resolve(broker)
    })
  })
}

export async function stopBroker (broker, { keep = false } = {}) {
  broker.child.kill('SIGTERM')
  const code = await broker.exited
  if (!keep) rmSync(broker.folder, { recursive: true, force: true })
  return code
}

/** The counters by name. */
export async function metrics (broker) {
  const text = await (await fetch(broker.metricsUrl)).text()
  return Object.fromEntries(text.split('\n').filter(l => l && l[0] !== '#').map(l => l.split(' ')).map(([k, v]) => [k, Number(v)]))
}

/** What the kernel says about the process: CPU seconds so far, and resident KiB. */
export function usage (broker) {
  const stat = readFileSync(`/proc/${broker.child.pid}/stat`, 'utf8').split(') ')[1].split(' ')
  const status = readFileSync(`/proc/${broker.child.pid}/status`, 'utf8')
  return { cpu: (Number(stat[11]) + Number(stat[12])) / 100, rss: Number(status.match(/VmRSS:\s+(\d+)/)[1]) }
}

/** That the broker refuses, with that code. */
export const rejects = (promise, code) =>
  assert.rejects(promise, error => error.code === code || assert.fail(`${error.message} instead of ${code}`))
