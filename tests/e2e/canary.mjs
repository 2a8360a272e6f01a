// SPDX-License-Identifier: MIT
// A port of 127.0.0.1 that nobody may touch: it counts every connection.
import net from 'node:net'

export async function canaryPort () {
  const seen = []
  const server = net.createServer(socket => {
    socket.once('data', bytes => { seen.push(bytes.toString('latin1').split('\r\n')[0]); socket.end('HTTP/1.1 200 OK\r\ncontent-type: text/javascript\r\naccess-control-allow-origin: *\r\ncontent-length: 21\r\n\r\nkithCanary("fetched")') })
    socket.on('error', () => {})
  })
  let connections = 0
  server.on('connection', () => { connections++ })
  await new Promise(resolve => server.listen(0, '127.0.0.1', resolve))
  return { port: server.address().port, seen, get connections () { return connections }, close: () => server.close() }
}
