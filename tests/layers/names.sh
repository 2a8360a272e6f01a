#!/bin/sh
# SPDX-License-Identifier: MIT
# names.sh CORE: libsodium is included in CORE/crypto only, and nothing in CORE includes a header of
# the host, or calls what DESIGN forbids below the line. Prints each breach.
core=$1
breach=0

# search WORDS REGEX FOLDER...: comments are cut first, so that they may name what the code may not.
search() {
    words=$1 regex=$2
    shift 2
    for file in $(find "$@" -name '*.[ch]' | sort); do
        if sed -e 's:/\*.*\*/::' -e 's:^[[:space:]]*\*.*::' -e 's:/\*.*::' -e 's://.*::' "$file" |
            grep -nE "$regex" | sed "s|^|$file:|"; then :; fi
    done | grep . && { echo "  ^ $words"; breach=1; }
    return 0
}

others=$(find "$core" -mindepth 1 -maxdepth 1 -type d ! -name crypto)
[ -z "$others" ] || search "libsodium outside core/crypto" '#[[:space:]]*include[[:space:]]*<sodium' $others
search "a header of the host in core/" \
    '#[[:space:]]*include[[:space:]]*<(stdio|time|unistd|assert|errno|fcntl|pthread|threads|setjmp|signal|locale|uv|poll|netdb|sys/.*|netinet/.*|arpa/.*)\.h>' "$core"
search "a call of the host in core/" \
    '(^|[^_[:alnum:]"])(printf|fprintf|snprintf|sprintf|puts|assert|getenv|rand|srand|random|time|clock|qsort_r|fopen|open|exit)[[:space:]]*\(' "$core"
exit $breach
