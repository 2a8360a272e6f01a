# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 400
# 1,000 messages each way and all the rest, in both dialling directions.
needs_binary "$BIN/kith"
tally "interop with legacy" node tests/interop/interop.mjs legacy 1000
