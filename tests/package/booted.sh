# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Runs below the systemd that boots.sh has started: the installed units do there what they promise.
passed=0 failed=0
ok() { # NAME COMMAND...
    local name=$1
    shift
    if "$@"; then echo "pass: $name"; passed=$((passed + 1)); else echo "FAIL: $name"; failed=$((failed + 1)); fi
}
well() { (exec 3<>"/dev/tcp/127.0.0.1/$1" && printf 'GET /health HTTP/1.1\r\nHost: 127.0.0.1:%s\r\nConnection: close\r\n\r\n' "$1" >&3 && timeout 5 grep -qF '"status":"ok"' <&3); }
field() { sed -n "s/^$2:[[:space:]]*//p" "/proc/$1/status"; }
# without_rights PID: no capability, none to be had, system calls filtered.
without_rights() { [ "$(field "$1" CapEff) $(field "$1" CapBnd) $(field "$1" NoNewPrivs) $(field "$1" Seccomp)" = "0000000000000000 0000000000000000 1 2" ]; }
anna() { setpriv --reuid 1000 --regid 1000 --clear-groups env HOME=/home/anna XDG_RUNTIME_DIR=/run/user/1000 "$@"; }
ip link set lo up

ok "the broker's unit starts" systemctl start kith-broker
ok "when it says so it is there" well 8787
pid=$(systemctl show -p MainPID --value kith-broker)
ok "as a user who was made for it" test "$(field "$pid" Uid | cut -f1)" -ge 61184
ok "without rights" without_rights "$pid"
ok "its data is nobody else's" test "$(stat -c %a /var/lib/private/kith-broker)" = 700
ok "restarts" systemctl restart kith-broker
ok "and is there again" well 8787
ok "stops" systemctl stop kith-broker
ok "in order" test "$(systemctl show -p Result --value kith-broker)" = success

anna kith init --name Anna >/dev/null
ok "somebody has a manager of their own" systemctl start user@1000.service
ok "where kith's unit starts" anna systemctl --user start kith
ok "when it says so it is there" well 8484
pid=$(anna systemctl --user show -p MainPID --value kith)
ok "without rights" without_rights "$pid"
ok "who can write in their folder" test -n "$(anna kith post --public 'from a unit')"
ok "which is all that it can write to" test "$(grep -cE ' / ro,| /home/anna/.local/share rw,' "/proc/$pid/mountinfo")" = 2
ok "stops" anna systemctl --user stop kith
ok "in order" test "$(anna systemctl --user show -p Result --value kith)" = success
ok "nothing was changed outside" test ! -w /proc/sys/kernel/core_pattern
[ $failed = 0 ] || journalctl --no-pager | grep -E 'kith|user@' | tail -n 60
echo "$passed passed, $failed failed"
