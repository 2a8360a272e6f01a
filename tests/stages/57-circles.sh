# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 240
# Circles among five daemons: who reads what, and who never does.
needs_binary "$BIN/kith"
tally "five daemons" node tests/interop/circles.mjs
