#!/bin/sh
# SPDX-License-Identifier: MIT
# names.sh notices each kind of breach, and is not disturbed by comments and similar names.
here=$(dirname "$0")
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/crypto" "$dir/feed"
failed=0

judge() { # WANTED LINE FOLDER
    printf '%s\n' "$2" >"$dir/$3/probe.c"
    if sh "$here/names.sh" "$dir" >/dev/null; then got=clean; else got=breach; fi
    rm "$dir/$3/probe.c"
    [ "$got" = "$1" ] || { echo "$got instead of $1: $2 in $3"; failed=1; }
}
judge clean '#include <sodium.h>' crypto
judge breach '#include <sodium.h>' feed
judge breach '#  include <sodium/utils.h>' feed
for header in stdio time unistd assert sys/socket; do
    judge breach "#include <$header.h>" feed
    judge breach "#include <$header.h>" crypto
done
judge breach '    snprintf(a, 1, "x");' feed
judge breach '    if (time(NULL))' feed
judge clean '/* assert(x) would stop */' feed
judge clean '    kith_time(now); deadline_time(3); KITH_ASSERT(x);' feed
judge clean '#include <stdint.h>' feed
exit $failed
