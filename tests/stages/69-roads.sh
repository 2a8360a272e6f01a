# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 400
# Packets beside a second implementation of their page.
needs_binary "$BIN/packet_test"
tally "packets" node tests/interop/packet.mjs "$BIN"
