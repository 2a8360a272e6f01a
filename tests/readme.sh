#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# readme.sh FILE: runs the lines of the ```sh blocks, one after the other in one shell, in a home of its
# own. What the text leaves to the reader (a friend's address, id and invite) is put in from a friend
# who runs beside. Wants a network of its own with nobody else in it.
. "$(dirname "$0")/../scripts/setup.sh"
cd "$ROOT" || exit 1
readme_text=$(awk '/^```sh$/ { on = 1; next } /^```/ { on = 0 } on' "$1")
readme_passed=0 readme_failed=0 readme_skipped=0
ip link set lo up

HOME=$(mktemp -d)
export HOME
unset XDG_DATA_HOME XDG_RUNTIME_DIR XDG_CONFIG_HOME
friend=$(mktemp -d)
served=()
trap 'kill -TERM ${served[*]} 2>/dev/null; wait; rm -rf "$HOME" "$friend"' EXIT

# Starts a node and waits for its address; the last process started is its own.
serve_until_ready() { # OUTPUT COMMAND...
    local out=$1
    shift
    "$@" >"$out" 2>"$out.err" &
    served+=($!)
    for _ in $(seq 200); do
        grep -q '^net:' "$out" && return 0
        kill -0 $! 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

"$BIN/kith" init --name Ben --home "$friend" >/dev/null || exit 1
serve_until_ready "$friend/out" "$BIN/kith" serve --listen 127.0.0.1:8009 --no-lan --home "$friend" ||
    { cat "$friend/out.err"; echo "the friend does not start"; exit 1; }
readme_address=$(grep -m 1 -o '^net:[^;]*' "$friend/out")
readme_id=$("$BIN/kith" id --home "$friend" | grep -o '@[A-Za-z0-9+/]*=\.ed25519')
readme_invite=$("$BIN/kith" invite create --home "$friend" | grep -m 1 -o '[^ ]*~[^ ]*')

while IFS= read -r readme_line; do
    case $readme_line in '' | '#'*) continue ;; esac
    readme_run=${readme_line//net:192.0.2.7:8008~shs:KEY/$readme_address}
    readme_run=${readme_run//192.0.2.7:8008:@KEY.ed25519~SEED/$readme_invite}
    readme_run=${readme_run//@….ed25519/$readme_id}
    echo "--- $readme_line"
    case $readme_run in
    systemctl*) echo "skipped: $readme_line: no service manager here"; readme_skipped=$((readme_skipped + 1)); continue ;;
    "kith serve"* | ./run) serve_until_ready "$HOME/out" bash -c "exec $readme_run" ;;
    *) eval "$readme_run" </dev/null ;;
    esac && readme_passed=$((readme_passed + 1)) ||
        { readme_failed=$((readme_failed + 1)); echo "FAIL: $readme_line"; }
done <<<"$readme_text"

# The reader's own words are on the wall, and the node ends in order.
if kith wall | grep -q 'Hello, world'; then readme_passed=$((readme_passed + 1)); else echo "FAIL: the post is not on the wall"; readme_failed=$((readme_failed + 1)); fi
for readme_pid in "${served[@]:1}"; do
    kill -TERM "$readme_pid"
    if wait "$readme_pid"; then readme_passed=$((readme_passed + 1)); else echo "FAIL: kith serve ended badly"; readme_failed=$((readme_failed + 1)); fi
done
echo "$readme_passed passed, $readme_failed failed, $readme_skipped skipped"
[ "$readme_failed" = 0 ]
