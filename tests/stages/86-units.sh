# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: long 300
# The packages' units under a real systemd, in a root and namespaces of its own. Booting one asks much of the
# machine (root, a control group, mount namespaces), so that it is no part of every run.
./run package >/dev/null || { fail "./run package"; exit 1; }
made=$(mktemp -d)
trap 'rm -rf --one-file-system "$made"' EXIT
packages=$BUILD/package
arch=$(dpkg --print-architecture)
version=$(sed -n 's/^project(kith VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
node_deb=$packages/kith_${version}_$arch.deb broker_deb=$packages/kith-broker_${version}_$arch.deb
[ "$(id -u)" = 0 ] || { skip "the units: needs root"; exit 0; }
if [ ! -x /lib/systemd/systemd ]; then skip "the units: there is no systemd"; exit 0; fi
root=$made/booted
check "a root with systemd" bash scripts/package_root.sh "$root" "$node_deb" "$broker_deb" -- \
    bash grep sed login util-linux mount systemd libnss-systemd libpam-modules libpam-runtime procps iproute2
check "dpkg -i there" dpkg --root="$root" --log="$root/var/log/dpkg.log" -i "$node_deb" "$broker_deb"
# A user's unit is read like any other; --user and --root do not go together.
cp "$root/usr/lib/systemd/user/kith.service" "$root/usr/lib/systemd/system/"
for name in kith kith-broker; do
    check "$name.service is in order" test -z "$(systemd-analyze verify --man=no --root="$root" $name.service 2>&1)"
done
rm "$root/usr/lib/systemd/system/kith.service"
check "the broker's exposure is at most 1.5" \
    systemd-analyze security --no-pager --offline=true --root="$root" --threshold=15 kith-broker.service
bash tests/package/boots.sh "$root" >"$made/booted.out" 2>&1
rc=$?
if [ $rc = 77 ]; then
    cat "$made/booted.out"
    skip "the units under systemd: no namespaces and control group can be made here"
else
    tally "the units under systemd" cat "$made/booted.out"
fi
