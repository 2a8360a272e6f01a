#!/bin/sh
# SPDX-License-Identifier: MIT
# embed_page.sh PAGE FALLBACK OUT: writes OUT/page/web_files.c, a table of all files below the folder
# PAGE with their types, tags and compressed forms, and copies of them, which it includes. Where there
# is no PAGE/index.html, the file FALLBACK is the page. What has not changed is not touched. Two builds in
# one folder take turns.
set -eu
page=$1 fallback=$2 out=$3
next=$out/page.next
exec 9>"$out/page.lock"
flock 9
rm -rf "$next"
mkdir -p "$next"

if [ -f "$page/index.html" ]; then
    (cd "$page" && find . -type f ! -name '*.map' | LC_ALL=C sort) >"$next/list"
else
    page=$(dirname "$fallback")
    echo "./$(basename "$fallback")" >"$next/list"
fi

type_of() {
    case $1 in
    *.html) echo 'text/html; charset=utf-8' ;;
    *.js | *.mjs) echo 'text/javascript; charset=utf-8' ;;
    *.css) echo 'text/css; charset=utf-8' ;;
    *.json | *.webmanifest) echo 'application/json' ;;
    *.svg) echo 'image/svg+xml' ;;
    *.png) echo 'image/png' ;;
    *.webp) echo 'image/webp' ;;
    *.ico) echo 'image/x-icon' ;;
    *.woff2) echo 'font/woff2' ;;
    *.wasm) echo 'application/wasm' ;;
    *.txt) echo 'text/plain; charset=utf-8' ;;
    *) echo 'application/octet-stream' ;;
    esac
}

# Vite puts a hash of the contents into the names below assets/.
cache_of() {
    case $1 in
    /assets/*) echo 'public, max-age=31536000, immutable' ;;
    *) echo 'no-cache' ;;
    esac
}

bytes() { # SYMBOL NUMBER
    cat <<EOF
__asm__(".section .rodata\n"
        "$1: .incbin \"$out/page/$2\"\n"
        ".previous\n");
extern const uint8_t $1[];
EOF
}

n=0
{
    echo '/* Made by scripts/embed_page.sh. */'
    echo '#include "web_files.h"'
} >"$next/arrays"
while read -r file; do
    n=$((n + 1))
    path=${file#.}
    [ "$path" != "/$(basename "$fallback")" ] || path=/index.html
    cp "$page/$file" "$next/$n"
    bytes "web_$n" $n >>"$next/arrays"
    size=$(wc -c <"$next/$n")
    gzip -9 -n -c "$next/$n" >"$next/$n.gz"
    packed=$(wc -c <"$next/$n.gz")
    if [ "$packed" -lt $((size * 9 / 10)) ]; then
        bytes "web_${n}_gz" "$n.gz" >>"$next/arrays"
        packed="{web_${n}_gz, $packed}"
    else
        rm "$next/$n.gz"
        packed='{NULL, 0}'
    fi
    tag=$(sha256sum "$next/$n" | cut -c1-16)
    printf '    {"%s", "%s", "\\"%s\\"", "%s",\n     {web_%s, %s}, %s},\n' \
        "$path" "$(type_of "$path")" "$tag" "$(cache_of "$path")" $n "$size" "$packed" >>"$next/table"
done <"$next/list"
{
    cat "$next/arrays"
    echo 'const struct kith_web_file web_files[] = {'
    cat "$next/table"
    echo '};'
    echo "const size_t web_file_count = $n;"
} >"$next/web_files.c"

if cmp -s "$next/web_files.c" "$out/page/web_files.c"; then
    rm -rf "$next"
else
    rm -rf "$out/page"
    mv "$next" "$out/page"
fi
