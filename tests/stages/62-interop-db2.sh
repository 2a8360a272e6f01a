# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 400
# 1,000 messages each way and all the rest, in both dialling directions.
needs_binary "$BIN/kith"
tally "interop with db2" node tests/interop/interop.mjs db2 1000
