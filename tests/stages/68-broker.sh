# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 180
# kith-broker, spoken to by clients that share no code with it.
needs_binary "$BIN/kith-broker"
tally "the broker" node tests/interop/broker.mjs
tally "accounts at the broker" node tests/interop/broker_account.mjs
tally "a stolen broker" node tests/interop/broker_stolen.mjs
