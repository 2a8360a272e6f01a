#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Links all of core/ for wasm32-wasi and asserts that the module imports nothing.
set -eu
. "$(dirname "$0")/../../scripts/setup.sh"
bash "$ROOT/tests/wasm/sysroot.sh"
need_node
wasm=$BUILD/wasm
cd "$ROOT"
cmake -S . -B "$wasm/core" -G Ninja -DCMAKE_TOOLCHAIN_FILE=cmake/wasm32-wasi.cmake -DCMAKE_BUILD_TYPE=Release
cmake --build "$wasm/core"
layers=()
for layer in base crypto feed store wire sync social node; do layers+=("$wasm/core/lib/libkith_$layer.a"); done
# A step of its own without -O, or else a wasm-opt that happens to be installed is run. Everything is
# kept, reachable or not: an import that only one unused function needs shows too.
clang --target=wasm32-wasi "--sysroot=$wasm/sysroot" -mexec-model=reactor -Wl,--no-gc-sections \
    -Wl,-z,stack-size=262144 -Wl,--whole-archive "${layers[@]}" -Wl,--no-whole-archive \
    "$wasm/lib/libsodium.a" "$wasm/lib/libz.a" -o "$wasm/kith-core.wasm"
"$NODE" tests/wasm/imports.mjs "$wasm/kith-core.wasm"
