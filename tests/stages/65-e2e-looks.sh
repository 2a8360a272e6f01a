# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 480
# Every screen, light and dark, narrow and wide: nothing that axe finds; pictures in build/screenshots.
needs_binary "$BIN/kith"
need_e2e || fail "the browser’s driver could not be installed"
tally "looks" node tests/e2e/looks.mjs
