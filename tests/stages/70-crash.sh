# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# kill -9 at random while writing: nothing that was acknowledged is lost, and the store opens each time.
needs_binary "$BIN/kith"
rounds=300
[ "$MODE" = long ] && rounds=10000
tally "crash" node tests/interop/crash.mjs "$rounds"
[ "$MODE" = long ] && ledger crash "$rounds kills" "$(tail -n 1 "$STAGE_LOG")"
true
