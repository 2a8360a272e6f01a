// SPDX-License-Identifier: MIT
// node crash.mjs ROUNDS [SEED]: kill -9 at random moments while kith writes. A post whose command
// ended with 0 is acknowledged: it has to be there ever after. Sequences have no gap and no double,
// and every start works. Half of the rounds kill the daemon, half a command that works alone.
import assert from 'node:assert'
import { Kith, test, done, sleep } from './lab.mjs'

const rounds = Number(process.argv[2] || 300)
let state = Number(process.argv[3] || 1)
const random = () => { // mulberry32: the same seed, the same delays
  state = (state + 0x6D2B79F5) | 0
  let t = Math.imul(state ^ (state >>> 15), 1 | state)
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
  return ((t ^ (t >>> 14)) >>> 0) / 4294967296
}

const perHome = 100
let kills = 0
let acknowledged = 0

async function own (kith) {
  const lines = (await kith.run('export', '--mine')).split('\n').filter(Boolean).map(line => JSON.parse(line))
  return lines.map(line => line.value || line).filter(value => value.author === kith.id)
}

async function round (kith, n, acked) {
  const withDaemon = n % 2 === 0
  let over = false
  const delay = Math.floor(random() * (withDaemon ? 80 : 12))
  const post = text => kith.run('post', '--public', text).then(() => acked.add(text), () => {})
  if (withDaemon) {
    await kith.serve()
    const writers = [0, 1].map(async w => {
      for (let i = 0; !over; i++) await post(`round ${n} writer ${w} post ${i}`)
    })
    await sleep(delay)
    kith.daemon.kill('SIGKILL')
    await kith.daemon.ended
    kith.daemon = null
    over = true
    await Promise.all(writers)
  } else {
    await post(`round ${n} before`)
    const { child, ended } = kith.startRun('post', '--public', `round ${n} cut`)
    await sleep(delay)
    child.kill('SIGKILL')
    if ((await ended).code === 0) acked.add(`round ${n} cut`)
  }
  kills++
}

for (let first = 0; first < rounds; first += perHome) {
  await test(`rounds ${first} to ${Math.min(first + perHome, rounds) - 1}`, async () => {
    const kith = await new Kith().init()
    const acked = new Set()
    for (let n = first; n < Math.min(first + perHome, rounds); n++) {
      await round(kith, n, acked)
      const values = await own(kith)
      const texts = new Set(values.map(value => value.content.text))
      for (const text of acked) assert(texts.has(text), `acknowledged and lost in round ${n}: ${text}`)
      values.map(value => value.sequence).sort((a, b) => a - b).forEach((sequence, i) =>
        assert.equal(sequence, i + 1, `round ${n}: sequences have a gap or a double`))
    }
    acknowledged += acked.size
  })
}
console.log(`${kills} kills, ${acknowledged} acknowledged posts`)
await done()
