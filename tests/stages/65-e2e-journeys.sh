# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 480
# Journeys of people through the page, as sentences.
needs_binary "$BIN/kith"
need_e2e || fail "the browser’s driver could not be installed"
for story in walls files private away keyboard roads; do tally "$story" node tests/e2e/$story.mjs; done
