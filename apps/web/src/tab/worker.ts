// SPDX-License-Identifier: MIT
// The Worker that a node lives in. Each tab has one, and one of them has the lock: that one leads and has
// the node; the pages of the others work through it. Who leads and is not looked at makes room for a tab
// that is.
import { KithClient, viaMessagePort } from '@kith/client'
import type { Desk } from '../account/desk.ts'
import { callKey, socketUrl } from './address.ts'
import { type Effect, ORIGIN } from './core.ts'
import { Disk } from './disk.ts'
import { Host } from './host.ts'
import { Introductions } from './introductions.ts'
import { Jobs } from './jobs.ts'
import { type Among, type Asked, CHANNEL, type FromPage, LOCK, linkChannel, linkLock, type ToPage } from './messages.ts'
import { type Pipe, type PortLike, portPipe, socketPipe } from './pipe.ts'
import type { Postman } from './postman.ts'
import { ReadDisk } from './read_disk.ts'
import { callsOnPage, callTold } from './remote_call.ts'
import { untilOpen } from './until_open.ts'

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<FromPage>) => void) | null
  postMessage(message: ToPage): void
}
const tell = (message: ToPage): void => scope.postMessage(message)
callsOnPage(says => tell({ kind: 'call', says }))
const fail = (error: unknown): void =>
  tell({ kind: 'failed', why: error instanceof Error ? error.message : String(error) })

/** How long another tab may take to close the store. */
const ROOM_MS = 1500

const tabs = new BroadcastChannel(CHANNEL)
const say = (message: Among): void => tabs.postMessage(message)

let setup: Extract<FromPage, { kind: 'start' }>
let visible = false
let module: WebAssembly.Module | undefined
let jobs: Jobs | undefined
let host: Host | undefined
let introductions: Introductions | undefined
let desk: Promise<Desk> | undefined
/** Where people may ask us whom a broker has found for them; '': nowhere. */
let door = ''
/** Ports of this tab's page that came before the node was open. */
const early: MessagePort[] = []
/** Calls that stand and wait for the node to dial them, by key. */
const calls = new Map<string, Pipe>()
let home: Disk | undefined

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

// ---- roads ----

/** Other roads lead nowhere from a browser. */
function dial(address: string): Pipe | undefined {
  const url = socketUrl(address)
  if (url) return socketPipe(new WebSocket(url))
  const key = callKey(address)
  if (!key) return undefined
  const call = calls.get(key)
  calls.delete(key)
  return call ?? introductions?.dial(key)
}

function takeCall({ port, key, dials }: { port: MessagePort; key: string; dials: boolean }): void {
  const pipe = portPipe(port)
  if (!host) {
    pipe.close()
    return
  }
  if (!dials) {
    host.take(pipe, ORIGIN.NETWORK, `rtc:${key}`)
    return
  }
  calls.get(key)?.close()
  calls.set(key, pipe)
  pipe.onclose = () => {
    if (calls.get(key) === pipe) calls.delete(key)
  }
}

/** Makes the node known where people are introduced; it is an app of the node like any other. */
async function introduce(to: Host, disk: Disk): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  to.take(portPipe(port1), ORIGIN.LOCAL, 'introductions')
  const kith = new KithClient(viaMessagePort(port2))
  await kith.ready()
  const opened = await Introductions.open({
    sealing: to.signals,
    disk,
    kith,
    id: to.id,
    origin: setup.origin,
    broker: setup.broker,
    certificate: async () => (await desk?.catch(() => undefined))?.certificate ?? '',
    take: (pipe, key) => void to.take(pipe, ORIGIN.NETWORK, `rtc:${key}`),
  })
  if (host !== to) return opened.close()
  introductions = opened
  if (door) opened.door(door)
}

/** The account of this person, if there is one or they ask for one. */
function deskOf(to: Host, disk: Disk): Promise<Desk> {
  if (desk) return desk
  const opening = openDesk(to, disk)
  desk = opening
  opening.catch(() => {
    if (desk === opening) desk = undefined // the next one who asks finds another one
  })
  return opening
}

async function openDesk(to: Host, disk: Disk): Promise<Desk> {
  const { Desk } = await import('../account/desk.ts')
  if (host !== to) throw new Error('away')
  const { port1, port2 } = new MessageChannel()
  to.take(portPipe(port1), ORIGIN.LOCAL, 'account')
  const kith = new KithClient(viaMessagePort(port2))
  await kith.ready()
  const opening = Desk.open({
    core: to.signals,
    disk,
    kith,
    id: to.id,
    broker: setup.broker,
    run: job => jobs!.run(job),
    moved: moved => tell({ kind: 'moved', moved }),
    door: broker => {
      if (host !== to || broker === door) return
      door = broker
      introductions?.door(door)
    },
    reopen: () => to.stop(),
  })
  opening.catch(() => kith.close())
  return opening
}

async function answer(what: Asked): Promise<unknown> {
  if (what.is !== 'account') {
    if (!introductions) throw new Error('away')
    return introductions.asked(what)
  }
  if (!host || !home) throw new Error('away')
  return (await deskOf(host, home)).asked(what.wish)
}

/** Packets and roads of the node, once there are any. */
async function openPostman(to: Host, disk: Disk): Promise<Postman> {
  const { Postman } = await import('./postman.ts')
  return Postman.open({
    core: to.signals,
    disk,
    origin: setup.origin,
    version: setup.sha256,
    packet: (bytes, isKept) => to.packet(bytes, isKept),
    sent: (ticket, how, by) => to.packetSent(ticket, how, by),
    goes: (address, how, why) => to.inlet(address, how, why),
  })
}

// ---- the node ----

