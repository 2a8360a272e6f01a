# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 480
# A hostile friend and hostile pages: nothing runs, nobody else gets in.
needs_binary "$BIN/kith"
need_e2e || fail "the browser’s driver could not be installed"
for what in matrix xss; do tally "$what" node tests/e2e/$what.mjs; done
