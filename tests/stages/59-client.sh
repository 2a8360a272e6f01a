# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 180
# The TypeScript client: its types against the node's tables, its own tests, and what npm would pack. And
# what the page does without a browser: writing, reading, formatting.
build release || { fail "build"; exit 1; }
need_web_packages || { fail "npm"; exit 1; }
client=apps/web/client
tsc=("$NODE" apps/web/node_modules/typescript/bin/tsc)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

check "$client/src/methods.gen.ts is what \`rpc_page --ts\` prints" \
    diff -u "$client/src/methods.gen.ts" <("$BIN/rpc_page" --ts)
check "types" "${tsc[@]}" -p "$client"
check "types of tests and examples" "${tsc[@]}" -p "$client/test"

# A table that differs from the types in one line has to fail, and the message has to name the method.
differs() { # SED METHOD
    rm -rf "$work/differs"
    mkdir "$work/differs"
    cp -r "$client/src" "$client/tsconfig.json" "$work/differs/"
    sed -i "$1" "$work/differs/src/methods.gen.ts"
    ! "${tsc[@]}" -p "$work/differs" >"$work/differs.out" && grep -q "$2" "$work/differs.out"
}
check "a method without types does not compile" differs "s/^  'whoami'/  'newcomer': 'async',\n&/" newcomer
check "types without a method do not compile" differs "/'getLatest'/d" getLatest
check "another kind does not compile" differs "s/'wall': 'source'/'wall': 'async'/" wall

pack() {
    "${tsc[@]}" -p "$client/tsconfig.build.json" --outDir "$work/node_modules/@kith/client/dist" &&
        cp "$client/package.json" "$work/node_modules/@kith/client/" &&
        echo "import { KithClient, restarted } from '@kith/client'; if (!KithClient || !restarted) process.exit(1)" >"$work/use.mjs" &&
        "$NODE" "$work/use.mjs"
}
check "what npm would pack can be imported" pack
tally "client" "$NODE" --test --test-reporter="./$client/test/tally.ts" "$client"/test/*.test.ts

check "types of the page's tests" "${tsc[@]}" -p apps/web/test --noEmit
tally "page" "$NODE" --disable-warning=ExperimentalWarning --import ./apps/web/test/setup.ts \
    --test --test-reporter="./$client/test/tally.ts" apps/web/test/*.test.ts
