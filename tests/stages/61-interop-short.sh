# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick 120
# A few messages with each family.
needs_binary "$BIN/kith"
for family in db2 legacy; do tally "interop with $family" node tests/interop/interop.mjs $family 20; done
