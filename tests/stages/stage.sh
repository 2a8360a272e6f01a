# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# What a stage can say. Each call of counted is one row for ./test; output goes to the stage's log.
. scripts/setup.sh
set -u
MODE=$KITH_TEST_MODE

counted() { echo "counted $*" >>"$STAGE_COUNTS"; } # PASSED FAILED SKIPPED [words to show]
pass() { echo "pass: $*"; counted 1 0 0; }
fail() { echo "FAIL: $*"; counted 0 1 0 "failed: $*"; }
skip() { echo "skip: $*"; counted 0 0 1 "skipped: $*"; } # NAME: reason

# check NAME COMMAND...: one test, passed if the command succeeds.
check() {
    local name=$1
    shift
    if "$@"; then pass "$name"; else fail "$name"; fi
}

# tally NAME COMMAND...: a program that counts for itself and ends with `N passed, N failed`
# (`, N skipped`); its lines `skipped: …` are shown.
tally() {
    local name=$1 out rc p f s
    shift
    out=$(mktemp "${STAGE_LOG%.log}.XXXXXX")
    "$@" 2>&1 | tee "$out"
    rc=${PIPESTATUS[0]}
    read -r p f s < <(sed -nE 's/^([0-9]+) passed, ([0-9]+) failed(, ([0-9]+) skipped)?$/\1 \2 \4/p' "$out" | tail -n 1)
    sed -n 's/^skipped: /counted 0 0 0 skipped: /p' "$out" >>"$STAGE_COUNTS"
    rm -f "$out"
    if [ -z "${p-}" ]; then fail "$name gave no count (exit code $rc)"; return 1; fi
    if [ "$f" = 0 ] && [ "$rc" != 0 ]; then f=1; fi
    counted "$p" "$f" "${s:-0}" "$([ "$f" = 0 ] || echo "failed: $name")"
}

# ctests PRESET [ctest options]: counts test programs, names those that failed.
ctests() {
    local preset=$1 xml
    shift
    xml=$(mktemp "${STAGE_LOG%.log}.XXXXXX")
    ctest --test-dir "$BUILD/$preset" --output-on-failure --no-tests=ignore --output-junit "$xml" "$@"
    local tests failed skipped
    tests=$(sed -nE 's/.*[[:space:]]tests="([0-9]+)".*/\1/p' "$xml" | head -n 1)
    failed=$(sed -nE 's/.*[[:space:]]failures="([0-9]+)".*/\1/p' "$xml" | head -n 1)
    skipped=$(sed -nE 's/.*[[:space:]]skipped="([0-9]+)".*/\1/p' "$xml" | head -n 1)
    rm -f "$xml"
    [ -n "$tests" ] || { fail "ctest in $preset gave no result"; return 1; }
    counted $((${tests:-0} - ${failed:-0} - ${skipped:-0})) "${failed:-0}" "${skipped:-0}"
}

# The stage ends, skipped, unless the program is built.
needs_binary() {
    [ -x "$1" ] && return 0
    skip "$STAGE: ${1#"$ROOT"/} is not built"
    exit 0
}

# ledger CAMPAIGN COUNT RESULT: a campaign of ./test long leaves a line.
ledger() {
    [ -f tests/ledger.tsv ] || printf 'date\tcommit\tcampaign\tcount\tresult\n' >tests/ledger.tsv
    printf '%s\t%s\t%s\t%s\t%s\n' "$(date -u +%F)" "$(git rev-parse --short HEAD)" "$1" "$2" "$3" >>tests/ledger.tsv
}
