// SPDX-License-Identifier: MIT
// What the tests share: a kith that really runs, and the transport to its Unix socket.
import { execFileSync, spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import fs from 'node:fs'
import net from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { viaWebSocket } from '../src/index.ts'
import type { Road, Transport } from '../src/index.ts'

const root = path.resolve(import.meta.dirname, '../../../..')
export const program = process.env['KITH_BIN'] ?? path.join(root, 'build/release/bin/kith')
export const vectors = path.join(root, 'tests/vectors')

export async function until<T> (what: string, look: () => T | Promise<T>, limit = 30e3): Promise<NonNullable<T>> {
  const end = Date.now() + limit
  for (;;) {
    const value = await look()
    if (value) return value
    if (Date.now() > end) throw new Error('waited in vain for ' + what)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** A node with a home of its own. */
export class Node {
  home = fs.mkdtempSync(path.join(os.tmpdir(), 'kith-client-'))
  #child: ChildProcess | null = null
  #web = '127.0.0.1:0'

  constructor (name: string) {
    execFileSync(program, ['init', '--name', name, '--home', this.home], { stdio: 'ignore' })
  }

  async serve (): Promise<this> {
    const child = spawn(program, ['serve', '--home', this.home, '--listen', '127.0.0.1:0', '--no-lan', '--web', this.#web], { stdio: ['ignore', 'pipe', 'pipe'] })
    let said = ''
    child.stderr!.on('data', data => { said += data })
    const line = new Promise((resolve, reject) => {
      child.stdout!.once('data', resolve)
      child.on('exit', code => { reject(new Error(`kith serve ended with ${code}: ${said}`)) })
    })
    this.#child = child
    process.once('exit', () => child.kill('SIGKILL')) // whatever became of the test
    await line
    this.#web = new URL(this.#file('web')).host // the same again, as a page expects that is open
    return this
  }

  async kill (signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child
    this.#child = null
    if (!child || child.exitCode !== null || child.signalCode !== null) return
    const ended = new Promise(resolve => child.on('exit', resolve))
    child.kill(signal)
    await ended
  }

  async remove (): Promise<void> {
    await this.kill()
    fs.rmSync(this.home, { recursive: true, force: true })
  }

  /** By the Unix socket, which needs no token. */
  get socket (): Road {
    return { open: () => socketTransport(path.join(this.home, 'socket')) }
  }

  /** By the page's port. */
  web (token = this.#file('web-token')): Road { return viaWebSocket(`ws://${this.#web}/rpc`, token) }

  #file (name: string): string { return fs.readFileSync(path.join(this.home, name), 'utf8').trim() }
}

export function socketTransport (file: string): Transport {
  const socket = net.connect(file)
  const transport: Transport = {
    onopen: null,
    onbytes: null,
    onclose: null,
    send: bytes => { socket.write(bytes) },
    get bufferedAmount () { return socket.writableLength },
    close () {
      transport.onopen = transport.onbytes = transport.onclose = null
      socket.end()
    }
  }
  socket.on('connect', () => transport.onopen?.())
  socket.on('data', bytes => transport.onbytes?.(bytes))
  socket.on('error', () => {})
  socket.on('close', () => transport.onclose?.())
  return transport
}

/** Numbers from 0 to below 1 that are the same for the same seed (mulberry32). */
export function random (seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

export async function all<T> (items: AsyncIterable<T>): Promise<T[]> {
  const out: T[] = []
  for await (const item of items) out.push(item)
  return out
}
