#!/usr/bin/env bash
# Builds the smallest plugin of each toolchain, then loads, checks, calls and serves it: `check.sh HOST [PROJECT…]`.
# Without projects, all but StarlingMonkey's, whose packages and compile take too long for every change.
#
# Each answers three activities, throws for the record `trap` and never ends for the record `loop`. So what the host
# forbids guests is tested on what their toolchains make.
set -euo pipefail
host=$(realpath "$1")
cd "$(dirname "$0")"
root=$(realpath ../..)
shift
projects=("$@")
((${#projects[@]})) || projects=(rust python qjs ts go c composed)
tools=$root/target/toolchains
work=$tools/work
out=$tools/components
rm -rf "$work" "$out"
mkdir -p "$work" "$out"
export PATH=$tools/python/bin:$PATH CARGO_TARGET_DIR=$root/target/wasm GOCACHE=$tools/go-cache
# Compiled components of this run, and no operator's settings.
export XDG_CACHE_HOME=$tools/cache XDG_RUNTIME_DIR=$work
times=$tools/times
: >"$times"

fail() { echo "FAILED: $*" >&2; exit 1; }
timed() {
    local begun=${EPOCHREALTIME/[.,]/} name=$1
    shift
    "$@"
    printf '%6d ms  %s\n' $(((${EPOCHREALTIME/[.,]/} - begun) / 1000)) "$name" >>"$times"
}
# A copy of a project with the interface as it is now, and the packages that `tools.sh` installed for it.
prepare() {
    local project=$1 folder=$2
    cp -r "$project" "$folder"
    mkdir -p "$folder/wit/deps/insight-provider"
    cp "$root"/wit/1.0/*.wit "$folder/wit/deps/insight-provider"
    [[ ! -d $tools/$project/node_modules ]] || ln -s "$tools/$project/node_modules" "$folder/node_modules"
}
fail_with() { cat "$1" >&2 && fail "$2"; }
build() {
    "$host" build "$1" --out "$2" "${@:3}" >/dev/null 2>"$work/log" || fail_with "$work/log" "$1 does not build"
}
composed() {
    local part
    for part in plugin words; do
        prepare "composed/$part" "$work/$part"
        mkdir "$work/$part/wit/deps/words"
        cp composed/wit-words/words.wit "$work/$part/wit/deps/words"
        build "$work/$part" "$work/parts"
    done
    wasm-tools compose "$work/parts/probe-composed.wasm" -d "$work/parts/probe-words.wasm" \
        -o "$out/probe-composed.wasm" &>"$work/log" || fail_with "$work/log" 'the components do not fit'
}
component() {
    local project=$1
    case $project in
    rust) build rust "$out" ;; # In place, as it takes the SDK by path.
    composed) composed ;;
    *)
        prepare "$project" "$work/$project"
        build "$work/$project" "$out"
        ;;
    esac
}
call() {
    local record=(--record-type account --record-id "$2")
    "$host" call "$out/probe-$1.wasm" record-summary "${record[@]}" >"$work/answer" 2>"$work/log"
}
# A build with --debug has what names files and lines. (A test of the host holds this for Rust; others have none.)
debug() {
    build "$work/c" "$work/debug" --debug
    grep -q '\.debug_line' "$work/debug/probe-c.wasm" || fail 'probe-c: a debug build has no lines'
    ! grep -q '\.debug_line' "$out/probe-c.wasm" || fail 'probe-c: a build has lines'
}
# The text of the exception or panic that each throws for the record `trap`.
declare -A thrown=(
    [rust]='nothing to see here' [python]="KeyError: 'nothing'" [qjs]='nothing to see here'
    [ts]="cannot read property 'name'" [go]='index out of range [4] with length 0' [c]='nothing to see here'
    [starling]="TypeError: can't access property \"name\""
)
check() {
    local project=$1 id=probe-$1
    timed "$project: check, compiling" "$host" check "$out/$id.wasm" &>"$work/log" || fail_with "$work/log" "$id: check"
    timed "$project: call" call "$project" 42 || fail_with "$work/log" "$id: no answer"
    grep -q 'A contract was signed.' "$work/answer" || fail "$id: another answer: $(<"$work/answer")"
    [[ $project != composed ]] || return 0
    ! call "$project" trap || fail "$id: an exception is an answer"
    grep '^error: trapped: ' "$work/log" | grep -qF "${thrown[$project]}" ||
        fail_with "$work/log" "$id: the text of an exception is lost"
    ! call "$project" loop || fail "$id: an endless loop is an answer"
    grep -qE '^error: (out-of-fuel|deadline-exceeded): ' "$work/log" || fail_with "$work/log" "$id: an endless loop"
}
served() {
    local project url n status until=$((SECONDS + 120)) route='record-summary?recordType=account&recordId'
    "$host" serve --plugins "$out" --listen 127.0.0.1:0 >"$work/url" 2>"$work/serve.log" &
    trap "kill $! 2>/dev/null || true" EXIT
    until url=$(sed -n 's/^listening on //p' "$work/url") && [[ -n $url ]]; do
        kill -0 $! 2>/dev/null || fail_with "$work/serve.log" 'the host ended'
        sleep 0.1
    done
    ask() { curl -s -o "$work/answer" -w '%{http_code}' "$url/api/providers/$1/$route=$2"; }
    for project in "${projects[@]/#/probe-}"; do
        until [[ $(ask "$project" 42) == 200 ]]; do
            kill -0 $! 2>/dev/null || fail_with "$work/serve.log" 'the host ended'
            ((SECONDS < until)) || fail_with "$work/serve.log" "$project is not served"
            sleep 0.1
        done
        for n in {1..20}; do
            status=$(ask "$project" 42)
            [[ $status == 200 ]] || fail "$project: request $n: $status $(<"$work/answer")"
        done
        [[ $project != probe-composed ]] || continue
        status=$(ask "$project" trap)
        [[ $status == 500 ]] && grep -q "\"$project\":\"trapped\"" "$work/answer" ||
            fail "$project: an exception: $status $(<"$work/answer")"
        [[ $(ask "$project" 42) == 200 ]] || fail "$project: nothing is answered after an exception"
    done
}

packages=()
for project in "${projects[@]}"; do
    [[ ! -f $project/package.json ]] || packages+=("$project")
done
timed 'tools' ./tools.sh "${packages[@]}"
for project in "${projects[@]}"; do
    timed "$project: build" component "$project"
done
for project in "${projects[@]}"; do
    check "$project"
    [[ $project != c ]] || timed 'c: debug build' debug
done
timed 'serve' served
cat "$times"
