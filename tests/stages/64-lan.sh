# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 200
# LAN discovery beside npm's ssb-lan, in network namespaces.
needs_binary "$BIN/kith"
tally "LAN discovery" node tests/interop/lan.mjs
