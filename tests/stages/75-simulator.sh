# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# Seeded worlds of 5 to 20 nodes; a seed that fails is printed and replays by itself.
needs_binary "$BIN/kith_sim"
seeds=300
[ "$MODE" = long ] && seeds=10000
tally "simulator" "$BIN/kith_sim" --seeds "1..$seeds"
[ "$MODE" = long ] && ledger simulator "$seeds seeds" "$(tail -n 1 "$STAGE_LOG")"
true
