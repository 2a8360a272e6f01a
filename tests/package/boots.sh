#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# boots.sh ROOT: systemd as process 1 of namespaces whose root is ROOT, with tests/package/booted.sh as all that
# it is to do; prints what that prints. Exit code 77: no such thing can be made here. The kernel's
# settings are read-only in there and the capabilities that reach beyond a namespace are dropped, since systemd would
# set things up as if the machine were its own.
set -eu
root=$1
here=$(cd "$(dirname "$0")" && pwd)
hierarchy=$(findmnt -n -t cgroup2 -o TARGET | head -n 1)
group=$hierarchy/kith-package-$$
[ -n "$hierarchy" ] && mkdir "$group" 2>/dev/null || exit 77
trap 'find "$group" -depth -type d -exec rmdir {} + 2>/dev/null || true' EXIT

cp "$here/booted.sh" "$root/booted.sh"
printf 'root:x:0:0::/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\nanna:x:1000:1000::/home/anna:/bin/sh\n' >"$root/etc/passwd"
printf 'root:x:0:\nnogroup:x:65534:\nanna:x:1000:\n' >"$root/etc/group"
printf 'root:*:20000::::::\nanna:*:20000::::::\n' >"$root/etc/shadow"
printf 'passwd: files systemd\ngroup: files systemd\nshadow: files\n' >"$root/etc/nsswitch.conf"
echo 0123456789abcdef0123456789abcdef >"$root/etc/machine-id"
mkdir -p "$root"/{sys,root,.old,home/anna} "$root/etc/systemd/system/user@.service.d"
chown 1000:1000 "$root/home/anna"
# What logind and PAM would do, which need D-Bus and a login.
printf '[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=install -d -m 700 -o %%i -g %%i /run/user/%%i\n' \
    >"$root/etc/systemd/system/user-runtime-dir@.service"
printf '[Service]\nPAMName=\nEnvironment=XDG_RUNTIME_DIR=/run/user/%%i\n' >"$root/etc/systemd/system/user@.service.d/runtime.conf"
cat >"$root/usr/lib/systemd/system/booted.service" <<'UNIT'
[Unit]
DefaultDependencies=no
Wants=systemd-journald.socket
After=systemd-journald.socket
[Service]
Type=oneshot
ExecStart=/bin/bash /booted.sh
StandardOutput=append:/booted.log
StandardError=append:/booted.log
ExecStopPost=/bin/systemctl poweroff --force --force
UNIT

# shellcheck disable=SC2016
timeout --kill-after=5 90 bash -c 'echo $$ >"$1/cgroup.procs" && exec unshare --net --pid --mount --uts --ipc --cgroup --fork --kill-child \
    --propagation private bash -eu -c "$2" boots "$3"' boots "$group" '
mount --bind "$1" "$1"
cd "$1"
mount -t proc proc proc
for path in sys sysrq-trigger; do mount --bind proc/$path proc/$path && mount -o remount,bind,ro proc/$path; done
mount -t sysfs -o ro sysfs sys
mount -t cgroup2 cgroup2 sys/fs/cgroup
for path in dev run tmp; do mount -t tmpfs tmpfs $path; done
mkdir dev/pts dev/shm dev/mqueue dev/hugepages
mount -t devpts -o newinstance,ptmxmode=666 devpts dev/pts
ln -s pts/ptmx dev/ptmx
for path in null zero full random urandom tty; do touch dev/$path && mount --bind /dev/$path dev/$path; done
touch dev/console
hostname tested
pivot_root . .old
umount -l /.old
exec env -i container=tested PATH=/usr/sbin:/usr/bin setpriv \
    --bounding-set=-sys_module,-sys_rawio,-sys_time,-syslog,-audit_control,-mac_admin,-wake_alarm,-bpf,-perfmon \
    /lib/systemd/systemd --system --unit=booted.service --show-status=no systemd.unified_cgroup_hierarchy=1' "$root" \
    >"$root/console" 2>&1 </dev/null || true
cat "$root/booted.log" 2>/dev/null || { cat "$root/console"; exit 77; }
