# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 200
# ./run demo as somebody meets it, with the address and undefined-behaviour sanitizers.
build asan kith kith_demo || { fail "build with clang"; exit 1; }
KITH_BIN=$BUILD/asan/bin/kith tally "the demo" node tests/interop/demo.mjs
