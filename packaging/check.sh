#!/usr/bin/env bash
# Installs the packages of this machine's platform as a partner does, and works with each: `check.sh [OUT]`, where OUT
# is what `build.sh` made. Prints the seconds of each step, and fails if the first answer is not there within three
# minutes.
#
# Work is done outside this repository, with empty caches and without cargo, but for the plugin in Rust. What each step
# runs are the commands of the README that `insight-host new` has written.
set -euo pipefail
out=$(realpath "${1:-$(dirname "$0")/../target/packages}")
work=$(mktemp -d -t insight-host-packages-XXXXXX)
served=
trap '[[ -z $served ]] || kill "$served" 2>/dev/null || true; rm -rf "$work"' EXIT

source "$(dirname "$0")/../tests/lib.sh"
with_cargo=$PATH without_cargo=
while read -r folder; do
    [[ -x $folder/cargo || -x $folder/insight-host ]] || without_cargo+=${without_cargo:+:}$folder
done < <(tr ':' '\n' <<<"$PATH")
unset CARGO_TARGET_DIR VIRTUAL_ENV
export XDG_CACHE_HOME=$work/cache XDG_RUNTIME_DIR=$work PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
export npm_config_cache=$work/npm npm_config_audit=false npm_config_fund=false npm_config_update_notifier=false
export INSIGHT_HOST__ADMIN__LISTEN=127.0.0.1:0

now() { echo "${EPOCHREALTIME/[.,]/}"; }
timed() {
    local name=$1 begun
    begun=$(now)
    shift
    "$@" >"$work/log" 2>&1 </dev/null || fail "$name"
    printf '%7d ms  %s\n' "$((($(now) - begun) / 1000))" "$name"
}
by_pip() {
    python3 -m venv "$work/pip" && "$work/pip/bin/pip" install --no-index --only-binary :all: --find-links "$out" insight-host
}
# The other platforms' packages are optional: npm looks for them and goes on.
by_npm() {
    mkdir "$work/npm-project" && cd "$work/npm-project" &&
        npm install --prefix . "$out"/insight-host-[0-9]*.tgz "$out"/insight-host-cli-*.tgz
}
# The first block of a project's README.
commands() { sed -n '/^```sh$/,/^```$/p' README.md | grep -v '^```'; }
# Serves the project until it has answered once, by the request that `dev` prints.
serve() {
    local url until=$((SECONDS + 120))
    insight-host dev . --listen 127.0.0.1:0 >"$work/dev" 2>&1 &
    served=$!
    until url=$(sed -n "s/^curl '\(.*\)'$/\1/p" "$work/dev") && [[ -n $url ]] &&
        curl -sf "$url" 2>/dev/null | grep -q 'Order 1003'; do
        kill -0 "$served" 2>/dev/null && ((SECONDS < until)) || { cat "$work/dev"; return 1; }
        sleep 0.1
    done
    # The launcher of npm passes the signal on, and ends as the program does.
    kill -TERM "$served"
    wait "$served" || return 1
    served=
}
run() {
    case $1 in
    'insight-host dev '*) serve ;;
    'insight-host call '*) bash -euo pipefail -c "$1" | grep 'Order 1003' ;;
    *) bash -euo pipefail -c "$1" ;;
    esac
}
# A project in LANGUAGE, by the program that INSTALL puts into the folder PROGRAMS.
take() {
    local language=$1 install=$2 programs=$3 command begun answered=
    printf '\n%s\n' "$language, by ${install#by_}, $([[ $language == rust ]] && echo with || echo without) cargo"
    export PATH=$programs:$without_cargo
    if [[ $language == rust ]]; then
        PATH=$programs:$with_cargo
    else
        ! command -v cargo >/dev/null || fail 'cargo is on the PATH'
    fi
    begun=$(now)
    [[ -d $programs ]] || timed "install" "$install"
    cd "$work"
    timed "insight-host new $language-orders --lang $language" insight-host new "$language-orders" --lang "$language"
    cd "$language-orders"
    while read -r command; do
        timed "${command%%  #*}" run "$command"
        [[ $command != 'insight-host dev '* ]] || answered=$((($(now) - begun) / 1000000))
    done < <(commands)
    [[ -n $answered ]] || fail "$language: the README has no \`insight-host dev\`"
    printf '%7d s   from the beginning to the first answer\n' "$answered"
    ((answered < 180)) || fail "$language: the first answer came late"
}

printf '%s\n' "$(cd "$out" && ls -s --block-size=1 insight*)"
take python by_pip "$work/pip/bin"
take ts by_npm "$work/npm-project/node_modules/.bin"
take rust by_pip "$work/pip/bin"
