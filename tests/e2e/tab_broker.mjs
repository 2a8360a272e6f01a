// SPDX-License-Identifier: MIT
// A kith-broker on the machine in the middle, and how browsers around it open its page.
import fs from 'node:fs'
import path from 'node:path'
import { enters } from './journey.mjs'
import { HUB } from './netns.mjs'
import { newHome, root } from '../interop/lab.mjs'

export const origin = `http://${HUB}:8787`

// Browsers keep files for https only; these are told that the lab's wire is as good.
export const options = machine => ({
  executablePath: machine.chromium,
  flags: [`--unsafely-treat-insecure-origin-as-secure=${origin}`, '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE *.local, EXCLUDE ' + HUB]
})

export const startBroker = (hub, ...words) => startBrokerAgain(hub, newHome('broker'), ...words)

// With what an earlier one has kept.
export async function startBrokerAgain (hub, folder, ...words) {
  const program = process.env.KITH_BROKER || path.join(root, 'build/release/bin/kith-broker')
  const child = hub.start(program, ['--data', folder, '--listen', `${HUB}:8787`, '--stun', `${HUB}:3478`, '--metrics', 'off', ...words], { stdio: ['ignore', 'ignore', 'pipe'] })
  const failed = code => { throw new Error(`kith-broker ended with ${code}`) }
  await new Promise((resolve, reject) => {
    let said = ''
    child.stderr.on('data', data => { said += data; if (/broker\.listening/.test(said)) resolve() })
    child.once('exit', code => reject(new Error(`kith-broker ended with ${code}: ${said}`)))
  })
  child.removeAllListeners('exit')
  child.once('exit', failed)
  const stop = () => new Promise(resolve => {
    child.removeAllListeners('exit')
    if (child.exitCode !== null || child.signalCode !== null) return resolve()
    child.once('exit', resolve)
    child.kill('SIGKILL')
  })
  // A journey that fails stops it too, so that the next one finds its port free.
  enters({ name: 'the broker', leaves: stop })
  return { stop, folder }
}

// coturn beside it, with the secret that the broker makes passwords of.
export function startTurn (hub) {
  const secret = 'only for this lab'
  const file = path.join(newHome('turn'), 'secret')
  fs.writeFileSync(file, secret + '\n', { mode: 0o600 })
  hub.start('turnserver', ['-n', '--no-tls', '--no-dtls', '--no-cli', `--listening-ip=${HUB}`, '--listening-port=3479', `--relay-ip=${HUB}`,
    '--use-auth-secret', `--static-auth-secret=${secret}`, '--realm=kith', '--log-file=stdout', '--pidfile=' + path.join(path.dirname(file), 'pid'), '--userdb=' + path.join(path.dirname(file), 'db')], { stdio: 'ignore' })
  return ['--turn-secret-file', file, '--turn', `turn:${HUB}:3479?transport=udp`]
}
