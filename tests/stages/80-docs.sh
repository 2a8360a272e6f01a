# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 300
# What the README says is what happens: every line of its shell blocks is run as written. The carrier that docs/drivers.md
# shows compiles and carries.
tally "a carrier in C" bash tests/carrier_example.sh
[ -f README.md ] || { skip "README: there is none"; exit 0; }
needs_binary "$BIN/kith"
# In a network of its own, since `kith serve` as written speaks to the local network.
inside=(unshare --net)
[ "$(id -u)" = 0 ] || inside=(unshare --net --map-root-user)
if ! "${inside[@]}" true 2>/dev/null; then
    skip "README: no network namespace can be made here"
    exit 0
fi
tally "README" "${inside[@]}" bash tests/readme.sh README.md
