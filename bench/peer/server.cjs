// SPDX-License-Identifier: MIT
// npm's PeerJS server on a free port of 127.0.0.1, which it prints.
const { PeerServer } = require(require.resolve('peer', { paths: [process.argv[2]] }))
PeerServer({ port: 0, host: '127.0.0.1', path: '/', concurrent_limit: 50000 }, server => console.log(server.address().port))
