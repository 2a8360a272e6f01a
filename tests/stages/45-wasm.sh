# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 900
# The core links for WebAssembly and imports nothing; there it does what it does here: all unit tests with their
# vectors, and whole histories of the simulator, event by event.
tally "numbers that the page has copied" node tests/wasm/numbers.mjs
tally "the core for wasm32-wasi" bash tests/wasm/link.sh
build release || { fail "build with gcc"; exit 1; }
bash tests/wasm/programs.sh || { fail "the tests for wasm32-wasi"; exit 1; }
seeds=100
[ "$MODE" = long ] && seeds=1000
tally "here and in WebAssembly" node tests/wasm/same.mjs "$seeds"
