# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# No leak and no wild read: the unit tests that are short enough, and the commands of a first day.
build release || { fail "build"; exit 1; }
grind=(valgrind --quiet --leak-check=full --show-leak-kinds=definite,possible --errors-for-leak-kinds=definite
    --error-exitcode=99)
tests=("$BIN"/*_test)
[ -x "${tests[0]}" ] || tests=()
for program in "${tests[@]}"; do
    name=$(basename "$program")
    # Whoever needs over 3 s natively computes much and allocates like the others.
    begin=$(date +%s%N)
    (cd tests/vectors && timeout 3 "$program") >/dev/null 2>&1
    rc=$?
    took=$((($(date +%s%N) - begin) / 1000000))
    [ $rc = 124 ] && { echo "left out: $name is long"; continue; }
    [ $took -gt 1000 ] && { echo "left out: $name takes $took ms"; continue; }
    check "$name under valgrind" env -C tests/vectors timeout 120 "${grind[@]}" "$program"
done
needs_binary "$BIN/kith"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
for words in "init --name Val" "id" "post hello" "wall --json" "feed" "profile" "friends" "status" "export"; do
    # shellcheck disable=SC2086
    check "kith $words under valgrind" timeout 60 "${grind[@]}" "$BIN/kith" $words --home "$home"
done
