#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# package.sh [FOLDER]: packs what `./run build` has built: kith_VERSION_ARCH.deb, kith-broker_VERSION_ARCH.deb
# and kith-page_VERSION.tar.gz, in build/package if no FOLDER is named, and prints their sha256. The same build
# gives the same bytes: every date is SOURCE_DATE_EPOCH, or else the last commit's.
set -eu
. "$(dirname "$0")/setup.sh"
need build wasm
need_node
umask 022
out=${1:-$BUILD/package}
version=$(sed -n 's/^project(kith VERSION \([0-9.]*\).*/\1/p' "$ROOT/CMakeLists.txt")
arch=$(dpkg --print-architecture)
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$ROOT" log -1 --format=%ct)}
mkdir -p "$out"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install_file() { install -D -m 644 "$1" "$2"; }
install_page() { mkdir -p "$(dirname "$2")" && gzip -9 -n -c "$1" >"$2"; }
install_text() { mkdir -p "$(dirname "$1")" && cat >"$1"; }

# install_program NAME: without its debug symbols, which are in build/release.
install_program() {
    mkdir -p "$work/$1/usr/bin"
    strip --strip-unneeded --remove-section=.comment --remove-section=.note -o "$work/$1/usr/bin/$1" "$BIN/$1"
    chmod 755 "$work/$1/usr/bin/$1"
}

# depends_of NAME: what dpkg-shlibdeps finds in the program, which looks for its debian/control in the folder it is in.
depends_of() {
    mkdir -p "$work/shlibs/debian"
    printf 'Source: kith\n\nPackage: %s\nArchitecture: any\n' "$1" >"$work/shlibs/debian/control"
    (cd "$work/shlibs" && dpkg-shlibdeps -O -e"$work/$1/usr/bin/$1") | sed -n 's/^shlibs:Depends=//p'
}

# pack NAME: $work/NAME and the files packaging/debian/NAME.* become NAME_VERSION_ARCH.deb.
pack() {
    local root=$work/$1 part depends size deb=$out/$1_${version}_$arch.deb
    install_file "$work/copyright" "$root/usr/share/doc/$1/copyright"
    mkdir "$root/DEBIAN"
    (cd "$root" && find . \( -path ./DEBIAN -o -path ./etc \) -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >"$root/DEBIAN/md5sums"
    # As dpkg-gencontrol counts it, whatever the file system: whole KiB of each file, one for all else.
    size=$(find "$root" -path "$root/DEBIAN" -prune -o -type f -printf '%s\n' -o -printf '1\n' |
        awk '{ sum += int(($1 + 1023) / 1024) } END { print sum }')
    depends=$(depends_of "$1")
    [ -n "$depends" ] || die "dpkg-shlibdeps finds nothing for $1"
    sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" -e "s/@DEPENDS@/$depends/" \
        "$ROOT/packaging/debian/$1.control" >"$root/DEBIAN/control"
    for part in conffiles postinst prerm postrm; do
        [ -f "$ROOT/packaging/debian/$1.$part" ] || continue
        install -m "$([ $part = conffiles ] && echo 644 || echo 755)" "$ROOT/packaging/debian/$1.$part" "$root/DEBIAN/$part"
    done
    # One thread, since several cut the stream at other places.
    dpkg-deb --build --root-owner-group --threads-max=1 -Zxz "$root" "$deb.new" >/dev/null
    mv "$deb.new" "$deb"
}

bash "$ROOT/scripts/package_copyright.sh" >"$work/copyright"

install_program kith
install_page "$ROOT/docs/man/kith.1" "$work/kith/usr/share/man/man1/kith.1.gz"
"$BIN/kith" completion bash | install_text "$work/kith/usr/share/bash-completion/completions/kith"
"$BIN/kith" completion zsh | install_text "$work/kith/usr/share/zsh/vendor-completions/_kith"
"$BIN/kith" completion fish | install_text "$work/kith/usr/share/fish/vendor_completions.d/kith.fish"
# The unit in packaging is for who has built it and put it below their home.
sed -e '/^# A user/d' -e 's|^ExecStart=%h/.local/bin/|ExecStart=/usr/bin/|' "$ROOT/packaging/kith.service" |
    install_text "$work/kith/usr/lib/systemd/user/kith.service"
pack kith

install_program kith-broker
install_page "$ROOT/docs/man/kith-broker.1" "$work/kith-broker/usr/share/man/man1/kith-broker.1.gz"
install_file "$ROOT/docs/broker-operating.md" "$work/kith-broker/usr/share/doc/kith-broker/operating.md"
install_file "$ROOT/packaging/kith-broker.service" "$work/kith-broker/usr/lib/systemd/system/kith-broker.service"
install_file "$ROOT/packaging/kith-broker.conf" "$work/kith-broker/etc/kith-broker.conf"
pack kith-broker

page=$work/kith-page_$version
mkdir "$page"
(cd "$BUILD/web" && find . -type f ! -name '*.map' -exec cp --parents {} "$page" \;)
install_file "$work/copyright" "$page/COPYRIGHT.txt"
(cd "$work" && tar --sort=name --format=ustar --mtime="@$SOURCE_DATE_EPOCH" --owner=0 --group=0 --numeric-owner \
    --mode=u=rwX,go=rX -cf - "${page##*/}") | gzip -9 -n >"$out/${page##*/}.tar.gz.new"
mv "$out/${page##*/}.tar.gz.new" "$out/${page##*/}.tar.gz"

(cd "$out" && sha256sum "kith_${version}_$arch.deb" "kith-broker_${version}_$arch.deb" "kith-page_$version.tar.gz")
