#!/usr/bin/env bash
# Does what a guide for authors says, in an empty folder: `guide.sh HOST PAGE…`. Commands of `sh` blocks run one after the
# other, and a block below a line that ends in "`FILE`:" becomes that file. `dev` is ended when it serves, and the request
# that it prints is sent.
set -euo pipefail
host=$(realpath "$1")
shift
root=$(realpath "$(dirname "$0")/../..")
tools=$root/target/toolchains

steps() {
    awk '
        /^```/ && open { if (file) print "END_OF_FILE"; open = file = sh = 0; next }
        /^```/ {
            open = 1; sh = $0 == "```sh"
            if (!sh && match(above, /`[^`]+`:$/)) {
                file = substr(above, RSTART + 1, RLENGTH - 3)
                printf "mkdir -p \"$(dirname \"%s\")\" && cat >\"%s\" <<\"END_OF_FILE\"\n", file, file
            }
            next
        }
        open && sh { sub(/^insight-host dev/, "served"); print; next }
        open && file { print; next }
        !open && NF { above = $0 }
    ' "$1"
}
# Runs `dev` until it serves.
served() {
    insight-host dev "$@" --listen 127.0.0.1:0 >dev.log 2>&1 &
    local dev=$! until=$((SECONDS + 120))
    until grep -q ': serving, ' dev.log; do
        kill -0 "$dev" && ((SECONDS < until)) || { cat dev.log; return 1; }
        sleep 0.1
    done
    # The request that it prints must be answered.
    local request status=0
    request=$(grep -m 1 '^curl ' dev.log) && eval "$request -sfS" || status=1
    kill "$dev"
    wait "$dev" || true
    ((status == 0)) || cat dev.log
    rm dev.log
    return "$status"
}
export -f served

for page; do
    work=$root/target/sdk-guide/$(basename "$page" .md)
    rm -rf "$work"
    mkdir -p "$work/bin" "$work/folder"
    ln -s "$host" "$work/bin/insight-host"
    steps "$page" >"$work/steps"
    (
        export PATH=$work/bin:$tools/python/bin:$PATH GOCACHE=$tools/go-cache XDG_CACHE_HOME=$tools/cache
        export XDG_RUNTIME_DIR=$work INSIGHT_HOST__ADMIN__LISTEN=127.0.0.1:0 npm_config_audit=false
        export npm_config_fund=false
        cd "$work/folder"
        # What the guide starts beside its commands ends with them.
        setsid bash -euo pipefail -x "$work/steps" </dev/null >"$work/log" 2>&1 &
        trap "kill -- -$! 2>/dev/null || true" EXIT
        wait $! || { cat "$work/log"; exit 1; }
    ) || { echo "FAILED: $page" >&2; exit 1; }
done
