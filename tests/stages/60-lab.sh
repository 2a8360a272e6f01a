# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 180
# The JavaScript peers do with each other what interop asks of kith.
tally "the laboratory" node tests/interop/lab_test.mjs
