# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# The same input to kith's code and to JavaScript's: every verdict, text and id has to be the same.
# A row is a script tests/interop/NAME.mjs and a program build/release/bin/NAME that it drives.
build release || { fail "build"; exit 1; }
count=20000
[ "$MODE" = long ] && count=1000000
row() { # NAME ARGUMENT...: after the program
    local name=$1 script=tests/interop/$1.mjs
    shift
    if [ ! -f "$script" ] || [ ! -x "$BIN/$name" ]; then
        skip "$name: $script or build/release/bin/$name is not there"
        return 0
    fi
    tally "$name" node "$script" "$BIN/$name" "$@"
    [ "$MODE" = long ] && ledger "$name" "${!#}" "$(tail -n 1 "$STAGE_LOG")"
    return 0
}
row json_differ "$count"
row message_differ "$count"
row validation_dataset
row shs1 "$KITH_JS"
row ebt_differ "$KITH_JS" $((count / 1000))
needs_binary "$BIN/kith"
tally "what kith publishes" node tests/interop/published.mjs
