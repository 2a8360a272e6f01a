# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 300
# The core links for WebAssembly and imports nothing.
tally "the core for wasm32-wasi" bash tests/wasm/link.sh
