# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 300
# What the README says is what happens: its shell blocks are run as written, in a home of their own.
# A block whose fence reads `sh no-test` is shown and not run.
[ -f README.md ] || { skip "README: there is none"; exit 0; }
needs_binary "$BIN/kith"
home=$(mktemp -d)
trap 'rm -rf "$home"' EXIT
awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' README.md >"$home/commands"
n=0
while IFS= read -r line; do
    case $line in '' | '#'*) continue ;; esac
    n=$((n + 1))
    # A node that serves goes on for ever: it is let run for a moment and has to end in order.
    case $line in
    *serve* | ./run) check "README: $line" bash -c 'timeout --preserve-status -s TERM 20 env HOME="$1" XDG_DATA_HOME= bash -c "$2"' - "$home" "$line" ;;
    *) check "README: $line" timeout 120 env HOME="$home" XDG_DATA_HOME= PATH="$BIN:$PATH" bash -c "$line" ;;
    esac
done <"$home/commands"
[ "$n" -gt 0 ] || fail "README has no command"
