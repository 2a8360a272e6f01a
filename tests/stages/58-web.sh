# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 180
# The page's port, by hand: who gets in, what every answer carries, what a bad client costs; then the
# same under AddressSanitizer.
needs_binary "$BIN/kith"
tally "the page's port" node tests/interop/web.mjs
if [ -x "$BUILD/asan/bin/kith" ]; then
    tally "the page's port under asan" env KITH_BIN="$BUILD/asan/bin/kith" node tests/interop/web.mjs
else
    skip "the page's port under asan: build/asan/bin/kith is not built"
fi
