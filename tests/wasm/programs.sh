#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes build/wasm/programs: the core's unit tests and the simulator for WASI. What is older than its
# sources or the core is made anew.
set -eu
. "$(dirname "$0")/../../scripts/setup.sh"
bash "$ROOT/tests/wasm/sysroot.sh"
wasm=$BUILD/wasm out=$BUILD/wasm/programs
cd "$ROOT"
[ -f "$wasm/core/build.ninja" ] ||
    cmake -S . -B "$wasm/core" -G Ninja -DCMAKE_TOOLCHAIN_FILE=cmake/wasm32-wasi.cmake -DCMAKE_BUILD_TYPE=Release
cmake --build "$wasm/core"
mkdir -p "$out"
layers=()
for layer in broker node social sync wire store feed crypto base; do layers+=("$wasm/core/lib/libkith_$layer.a"); done
flags=(--target=wasm32-wasi "--sysroot=$wasm/sysroot" -std=c11 -O2 -DNDEBUG -ftls-model=local-exec -msimd128 -mbulk-memory
    -msign-ext -mnontrapping-fptoint -isystem "$wasm/include" -Icore -Itests/unit "-I$out")
newest=$(find core tests/sim tests/unit tests/wasm "$wasm/core/lib" -type f -printf '%T@\n' | sort -n | tail -n 1)

# make NAME SOURCE...: compiled and linked in two steps, since with -O clang starts a wasm-opt that happens to be there.
make() {
    local name=$1 source objects=()
    shift
    [ -f "$out/$name.wasm" ] && awk -v a="$(stat -c %.9Y "$out/$name.wasm")" -v b="$newest" 'BEGIN { exit a < b }' && return 0
    for source in "$@" tests/wasm/wasi_host.c; do
        objects+=("$out/$name-$(basename "$source" .c).o")
        clang "${flags[@]}" -c "$source" -o "${objects[-1]}" || return 1
    done
    clang --target=wasm32-wasi "--sysroot=$wasm/sysroot" -Wl,--strip-all -Wl,--stack-first -Wl,-z,stack-size=8388608 \
        "${objects[@]}" "${layers[@]}" "$wasm/lib/libsodium.a" "$wasm/lib/libz.a" -o "$out/$name.wasm" || return 1
    rm -f "${objects[@]}"
}

# Two at a time, one for each core of a small machine.
jobs=()
for source in tests/unit/*_test.c; do
    name=$(basename "$source" .c)
    case $name in
    carriers_test | guard_test | secret_file_test | slots_posix_test | web_gate_test | web_test) continue ;; # of the drivers: files and sockets
    store_fault_test) make "$name" "$source" tests/unit/slots_faulty.c & ;;
    *) make "$name" "$source" & ;;
    esac
    jobs+=($!)
    if [ ${#jobs[@]} -ge 2 ]; then wait "${jobs[0]}"; jobs=("${jobs[@]:1}"); fi
done
make kith_sim tests/sim/*.c &
jobs+=($!)
for job in "${jobs[@]}"; do wait "$job"; done
