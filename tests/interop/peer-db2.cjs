// SPDX-License-Identifier: MIT
// A peer of the family that Manyverse ships: ssb-db2, ssb-ebt 9, ssb-conn, ssb-friends 5, box1.
// node peer-db2.cjs NODE_MODULES '{"home": DIR, "seed": WORDS, "port": N, "box2": NODE_MODULES}'; the rest is
// control.cjs. With box2 it also reads and writes that, by ssb-box2 of those packages.
'use strict'
const path = require('path')
const { createRequire } = require('module')
const { use, options, settings, call, pull, until, blobCommands, serve } = require('./control.cjs')

const stack = use('secret-stack')({ caps: use('ssb-caps') })
  .use([use('ssb-db2/core'), use('ssb-classic'), use('ssb-box'), use('ssb-db2/compat/publish'),
    use('ssb-db2/compat/post'), use('ssb-db2/compat/db'), use('ssb-db2/compat/ebt'),
    use('ssb-db2/compat/log-stream'), use('ssb-db2/compat/history-stream'), use('ssb-db2/compat/feedstate')])
  .use(use('ssb-conn'))
  .use(use('ssb-friends'))
  .use(use('ssb-ebt'))
  .use(use('ssb-replication-scheduler'))
  .use(use('ssb-blobs'))
  .use(use('ssb-invite-client'))
if (options.box2) stack.use(createRequire(path.join(options.box2, 'index.js'))('ssb-box2'))
const ssb = stack(settings({ conn: { autostart: false, populatePubs: false }, blobs: { sympathy: 2 }, box2: { legacyMode: true } }))

const { where, author, toPromise, isDecrypted, and } = use('ssb-db2/operators')

const drained = () => call(ssb.db.onDrain)
const create = (content, recps, encryptionFormat = 'box') => call(ssb.db.create, {
  feedFormat: 'classic', content, keys: ssb.config.keys, ...(recps ? { recps, encryptionFormat } : {})
})
const clock = () => call(ssb.getVectorClock)

const commands = {
  publish: ({ content }) => create(content),
  publishMany: async ({ n, text }) => {
    for (let i = 1; i <= n; i++) await create({ type: 'post', text: `${text} ${i}` })
    return n
  },
  privatePublish: ({ content, recps, format }) => create({ ...content, recps }, recps, format),
  groupAdd: async ({ id, key }) => {
    await call(ssb.box2.addGroupInfo, id, { key: Buffer.from(key, 'base64') })
    await call(ssb.db.reindexEncrypted)
  },
  follow: ({ id }) => call(ssb.friends.follow, id, null),
  unfollow: ({ id }) => call(ssb.friends.follow, id, { state: false }),
  block: ({ id }) => call(ssb.friends.block, id, null),
  isFollowing: ({ source, dest }) => call(ssb.friends.isFollowing, { source, dest }),
  isBlocking: ({ source, dest }) => call(ssb.friends.isBlocking, { source, dest }),
  feed: async ({ id }) => {
    await drained()
    const all = await ssb.db.query(where(author(id)), toPromise())
    return all.sort((a, b) => a.value.sequence - b.value.sequence)
  },
  inbox: async ({ format = 'box' } = {}) => {
    await drained()
    return ssb.db.query(where(isDecrypted(format)), toPromise())
  },
  connect: async ({ address }) => (await call(ssb.conn.connect, address)).id,
  disconnect: ({ address }) => call(ssb.conn.disconnect, address),
  peers: () => Object.keys(ssb.peers).filter(id => ssb.peers[id].length),
  clock,
  waitFor: ({ id, sequence, limit }) =>
    until(`${id} to reach ${sequence}`, async () => ((await clock())[id] || 0) >= sequence, limit),
  inviteUse: ({ invite }) => call(ssb.invite.accept, invite),
  ...blobCommands(ssb)
}
commands.inboxText = async () => (await commands.inbox()).map(m => m.value.content.text)

serve(ssb, ssb.getAddress('device'), commands)
