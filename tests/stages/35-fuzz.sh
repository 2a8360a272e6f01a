# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# Kept inputs are replayed, then every target runs for its share of 3 minutes, two at a time. What it
# finds stays in build/fuzz/found; a crash prints its file.
build fuzz || { fail "build of the fuzz targets"; exit 1; }
targets=("$BUILD"/fuzz/bin/*_fuzz)
[ -x "${targets[0]}" ] || { skip "$STAGE: there is no target"; exit 0; }
total=180
[ "$MODE" = long ] && total=7200
each=$((total / ${#targets[@]}))

fuzz_one() { # PROGRAM SECONDS
    local name found
    name=$(basename "$1" _fuzz)
    found=$BUILD/fuzz/found/$name
    mkdir -p "$found" "fuzz/corpus/$name"
    if [ "$2" = 0 ]; then
        # Without a corpus libFuzzer would start to search; one empty input is a replay too.
        find "fuzz/corpus/$name" -type f -print0 | xargs -0 -r -n 500 "$1"
    else
        "$1" -max_total_time="$2" -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 \
            -artifact_prefix="$found/" "$found" "fuzz/corpus/$name"
    fi >"${STAGE_LOG%.log}.$name.log" 2>&1
}

for seconds in 0 "$each"; do
    for ((i = 0; i < ${#targets[@]}; i += 2)); do
        pids=()
        for target in "${targets[@]:i:2}"; do
            fuzz_one "$target" "$seconds" &
            pids+=($!)
        done
        for j in "${!pids[@]}"; do
            name=$(basename "${targets[i + j]}" _fuzz)
            what="$name $([ "$seconds" = 0 ] && echo replayed || echo "fuzzed for $seconds s")"
            if wait "${pids[j]}"; then
                pass "$what"
                [ "$seconds" = 0 ] || grep -h 'number_of_executed_units' "${STAGE_LOG%.log}.$name.log"
            else
                fail "$what: build/test-logs/$STAGE.$name.log"
                tail -n 20 "${STAGE_LOG%.log}.$name.log"
            fi
        done
    done
done
[ "$MODE" = long ] && ledger fuzz "$((each * ${#targets[@]})) s, ${#targets[@]} targets" "$(grep -c '^FAIL' "$STAGE_LOG") failed"
true
