#!/usr/bin/env bash
# Runs the commands of the sample in Go, and has the host call it with a backend on this machine: `go.sh HOST`. Then
# does what the guide for authors says. Go is the one that `tests/toolchains/tools.sh` installs.
set -euo pipefail
host=$(realpath "$1")
cd "$(dirname "$0")"
source ../lib.sh
root=$(realpath ../..)
tools=$root/target/toolchains
work=$root/target/sdk-go
rm -rf "$work"
mkdir -p "$work/bin"
ln -s "$host" "$work/bin/insight-host"
export PATH=$work/bin:$tools/python/bin:$PATH GOCACHE=$tools/go-cache XDG_CACHE_HOME=$tools/cache XDG_RUNTIME_DIR=$work

../toolchains/tools.sh
cp -rL "$root/sdk/examples/shipments-go" "$work/sample"
cd "$work/sample"
while read -r command; do
    # Without grants, `check` finds nothing to check.
    [[ $command == 'insight-host check '* ]] || quietly bash -euc "$command"
done < <(sed -n '/^```sh$/,/^```$/p' README.md | grep -v '^```')
formatter=$(go env GOROOT)/bin/gofmt
unformatted=$("$formatter" -l ./*.go) && [[ -z $unformatted ]] || fail "gofmt: $unformatted"

node "$root/tests/sdk/js/backend.mjs" >"$work/backend" &
trap "kill $! 2>/dev/null || true" EXIT
until [[ -s $work/backend ]]; do sleep 0.05; done
printf 'http = ["%s"]\n[config]\nbackend = "%s"\n[secrets]\nfreight-key = "of the probe"\n' "$(<"$work/backend")" \
    "$(<"$work/backend")" >build/fabrikam-freight.dev.toml
ask() { insight-host call build/fabrikam-freight.wasm "$1" --record-type account --record-id "$2"; }
answers() { ask "$1" 42 >"$work/log" 2>&1 && grep -qF "$2" "$work/log" || fail "$1: another answer than $2"; }
answers record-summary '"description": "The grinder has arrived in Seattle."'
answers key-sales-info '"description": "The espresso machine is in Genoa and arrives on June 3, 2 days late."'
! ask record-summary 43 >"$work/log" 2>&1 && grep -q '^error: record-not-found' "$work/log" || fail 'an unknown account'
quietly insight-host check build/fabrikam-freight.wasm

"$root/tests/sdk/guide.sh" "$host" "$root/docs/authors/go.md"
