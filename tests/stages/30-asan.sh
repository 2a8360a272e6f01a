# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 600
# clang with the address and undefined-behaviour sanitizers: every unit test.
build asan || { fail "build with clang"; exit 1; }
pass "build with clang"
ctests asan -j 2 -R '^unit/' --timeout 240
