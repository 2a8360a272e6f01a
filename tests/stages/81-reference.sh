# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 60
# Pages that are made from tables say what the tables say; ./test reference prints the lines that differ.
build release || { fail "build"; exit 1; }
fresh() { # PAGE COMMAND...
    local page=$1
    shift
    check "$page is what \`${*//"$ROOT/"/}\` prints" diff -u "$page" <("$@")
}
fresh docs/reference/rpc.md "$BIN/rpc_page"
fresh docs/man/kith.1 "$BIN/kith" man
