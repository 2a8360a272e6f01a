# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: quick,full,long 30
# Every JavaScript here runs under the pinned Node; another one on the PATH is a failure.
check "node on the PATH is the pinned one" test "$(command -v node)" = "$NODE"
check "node is 22" node -e 'process.exit(process.version.startsWith("v22.") ? 0 : 1)'
