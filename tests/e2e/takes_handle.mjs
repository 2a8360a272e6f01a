// SPDX-License-Identifier: MIT
// node takes_handle.mjs URL HANDLE PASSWORD: a broker, or somebody with the password, gives a handle to another key.
import { Broker, b64, keyPair } from '../interop/broker_client.mjs'
import { agree, stretch } from '../interop/broker_member.mjs'

const [url, handle, password] = process.argv.slice(2)
const client = await new Broker(url).listen()
const keys = keyPair()
const auth = stretch(password, handle, client.key)
await client.call('account.change', { handle, auth: b64(auth), key: b64(keys.publicKey), sig: agree(client, keys, auth, handle) })
client.close()
console.log('taken')
