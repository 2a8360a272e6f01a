# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 240
# Recovery words and backup files beside other people's, and a home that is lost and made again.
needs_binary "$BIN/kith"
need_js words || { fail "the JavaScript oracles"; exit 1; }
tally "identity" node tests/interop/identity.mjs
