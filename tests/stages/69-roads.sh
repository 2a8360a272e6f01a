# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 900
# Packets beside a second implementation of their page; roads that store and forward, each alone, with daemons, and
# simulated for weeks with loss.
needs_binary "$BIN/kith"
tally "packets" node tests/interop/packet.mjs "$BIN"
tally "roads" node tests/interop/roads.mjs
tally "30 MB in pieces" node tests/interop/pieces.mjs
tally "a folder for several" node tests/interop/folder_for_several.mjs
tally "befriending" node tests/interop/befriend.mjs
seeds=20
[ "$MODE" = long ] && seeds=300
tally "roads, simulated" "$BIN/kith_roads_sim" --seeds "1..$seeds"
[ "$MODE" = long ] && ledger roads "$seeds seeds" "$(tail -n 1 "$STAGE_LOG")"
true
