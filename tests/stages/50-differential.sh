# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# The same input to kith's code and to JavaScript's: every verdict, text and id has to be the same.
# A row is a script tests/interop/NAME.mjs and a program build/release/bin/NAME that it drives.
build release || { fail "build"; exit 1; }
count=20000
[ "$MODE" = long ] && count=1000000
for name in json_differ message_differ validation_dataset shs1; do
    script=tests/interop/$name.mjs
    if [ ! -f "$script" ] || [ ! -x "$BIN/$name" ]; then
        skip "$name: $script or build/release/bin/$name is not there"
        continue
    fi
    tally "$name" node "$script" "$BIN/$name" "$count"
    [ "$MODE" = long ] && ledger "$name" "$count" "$(tail -n 1 "$STAGE_LOG")"
done
needs_binary "$BIN/kith"
tally "what kith publishes" node tests/interop/published.mjs
