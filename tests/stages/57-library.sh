# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 120
# libkith as another program meets it: installed, found by pkg-config, nothing visible but its API.
build release || { fail "build"; exit 1; }
prefix=$(mktemp -d)
home=$(mktemp -d)
check "installs" cmake --install "$BUILD/release" --prefix "$prefix"
export PKG_CONFIG_PATH=$(echo "$prefix"/lib/*/pkgconfig "$prefix"/lib/pkgconfig | tr ' ' :)
export LD_LIBRARY_PATH=$(dirname "$(find "$prefix" -name libkith.so)")

# shellcheck disable=SC2046
check "the example builds from the installed files" \
    cc -Wall -Wextra -Werror examples/wall.c $(pkg-config --cflags --libs kith) -o "$prefix/wall"
"$prefix/wall" "$home" 'Hello from C' >"$home/first" && "$prefix/wall" "$home" 'again' >"$home/second"
check "it makes a key and posts" grep -q '^posted %.*\.sha256$' "$home/first"
check "it is the same person the second time" test "$(head -n 1 "$home/first")" = "$(head -n 1 "$home/second")"
check "it prints the wall, newest first" sh -c "grep -q '^  1 .*again' '$home/second' && grep -q '^  2 .*Hello from C' '$home/second'"
check "kith reads what it wrote" sh -c "'$BIN/kith' --home '$home' wall | grep -q 'Hello from C'"

# shellcheck disable=SC2046
cc -Wall -Wextra -Werror tests/library/refusals.c $(pkg-config --cflags --libs kith) -o "$prefix/refusals" || fail "refusals.c builds"
tally "libkith.so" "$prefix/refusals" "$(mktemp -d -p "$home")"
# The static library, which needs nothing of ours at run time.
# shellcheck disable=SC2046
cc -Wall -Wextra -Werror tests/library/refusals.c $(pkg-config --cflags kith) "$(find "$prefix" -name libkith.a)" \
    $(pkg-config --static --libs-only-l kith | sed 's/-lkith//') -o "$prefix/refusals-static" || fail "refusals.c builds statically"
tally "libkith.a" env -u LD_LIBRARY_PATH "$prefix/refusals-static" "$(mktemp -d -p "$home")"
check "the header is C++ too" clang++ -Wall -Wextra -Werror -fsyntax-only -x c++ include/kith/kith.h

declared=$(grep -oE '\bkith_[a-z_]+\(' include/kith/kith.h | tr -d '(' | sort -u)
exported=$(nm -D --defined-only "$LD_LIBRARY_PATH/libkith.so" | awk '$2 ~ /[TDBR]/ { print $3 }' | sort -u)
check "the library exports its API and nothing else" test "$declared" = "$exported"
exported=$(nm -g --defined-only "$(find "$prefix" -name libkith.a)" | awk '$2 ~ /[TDBR]/ { print $3 }' | sort -u)
check "so does the static library" test "$declared" = "$exported"
check "the soname is libkith.so.0" sh -c "objdump -p '$LD_LIBRARY_PATH/libkith.so' | grep -q 'SONAME *libkith.so.0$'"
check "man page" grep -q '^.TH KITH 1' "$prefix/share/man/man1/kith.1"
check "completion" grep -q 'complete -o default -F _kith kith' "$prefix/share/bash-completion/completions/kith"
rm -rf "$prefix" "$home"