/** Until it has stopped for good. */
async function live(): Promise<void> {
  module ??= await load(setup.wasm, setup.sha256)
  jobs = new Jobs(setup.jobs, module)
  const disk = await Disk.open()
  for (let again = true; again; ) again = await openNode(disk, module, jobs)
  jobs.end()
}

/** Resolves when the node has stopped: true if it is to be opened again, as somebody else. */
function openNode(disk: Disk, module: WebAssembly.Module, jobs: Jobs): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let isOver = false
    const failed = (error: unknown): void => tell({ kind: 'log', level: 3, text: String(error) })
    const untilThere = <T>(open: () => Promise<T>): Promise<T | undefined> => untilOpen(open, () => !isOver, failed)
    // What the node wants carried is taken in its order, also while the postman is on his way.
    let mail: Promise<Postman | undefined> | undefined
    let isOpen: (host: Host) => void
    const open = new Promise<Host>(resolve => {
      isOpen = resolve
    })
    const carry = (effect?: Effect): void => {
      mail ??= open.then(it => untilThere(() => openPostman(it, disk)))
      mail = mail.then(async postman => {
        if (effect) await postman?.take(effect).catch(failed)
        return postman
      })
    }
    const gone = (): void => {
      host = undefined
      isOver = true
      void mail?.then(it => it?.close())
      introductions?.close()
      introductions = undefined
      void desk?.then(it => it.close()).catch(() => {})
      desk = undefined
      door = ''
      for (const call of calls.values()) call.close()
      calls.clear()
    }
    const outside = {
      dial,
      run: (job: Uint8Array<ArrayBuffer>) => jobs.run(job),
      log: (level: number, text: string) => tell({ kind: 'log', level, text }),
      mail: carry,
      stopped: (again: boolean) => {
        gone()
        resolve(again)
      },
      failed: (error: unknown) => {
        gone()
        reject(error)
      },
    }
    Host.open(module, disk, outside).then(opened => {
      host = opened
      home = disk
      isOpen(opened)
      for (const folder of ['outpackets', 'inpackets']) void disk.packetNames(folder).then(it => it.length && carry())
      tell({ kind: 'role', role: 'leader' })
      say({ kind: 'leads' })
      for (const port of early.splice(0)) host.take(portPipe(port))
      introduce(opened, disk).catch(error => tell({ kind: 'log', level: 4, text: String(error) }))
      void disk.get('account').then(it => {
        if (it && host === opened) void untilThere(() => deskOf(opened, disk))
      })
    }, reject)
  })
}

/** What is kept, while its leader does not answer: nothing is dialled and nothing written. */
let reader: Promise<Host> | undefined
let judges: Jobs | undefined

async function openReader(): Promise<Host> {
  module ??= await load(setup.wasm, setup.sha256)
  const own = new Jobs(setup.jobs, module)
  judges = own
  return Host.open(module, await Disk.open(new ReadDisk()), {
    dial: () => undefined,
    run: job => own.run(job),
    log: (level, text) => tell({ kind: 'log', level, text }),
    stopped: () => own.end(),
    failed: () => own.end(),
  })
}

function read(port: MessagePort): void {
  if (host) {
    host.take(portPipe(port))
    return
  }
  reader ??= openReader()
  reader.then(
    it => it.take(portPipe(port)),
    error => {
      endReader()
      tell({ kind: 'log', level: 4, text: String(error) })
      portPipe(port).close()
    },
  )
}

function endReader(): void {
  void reader?.then(
    it => it.drop(),
    () => {},
  )
  reader = undefined
  judges?.end()
  judges = undefined
}

/** Waits for its turn, leads, makes room, waits again. */
async function elect(): Promise<void> {
  let leads = false
  const lead = async (): Promise<void> => {
    leads = true
    endReader()
    await live()
    leads = false
  }
  await navigator.locks.request(LOCK, { ifAvailable: true }, async lock => {
    if (lock) await lead()
  })
  for (;;) {
    // Who is looked at gets it soon; its page need not find the way to another tab first.
    if (visible) say({ kind: 'want' })
    const patience = setTimeout(
      () => {
        if (leads) return
        tell({ kind: 'role', role: 'follower' })
        for (const port of early.splice(0)) portPipe(port).close()
      },
      visible ? ROOM_MS : 0,
    )
    await navigator.locks.request(LOCK, lead)
    clearTimeout(patience)
  }
}

/** A page of another tab; its lock goes when it goes, however that happens. */
function takeFollower(id: string): void {
  if (!host) return
  const channel = new BroadcastChannel(linkChannel(id))
  const pipe = portPipe(channel as unknown as PortLike, false)
  if (!host.take(pipe)) return
  const ended = pipe.onclose
  void navigator.locks.request(linkLock(id), () => {
    ended()
    pipe.close()
  })
  say({ kind: 'taken', id })
}

tabs.onmessage = ({ data }: MessageEvent<Among>) => {
  if (data.kind === 'app') takeFollower(data.id)
  if (data.kind === 'want' && host && !visible) host.stop()
}

scope.onmessage = ({ data }) => {
  if (data.kind === 'start') {
    setup = data
    visible = data.visible
    elect().catch(fail)
  } else if (data.kind === 'visible') {
    visible = data.visible
    if (visible && !host) say({ kind: 'want' })
  } else if (data.kind === 'road') {
    takeCall(data)
  } else if (data.kind === 'call') {
    callTold(data.told)
  } else if (data.kind === 'ask') {
    const { n, what } = data
    answer(what).then(
      value => tell({ kind: 'told', n, value }),
      error => tell({ kind: 'told', n, why: error instanceof Error ? error.message : String(error) }),
    )
  } else if (data.reads) {
    read(data.port)
  } else if (host) {
    host.take(portPipe(data.port))
  } else {
    early.push(data.port)
  }
}
