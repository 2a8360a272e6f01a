#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# build_wasm.sh [FOLDER]: makes FOLDER/kith.wasm (build/wasm if none is named), the node for a browser's
# Worker, and prints its sha256. The same sources give the same bytes in any folder.
set -eu
. "$(dirname "$0")/setup.sh"
wasm=$BUILD/wasm out=${1:-$BUILD/wasm}
bash "$ROOT/tests/wasm/sysroot.sh"
mkdir -p "$out"
cd "$ROOT"
exec 9>"$out/core.lock"
flock 9
[ -f "$out/core/build.ninja" ] ||
    cmake -S . -B "$out/core" -G Ninja -DCMAKE_TOOLCHAIN_FILE=cmake/wasm32-wasi.cmake -DCMAKE_BUILD_TYPE=Release >&2
cmake --build "$out/core" >&2
# A step of its own without -O, or else a wasm-opt that happens to be installed is run. The stack lies
# first, so that one that is too deep stops instead of writing over data.
layers=(-Wl,--whole-archive "$out/core/lib/libkith_tab.a" -Wl,--no-whole-archive)
for layer in node social sync wire store feed crypto base; do layers+=("$out/core/lib/libkith_$layer.a"); done
clang --target=wasm32-wasi "--sysroot=$wasm/sysroot" -mexec-model=reactor -Wl,--strip-all -Wl,--stack-first \
    -Wl,-z,stack-size=1048576 "${layers[@]}" "$wasm/lib/libsodium.a" "$wasm/lib/libz.a" -o "$out/kith.wasm.new"
mv "$out/kith.wasm.new" "$out/kith.wasm"
sha256sum "$out/kith.wasm" | cut -d' ' -f1
