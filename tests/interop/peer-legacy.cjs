// SPDX-License-Identifier: MIT
// A peer of the family of Patchwork, Oasis and the pubs: ssb-server 16 with the plugins that its own
// program starts, without those that reach beyond this machine.
// node peer-legacy.cjs NODE_MODULES '{"home": DIR, "seed": WORDS, "port": N}'; the rest is control.cjs.
'use strict'
const { use, options, settings, call, pull, collect, until, blobCommands, serve } = require('./control.cjs')

// Without EBT it is like the oldest pubs: everything goes by createHistoryStream.
const none = { name: 'none', version: '0', init: () => {} }

const ssb = use('ssb-server').createSsbServer()
  .use(use('ssb-private1'))
  .use(use('ssb-master'))
  .use(use('ssb-gossip'))
  .use(use('ssb-replicate'))
  .use(use('ssb-friends'))
  .use(use('ssb-blobs'))
  .use(use('ssb-invite'))
  .use(use('ssb-query'))
  .use(use('ssb-ws'))
  .use(options.ebt === false ? none : use('ssb-ebt'))
  .use(use('ssb-ooo'))
  .call(null, settings({ gossip: { seed: false, global: false, local: false, pub: false, friends: false }, seeds: [] }))

const publish = content => call(ssb.publish, content)
const clock = () => call(ssb.getVectorClock)
const feed = ({ id }) => collect(ssb.createUserStream({ id, keys: true, values: true }))

const commands = {
  publish: ({ content }) => publish(content),
  publishMany: async ({ n, text }) => {
    for (let i = 1; i <= n; i++) await publish({ type: 'post', text: `${text} ${i}` })
    return n
  },
  privatePublish: ({ content, recps }) => publish({ ...content, recps }),
  follow: ({ id }) => publish({ type: 'contact', contact: id, following: true }),
  unfollow: ({ id }) => publish({ type: 'contact', contact: id, following: false }),
  block: ({ id }) => publish({ type: 'contact', contact: id, blocking: true }),
  isFollowing: ({ source, dest }) => call(ssb.friends.isFollowing, { source, dest }),
  isBlocking: ({ source, dest }) => call(ssb.friends.isBlocking, { source, dest }),
  feed,
  inbox: async () => (await collect(ssb.createLogStream({ private: true })))
    .filter(m => m.value.private || (m.value.meta && m.value.meta.private)),
  connect: async ({ address }) => (await call(ssb.gossip.connect, address)).id,
  disconnect: ({ address }) => call(ssb.gossip.disconnect, address),
  peers: () => Object.keys(ssb.peers).filter(id => ssb.peers[id].length),
  clock,
  waitFor: ({ id, sequence, limit }) =>
    until(`${id} to reach ${sequence}`, async () => ((await clock())[id] || 0) >= sequence, limit),
  inviteCreate: ({ uses }) => call(ssb.invite.create, uses || 1),
  inviteUse: ({ invite }) => call(ssb.invite.accept, invite),
  ...blobCommands(ssb)
}
commands.inboxText = async () => (await commands.inbox()).map(m => m.value.content.text)

serve(ssb, ssb.getAddress('device'), commands)
