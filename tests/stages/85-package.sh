# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 300
# What ./run package makes, installed, started and removed in a root of its own: this machine stays as it is.
./run package >"$STAGE_LOG.sums" || { fail "./run package"; exit 1; }
cat "$STAGE_LOG.sums"
pass "./run package"
made=$(mktemp -d)
trap 'rm -rf --one-file-system "$made"' EXIT
packages=$BUILD/package
arch=$(dpkg --print-architecture)
version=$(sed -n 's/^project(kith VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
node_deb=$packages/kith_${version}_$arch.deb broker_deb=$packages/kith-broker_${version}_$arch.deb
page=$packages/kith-page_$version.tar.gz

export SOURCE_DATE_EPOCH=1770000000
(umask 077 && bash scripts/package.sh "$made/1") >"$made/first"
(cd / && TZ=Pacific/Auckland LC_ALL=C.UTF-8 bash "$ROOT/scripts/package.sh" "$made/2") >"$made/second"
check "a second packing gives the same bytes" cmp "$made/first" "$made/second"
unset SOURCE_DATE_EPOCH

contents() { dpkg-deb -c "$1" | awk '{ print $1, $2, $6 }' | grep -v '/$' | sort -k 3; }
listed() { # DEB LINE...
    local deb=$1
    shift
    diff -u <(printf '%s\n' "$@") <(contents "$deb")
}
check "kith holds what it should, and no more" listed "$node_deb" \
    "-rwxr-xr-x root/root ./usr/bin/kith" \
    "-rw-r--r-- root/root ./usr/lib/systemd/user/kith.service" \
    "-rw-r--r-- root/root ./usr/share/bash-completion/completions/kith" \
    "-rw-r--r-- root/root ./usr/share/doc/kith/copyright" \
    "-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/kith.fish" \
    "-rw-r--r-- root/root ./usr/share/man/man1/kith.1.gz" \
    "-rw-r--r-- root/root ./usr/share/zsh/vendor-completions/_kith"
check "kith-broker holds what it should, and no more" listed "$broker_deb" \
    "-rw-r--r-- root/root ./etc/kith-broker.conf" \
    "-rwxr-xr-x root/root ./usr/bin/kith-broker" \
    "-rw-r--r-- root/root ./usr/lib/systemd/system/kith-broker.service" \
    "-rw-r--r-- root/root ./usr/share/doc/kith-broker/copyright" \
    "-rw-r--r-- root/root ./usr/share/doc/kith-broker/operating.md" \
    "-rw-r--r-- root/root ./usr/share/man/man1/kith-broker.1.gz"
for deb in "$node_deb" "$broker_deb"; do
    name=$(dpkg-deb -f "$deb" Package)
    dpkg-deb -x "$deb" "$made/$name"
    dpkg-deb -e "$deb" "$made/$name.control"
    check "$name: md5sums" sh -c "cd '$made/$name' && md5sum --quiet -c '$made/$name.control/md5sums'"
    check "$name: no path of this machine" sh -c "! grep -rqF '$ROOT' '$made/$name'"
    check "$name: the licences of all parts" test "$(grep -cE '^(kith|xxHash|libsodium|zlib|wasi-libc|compiler-rt|preact|dompurify) ?.*(in |$)' "$made/$name/usr/share/doc/$name/copyright")" -ge 8
done
check "md5sums, which a conffile has no place in" sh -c "! grep -q etc/ '$made/kith-broker.control/md5sums'"

mkdir "$made/page"
tar -xzf "$page" -C "$made/page" --strip-components=1
tally "the page from a host of files" node tests/package/static.mjs "$made/page"
check "kith.wasm is the one that was built" \
    test "$(sha256sum "$made"/page/assets/kith-*.wasm | cut -d' ' -f1)" = "$(cat "$BUILD/wasm.sha256")"

[ "$(id -u)" = 0 ] || { skip "installing: needs root"; exit 0; }
# No dpkg, ldconfig or unit in here can be meant for the machine: all have the root that was made.
root=$made/root
check "a root with nothing but what they depend on" bash scripts/package_root.sh "$root" "$node_deb" "$broker_deb"
# Stands for a running systemd, and remembers what it was told.
mkdir -p "$root/run/systemd/system"
printf '#!/bin/sh\necho "$*" >>/tmp/told\n' >"$root/usr/bin/systemctl"
chmod 755 "$root/usr/bin/systemctl"
told() { cat "$root/tmp/told"; : >"$root/tmp/told"; }
inroot() { dpkg --root="$root" --log="$root/var/log/dpkg.log" "$@"; }

check "dpkg -i, with all dependencies met" inroot -i "$node_deb" "$broker_deb"
check "both are installed" test "$(inroot -l kith kith-broker | grep -c '^ii ')" = 2
check "nothing is started that nobody has configured" test "$(told)" = daemon-reload
check "nothing was changed on the way" test -z "$(inroot --verify kith kith-broker)"
if ! unshare --net --pid --mount --fork --kill-child true 2>/dev/null; then
    skip "starting them: no namespaces can be made here"
elif ! command -v curl >/dev/null; then
    skip "starting them: there is no curl"
else
    tally "installed and started" unshare --net --pid --mount --fork --kill-child bash tests/package/lives.sh "$root"
fi
echo '# mine' >>"$root/etc/kith-broker.conf"
check "dpkg -i over it" inroot -i "$broker_deb"
check "restarts what runs" test "$(told | tr '\n' ,)" = "daemon-reload,try-restart kith-broker.service,"
check "and keeps the configuration" grep -q '^# mine' "$root/etc/kith-broker.conf"

: >"$root/tmp/told"
check "dpkg -r" inroot -r kith kith-broker
check "stops the broker first" test "$(told | tr '\n' ,)" = "disable --now kith-broker.service,daemon-reload,"
check "leaves no file" test -z "$(find "$root/usr" "$root/etc" -name '*kith*' ! -name kith-broker.conf)"
check "but the configuration and the broker's key" test -f "$root/etc/kith-broker.conf" -a -f "$root/var/lib/kith-broker/secret"
check "dpkg --purge" inroot --purge kith-broker
check "takes those as well" test ! -e "$root/etc/kith-broker.conf" -a ! -e "$root/var/lib/kith-broker"
check "and what people wrote stays" test -f "$root/home/anna/.local/share/kith/secret"
