#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# bench/circles.sh   what one post costs for 1 to 10,000 readers: native, in WebAssembly, and in Chromium
# where there is one. Prints the tables of docs/circles-cost.md and makes build/bench/circles/circles-cost.svg.
set -eu
. "$(dirname "$0")/../scripts/setup.sh"
need build test
need_node
build release
bash "$ROOT/tests/wasm/link.sh" >/dev/null
out=$BUILD/bench/circles wasm=$BUILD/wasm
mkdir -p "$out"
say "bench: circles, native"
"$BIN/bench_circles" >"$out/native.jsonl"
say "bench: circles, WebAssembly"
clang --target=wasm32-wasi "--sysroot=$wasm/sysroot" -mexec-model=reactor -O3 -std=c11 -ftls-model=local-exec -msimd128 \
    -mbulk-memory -msign-ext -mnontrapping-fptoint -Wall -Wextra -Wconversion -Wshadow -Werror -isystem "$wasm/include" \
    -I"$ROOT/core" "$ROOT/bench/circles.c" "$wasm"/core/lib/libkith_feed.a "$wasm"/core/lib/libkith_crypto.a \
    "$wasm"/core/lib/libkith_base.a "$wasm/lib/libsodium.a" -o "$out/circles.wasm"
"$NODE" "$ROOT/bench/circles.mjs" wasm "$out/circles.wasm" >"$out/wasm.jsonl"
if [ -x "${KITH_CHROMIUM:-/usr/bin/chromium}" ] && need_e2e; then
    say "bench: circles, Chromium"
    "$NODE" "$ROOT/bench/circles.mjs" chromium "$out/circles.wasm" >"$out/chromium.jsonl"
fi
"$NODE" "$ROOT/bench/circles.mjs" page "$out"
