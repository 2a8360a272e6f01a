# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 30
# Every JavaScript here runs under the pinned Node; another one on the PATH is a failure.
check "node on the PATH is the pinned one" test "$(command -v node)" = "$NODE"
check "node is 22" node -e 'process.exit(process.version.startsWith("v22.") ? 0 : 1)'

# Two runs at once, with an npm that takes its time: each finds all of it, and it is made once.
two_at_once() {
    local at
    at=$(mktemp -d)
    mkdir -p "$at/source"
    echo '{}' | tee "$at/source/package.json" >"$at/source/package-lock.json"
    cat >"$at/npm" <<'EOF'
#!/bin/sh
mkdir node_modules
for i in 1 2 3 4; do sleep 0.1; touch node_modules/$i; done
echo made >>../made
EOF
    chmod +x "$at/npm"
    local all=() p
    for p in 1 2 3; do
        (npm_folder "$at/source" "$at/target" "$at/npm" && [ "$(ls "$at/target/node_modules" | wc -l)" = 4 ]) &
        all+=($!)
        sleep 0.15
    done
    for p in "${all[@]}"; do wait "$p" || return 1; done
    [ "$(wc -l <"$at/made")" = 1 ] && rm -rf "$at"
}
check "packages are installed whole, by one of several runs" two_at_once
