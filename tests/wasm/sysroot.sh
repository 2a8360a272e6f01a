#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# Makes build/wasm: a sysroot of wasi-libc, libsodium and zlib from Debian's own sources, once. The system's
# list of package sources is read, never changed.
set -eu
. "$(dirname "$0")/../../scripts/setup.sh"
need build wasm
wasm=$BUILD/wasm
# fetch NAME: its source into $wasm/source.
fetch() {
    say "wasm: fetching the source of $1"
    mkdir -p "$wasm/apt/parts" "$wasm/apt/lists" "$wasm/source"
    local list part private
    for list in /etc/apt/sources.list /etc/apt/sources.list.d/*; do
        part=$wasm/apt/parts/$(basename "$list")
        case $list in
        *.sources) sed 's/^Types:.*/Types: deb-src/' "$list" >"$part" ;;
        *.list) [ ! -f "$list" ] || sed -n 's/^deb /deb-src /p' "$list" >"$part" ;;
        esac
    done
    private=(-o "Dir::Etc::SourceList=/dev/null" -o "Dir::Etc::SourceParts=$wasm/apt/parts"
        -o "Dir::State::Lists=$wasm/apt/lists" -o "Dir::Cache=$wasm/apt" -o APT::Sandbox::User=root)
    apt-get "${private[@]}" -qq update
    (cd "$wasm/source" && apt-get "${private[@]}" -qq source "$1")
    rm -rf "$wasm/apt"
}

build_sodium() {
    rm -rf "$wasm"
    mkdir -p "$wasm/sysroot/include" "$wasm/sysroot/lib" "$wasm/include" "$wasm/lib" "$wasm/objects"
    # With the plain folder as sysroot clang falls through to glibc's headers.
    ln -s /usr/include/wasm32-wasi "$wasm/sysroot/include/wasm32-wasi"
    ln -s /usr/lib/wasm32-wasi "$wasm/sysroot/lib/wasm32-wasi"
    ln -s /usr/include/xxhash.h "$wasm/include/xxhash.h"
    fetch libsodium
    src=$(echo "$wasm"/source/libsodium-*/src/libsodium)

    say "wasm: building libsodium"
    cp -r "$src/include/sodium" "$src/include/sodium.h" "$wasm/include/"
    # What configure would write: 1.0.18, no minimal build.
    sed -e 's/@VERSION@/1.0.18/' -e 's/@SODIUM_LIBRARY_VERSION_MAJOR@/10/' -e 's/@SODIUM_LIBRARY_VERSION_MINOR@/3/' \
        -e 's/@SODIUM_LIBRARY_MINIMAL_DEF@//' "$src/include/sodium/version.h.in" >"$wasm/include/sodium/version.h"
    # HAVE_TI_MODE is left out: 128-bit products make ed25519 slower here. No randombytes: the core is
    # given its randomness, and a stray draw must not become an import (no_host.c traps).
    flags=(--target=wasm32-wasi "--sysroot=$wasm/sysroot" -O3 -DNDEBUG -ftls-model=local-exec -mbulk-memory
        -msign-ext -mnontrapping-fptoint -DCONFIGURED=1 -DSODIUM_STATIC -DHAVE_STDINT_H -DHAVE_INTTYPES_H
        -D_WASI_EMULATED_SIGNAL -DHAVE_WEAK_SYMBOLS -DNATIVE_LITTLE_ENDIAN "-I$wasm/include" "-I$wasm/include/sodium" "-ffile-prefix-map=$ROOT/=" -w)
    find "$src" -name '*.c' ! -path '*/randombytes/*' | sort | while read -r file; do
        simd=-msimd128
        case $file in *argon2-fill-block-ref.c) simd=-mno-simd128 ;; esac
        printf '%s\0' "clang ${flags[*]} $simd -c $file -o $wasm/objects/$(echo "${file#"$src"/}" | tr / _).o"
    done | xargs -0 -P "$(nproc)" -I{} sh -c '{}'
    clang "${flags[@]}" -c "$ROOT/tests/wasm/no_host.c" -o "$wasm/objects/no_host.o"
    llvm-ar rcs "$wasm/lib/libsodium.a.new" "$wasm"/objects/*.o
    mv "$wasm/lib/libsodium.a.new" "$wasm/lib/libsodium.a"
    rm -rf "$wasm/objects"
}

build_zlib() {
    fetch zlib
    local src stem
    src=$(echo "$wasm"/source/zlib-*.dfsg)
    say "wasm: building zlib"
    cp "$src/zlib.h" "$src/zconf.h" "$wasm/include/"
    rm -rf "$wasm/objects-z"
    mkdir "$wasm/objects-z"
    for stem in adler32 crc32 deflate inffast inflate inftrees trees zutil; do # nothing that opens files
        clang --target=wasm32-wasi "--sysroot=$wasm/sysroot" -O3 -DNDEBUG -ftls-model=local-exec -mbulk-memory -msign-ext \
            "-ffile-prefix-map=$ROOT/=" -w -c "$src/$stem.c" -o "$wasm/objects-z/$stem.o"
    done
    llvm-ar rcs "$wasm/lib/libz.a.new" "$wasm"/objects-z/*.o
    mv "$wasm/lib/libz.a.new" "$wasm/lib/libz.a"
    rm -rf "$wasm/objects-z"
}

[ -f "$wasm/lib/libsodium.a" ] || build_sodium
[ -f "$wasm/lib/libz.a" ] || build_zlib
