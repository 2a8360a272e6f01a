# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 300
# kith-broker, spoken to by clients that share no code with it.
build release || { fail "build with gcc"; exit 1; }
tally "the broker" node tests/interop/broker.mjs
# Signals and invites are the quick part; 200 users are not.
if [ "$MODE" != quick ]; then
    tally "accounts at the broker" node tests/interop/broker_account.mjs
    tally "the broker’s feed, as the page reads it" node --disable-warning=ExperimentalWarning tests/interop/broker_feed.mjs
    tally "a broker that is killed, and a disk that is full" node tests/interop/broker_crash.mjs
    tally "modules of the broker" node tests/interop/broker_modules.mjs
    tally "a stolen broker" node tests/interop/broker_stolen.mjs
fi
check "the manual is well-formed" test -z "$(groff -man -Tutf8 -ww -z docs/man/kith-broker.1 2>&1)"
if command -v systemd-analyze >/dev/null; then
    check "the unit's exposure is at most 1.5" systemd-analyze security --offline=true --threshold=15 packaging/kith-broker.service
else
    skip "the unit's exposure: there is no systemd-analyze"
fi
