#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# lives.sh ROOT: what is installed in ROOT is started there by the lines of its units, as a user with no
# rights, and asked. Wants networks, processes and mounts of its own (unshare). Prints its count.
set -u
root=$1 passed=0 failed=0
ok() { # NAME COMMAND...
    local name=$1
    shift
    if "$@"; then echo "pass: $name"; passed=$((passed + 1)); else echo "FAIL: $name"; failed=$((failed + 1)); fi
}
ip link set lo up && mount -t proc proc "$root/proc" || exit 1
unset XDG_RUNTIME_DIR XDG_DATA_HOME
export HOME=/home/anna
mkdir -p "$root$HOME" "$root/var/lib/kith-broker"
chown 65534:65534 "$root$HOME" "$root/var/lib/kith-broker"
inside() { exec chroot --userspec=65534:65534 "$root" "$@"; }
line_of() { sed -n 's/^ExecStart=//p' "$root/usr/lib/systemd/$1.service"; }
answers() { # URL [WORD]
    for _ in $(seq 100); do
        curl -sf "$1" >"$root/tmp/answer" 2>/dev/null && { [ $# = 1 ] || grep -q -- "$2" "$root/tmp/answer"; } && return 0
        sleep 0.1
    done
    return 1
}

# shellcheck disable=SC2046
(inside $(line_of system/kith-broker)) &
broker=$!
ok "the broker is well" answers http://127.0.0.1:8787/health '"status":"ok"'
ok "it serves the page" answers http://127.0.0.1:8787/ '<title>kith</title>'
module=$(curl -s http://127.0.0.1:8787/sw.js | grep -oE 'assets/kith-[A-Za-z0-9_-]+\.wasm' | head -n 1)
ok "and kith.wasm, as such" grep -qi '^content-type: application/wasm' <(curl -sI "http://127.0.0.1:8787/$module")
# A binding request and the first bytes of its answer, RFC 8489.
exec 3<>/dev/udp/127.0.0.1/3478
printf '\x00\x01\x00\x00\x21\x12\xa4\x42kithkithkith' >&3
ok "it answers STUN" test "$(timeout 5 head -c 2 <&3 | od -An -tx1)" = ' 01 01'
exec 3>&-
ok "its key is its own" test "$(stat -c '%a %u' "$root/var/lib/kith-broker/secret")" = '400 65534'
kill -TERM $broker
wait $broker
ok "it ends in order" test $? = 0

(inside /usr/bin/kith init --name Anna) >/dev/null
# shellcheck disable=SC2046
(inside $(line_of user/kith)) &
node=$!
ok "the node is well" answers http://127.0.0.1:8484/health
ok "it serves the page" answers http://127.0.0.1:8484/ '<title>kith</title>'
ok "it takes a post" test -n "$( (inside /usr/bin/kith post --public 'from a package') )"
ok "and has it" grep -q 'from a package' <( (inside /usr/bin/kith wall) )
kill -TERM $node
wait $node
ok "it ends in order" test $? = 0
echo "$passed passed, $failed failed"
[ $failed = 0 ]
