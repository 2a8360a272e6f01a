# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# The daemon under the thread sanitizer beside a peer, and the unit tests that use threads.
build tsan || { fail "build with the thread sanitizer"; exit 1; }
ctests tsan -j 2 -R '^unit/.*(pool|worker|thread|daemon|drivers|tcp|blobs_dir|job)' --timeout 240
needs_binary "$BUILD/tsan/bin/kith"
export TSAN_OPTIONS="halt_on_error=1 exitcode=66"
KITH_BIN=$BUILD/tsan/bin/kith tally "interop under the thread sanitizer" node tests/interop/interop.mjs db2 50
