// SPDX-License-Identifier: MIT
// The browser's own log of its network, below everything that a page or a test could hide: who asked, what
// for, and where a connection went. Chromium also asks its maker about updates and accounts on its own
// account, whatever it shows; that belongs to no page, and the map of names lets none of it out.
import fs from 'node:fs'

// One event a line. The last line may be cut where the browser ended fast.
function * events (file) {
  const [head, , ...lines] = fs.readFileSync(file, 'utf8').split('\n')
  const { logEventTypes } = JSON.parse(head.replace(/,\s*$/, '}')).constants
  const names = new Map(Object.entries(logEventTypes).map(([name, number]) => [number, name]))
  for (const line of lines) {
    if (!line.startsWith('{"')) continue
    let event
    try { event = JSON.parse(line.replace(/(,|\],?)\s*$/, '')) } catch { continue }
    if (event.params) yield [names.get(event.type), event.params]
  }
}

const http = address => address.replace(/^ws/, 'http')

// What pages of this origin asked of others, as lines; and how many of their own requests there were.
export function asked (file, origin) {
  const { host, hostname } = new URL(origin)
  const elsewhere = new Set()
  let own = 0
  // Who asked is a site in the log, without its port: <http://127.0.0.1 same_site>.
  const byPage = key => key.includes(`//${hostname}`)
  for (const [name, params] of events(file)) {
    const say = where => elsewhere.add(`${name} ${where}`)
    if (name === 'URL_REQUEST_START_JOB' && /^https?:|^null/.test(params.initiator)) {
      if (params.initiator === origin && http(params.url).startsWith(origin + '/')) own++
      else say(`${params.initiator} asked for ${params.url}`)
    } else if (name === 'HOST_RESOLVER_MANAGER_REQUEST' && params.host && byPage(params.network_anonymization_key || '')) {
      if (http(params.host) !== origin && params.host !== host) say(params.host)
    } else if (name === 'SOCKET_POOL_CONNECT_JOB_CREATED' && byPage(params.group_id.split(' <')[1] || '')) {
      if (params.group_id.split(' <')[0].replace(/^p\w*\//, '') !== origin) say(params.group_id) // pm/ is “privacy mode”
    } else if (name === 'TCP_CONNECT_ATTEMPT' && params.address && params.address !== host) say(params.address)
  }
  return { own, elsewhere: [...elsewhere] }
}
