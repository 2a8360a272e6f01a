# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# Seeded worlds of 5 to 20 nodes; a seed that fails is printed and replays by itself.
needs_binary "$BIN/kith_sim"
seeds=300
circles=100
[ "$MODE" = long ] && seeds=10000 circles=2000
tally "simulator" "$BIN/kith_sim" --seeds "1..$seeds"
[ "$MODE" = long ] && ledger simulator "$seeds seeds" "$(tail -n 1 "$STAGE_LOG")"
# Friends circles and groups, with keys that come late, and crashes while they are handed over.
tally "simulator: circles" "$BIN/kith_sim" --circles --seeds "1..$circles"
[ "$MODE" = long ] && ledger "simulator: circles" "$circles seeds" "$(tail -n 1 "$STAGE_LOG")"
true
