# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 120
# npm's ssb-client with the node's own key, over TCP and over the socket.
needs_binary "$BIN/kith"
[ -f tests/interop/rpc.mjs ] || { skip "$STAGE: tests/interop/rpc.mjs is not there"; exit 0; }
tally "app RPC" node tests/interop/rpc.mjs
