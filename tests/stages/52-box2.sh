# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 300
# box2 beside the JavaScript packages, every vector of its two specifications, and letters and a circle with a
# running ssb-db2.
build release || { fail "build"; exit 1; }
need_js box2 || { fail "the JavaScript packages of box2"; exit 1; }
count=500
[ "$MODE" = long ] && count=20000
tally "box2" node tests/interop/box2.mjs "$BIN/box2" "$count"
needs_binary "$BIN/kith"
need_js db2 || { fail "the JavaScript peers"; exit 1; }
tally "box2 with a running peer" node tests/interop/box2_peer.mjs
