#!/usr/bin/env bash
# Takes the templates of `insight-host new` as they stand, and runs the commands of their READMEs as a partner would:
# `templates.sh HOST [LANGUAGE…]`. Each call must answer with the latest order. `tools.sh` has installed what no README does.
set -euo pipefail
host=$(realpath "$1")
cd "$(dirname "$0")"
source ../lib.sh
root=$(realpath ../..)
shift
languages=("$@")
((${#languages[@]})) || languages=(rust python ts js go c) # JavaScript's types are checked by TypeScript's compiler.
tools=$root/target/toolchains
work=$tools/templates
rm -rf "$work"
mkdir -p "$work/bin"
ln -s "$host" "$work/bin/insight-host"
export PATH=$work/bin:$tools/python/bin:$PATH CARGO_TARGET_DIR=$root/target/wasm GOCACHE=$tools/go-cache
export XDG_CACHE_HOME=$tools/cache XDG_RUNTIME_DIR=$work PIP_DISABLE_PIP_VERSION_CHECK=1
command -v cc >/dev/null || export CC=clang-19

# The first block of a README, without `dev`, which does not end.
commands() { sed -n '/^```sh$/,/^```$/p' README.md | grep -v -e '^```' -e '^insight-host dev '; }
# What types and linters say, beyond what the commands do.
lint() {
    case $1 in
    rust) cargo clippy --all-targets --locked -- -D warnings ;;
    python) .venv/bin/mypy . ;;
    js) [[ ! -d ../ts/node_modules ]] || ../ts/node_modules/.bin/tsc --project jsconfig.json ;;
    go) go vet . && [[ -z $("$(go env GOROOT)/bin/gofmt" -l ./*.go) ]] ;;
    esac
}
take() {
    local language=$1 command begun=$SECONDS
    cd "$work/$language"
    while read -r command; do
        bash -euo pipefail -c "$command" </dev/null >"$work/log" 2>&1 || fail "$language: $command"
        [[ $command != 'insight-host call '* ]] || grep -q 'Order 1003' "$work/log" || fail "$language: $command: another answer"
    done < <(commands)
    lint "$language" >"$work/log" 2>&1 || fail "$language: lints"
    printf '%5d s  %s\n' $((SECONDS - begun)) "$language"
}

for language in "${languages[@]}"; do
    # Links of the repository become the copies that a project has.
    cp -rL "$root/sdk/templates/$language" "$work/$language"
done
for language in "${languages[@]}"; do
    take "$language"
done
