#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# carrier_example.sh: the carrier in C that docs/drivers.md shows is compiled with our warnings, and carries.
cd "$(dirname "$0")/.." || exit 1
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
awk '/^```c$/ { on = 1; next } /^```/ { on = 0 } on' docs/drivers.md >"$dir/slot.c"
mkdir "$dir/box" "$dir/include"
ln -s "$PWD/drivers" "$dir/include/drivers"
"${CC:-cc}" -std=c11 -D_GNU_SOURCE -Wall -Wextra -Wconversion -Wshadow -Werror -Icore -I"$dir/include" -Itests/unit "-DEXAMPLE=\"$dir/slot.c\"" \
    tests/carrier_example.c core/base/*.c -o "$dir/slot" && "$dir/slot" "$dir/box"
