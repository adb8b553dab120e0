#!/usr/bin/env bash
# Builds the smallest plugin of each toolchain, then loads, checks, calls and serves it: `check.sh HOST [PROJECT…]`.
# Without projects, all but StarlingMonkey's, whose packages and compile take too long for every change.
#
# Each answers three activities, throws for the record `trap` and never ends for the record `loop`. What the host forbids
# guests is so tested on what their toolchains make.
set -euo pipefail
cd "$(dirname "$0")"
root=$(realpath ../..)
host=$(realpath "$1")
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
build() { "$host" build "$1" --out "$2" "${@:3}" 2>"$work/build.log" >/dev/null || { cat "$work/build.log" >&2; fail "$1 does not build"; }; }
composed() {
    local part
    for part in plugin words; do
        prepare "composed/$part" "$work/$part"
        mkdir "$work/$part/wit/deps/words"
        cp composed/wit-words/words.wit "$work/$part/wit/deps/words"
        build "$work/$part" "$work/parts"
    done
    wasm-tools compose "$work/parts/probe-composed.wasm" -d "$work/parts/probe-words.wasm" -o "$out/probe-composed.wasm" &>/dev/null
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
call() { "$host" call "$out/probe-$1.wasm" record-summary --record-type account --record-id "$2" >"$work/answer" 2>"$work/log"; }
# The text of the exception or panic that each throws for the record `trap`.
declare -A thrown=(
    [rust]='nothing to see here' [python]="KeyError: 'nothing'" [qjs]='nothing to see here' [ts]="cannot read property 'name'"
    [go]='index out of range [4] with length 0' [c]='nothing to see here' [starling]="can't access property"
)
check() {
    local project=$1 id=probe-$1
    timed "$project: check, compiling" "$host" check "$out/$id.wasm" >"$work/log" 2>&1 || { cat "$work/log"; fail "$id: check"; }
    timed "$project: call" call "$project" 42 || { cat "$work/log"; fail "$id: no answer"; }
    grep -q 'A contract was signed.' "$work/answer" || fail "$id: another answer: $(<"$work/answer")"
    [[ $project != composed ]] || return 0
    ! call "$project" trap || fail "$id: an exception is an answer"
    grep '^error: trapped: ' "$work/log" | grep -qF "${thrown[$project]}" || { cat "$work/log"; fail "$id: the exception's text is lost"; }
    ! call "$project" loop || fail "$id: an endless loop is an answer"
    grep -qE '^error: (out-of-fuel|deadline-exceeded): ' "$work/log" || { cat "$work/log"; fail "$id: the loop's outcome"; }
}
served() {
    local project url n status
    "$host" serve --plugins "$out" --listen 127.0.0.1:0 >"$work/url" 2>"$work/serve.log" &
    trap "kill $! 2>/dev/null || true" EXIT
    until url=$(sed -n 's/^listening on //p' "$work/url") && [[ -n $url ]]; do
        kill -0 $! 2>/dev/null || { cat "$work/serve.log"; fail 'the host ended'; }
        sleep 0.1
    done
    ask() { curl -s -o "$work/answer" -w '%{http_code}' "$url/api/providers/probe-$1/record-summary?recordType=account&recordId=$2"; }
    for project in "${projects[@]}"; do
        until [[ $(ask "$project" 42) == 200 ]]; do
            kill -0 $! 2>/dev/null || fail 'the host ended'
            grep -q "probe-$project.*refused" "$work/serve.log" && { cat "$work/serve.log"; fail "probe-$project is not served"; }
            sleep 0.1
        done
        for n in {1..20}; do
            status=$(ask "$project" "$n")
            [[ $status == 200 ]] || fail "probe-$project: request $n: $status $(<"$work/answer")"
        done
        [[ $project != composed ]] || continue
        status=$(ask "$project" trap)
        [[ $status == 500 ]] && grep -q "\"probe-$project\":\"trapped\"" "$work/answer" || fail "probe-$project: $status $(<"$work/answer")"
        [[ $(ask "$project" 42) == 200 ]] || fail "probe-$project: nothing is answered after an exception"
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
done
timed 'serve' served
cat "$times"
