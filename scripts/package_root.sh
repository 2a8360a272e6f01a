#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# package_root.sh FOLDER FILE.deb... [-- PACKAGE...]: makes in FOLDER a root file system for dpkg --root and chroot:
# a shell, the PACKAGEs and what the files depend on, copied from this machine, and a dpkg database that knows of
# nothing else. So a dependency that a package does not name is missing there. Nothing outside FOLDER changes.
set -eu
root=$1 files=() depends=
shift
while [ $# -gt 0 ] && [ "$1" != -- ]; do
    files+=("$1")
    shift
done

# All that the arguments' names need, as far as this machine has it; of alternatives the first.
closure() {
    local seen=' ' next=("$@") name
    while [ ${#next[@]} -gt 0 ]; do
        name=${next[0]}
        next=("${next[@]:1}")
        case $seen in *" $name "*) continue ;; esac
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$name" 2>/dev/null)" = installed ] || continue
        seen+="$name "
        # shellcheck disable=SC2207
        next+=($(dpkg-query -W -f '${Pre-Depends}, ${Depends}\n' "$name" | names))
    done
    echo "$seen"
}
names() { tr ',' '\n' | sed 's/^ *//; s/[ :(|].*//' | grep . || true; }

depends=$(for deb in "${files[@]}"; do dpkg-deb -f "$deb" Depends; done | names | sort -u)
# shellcheck disable=SC2086
packages=$(closure dash coreutils $depends "${@:2}")
mkdir -p "$root"/{etc,dev,proc,tmp,run,usr/bin,usr/sbin,usr/lib,usr/lib64,var/lib/dpkg/info,var/lib/dpkg/updates,var/log}
for folder in bin sbin lib lib64; do ln -s "usr/$folder" "$root/$folder"; done
# shellcheck disable=SC2086
dpkg-query -L $packages | grep -vE '^(/usr/share/(doc|man|locale|info)/|/\.$|package diverts|diverted by)|^$' | sort -u |
    while read -r file; do if [ -f "$file" ] || [ -L "$file" ]; then echo "$file"; fi; done |
    tar -C / --no-recursion -cf - -T - 2>/dev/null | tar -C "$root" --keep-directory-symlink -xf -
# shellcheck disable=SC2086
dpkg-query -s $packages >"$root/var/lib/dpkg/status"
cp /var/lib/dpkg/info/format "$root/var/lib/dpkg/info/"
: >"$root/var/lib/dpkg/available"
for name in $packages; do
    cp /var/lib/dpkg/info/"$name".list /var/lib/dpkg/info/"$name":*.list "$root/var/lib/dpkg/info/" 2>/dev/null || true
done
ldconfig -r "$root"
mknod -m 666 "$root/dev/null" c 1 3
