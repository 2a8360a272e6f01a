# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 180
# Every command as a person and a script meet it.
needs_binary "$BIN/kith"
tally "the command line" node tests/interop/cli.mjs
tally "the command line among people" node tests/interop/cli_people.mjs
