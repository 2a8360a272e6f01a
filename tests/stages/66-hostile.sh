# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 180
# A peer that sends garbage is dropped with a reason and costs a bounded amount.
needs_binary "$BIN/kith"
tally "hostile" node tests/interop/hostile.mjs
