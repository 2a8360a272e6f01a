# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# stage: full,long 120
# A forbidden include does not compile, an allowed one does; the core names nothing of the host.
[ -f "$BUILD/release/build.ninja" ] || (cd "$ROOT" && cmake --preset release)
ctests release -R '^layers/'
