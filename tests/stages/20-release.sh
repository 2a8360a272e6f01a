# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 600
# gcc, -O2, all warnings are errors; then every unit test.
build release || { fail "build with gcc"; exit 1; }
pass "build with gcc"
ctests release -j 2 -R '^unit/' --timeout 120
