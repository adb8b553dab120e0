#!/usr/bin/env bash
# Measures the same plugin in each language with an optimized host, and writes the table of docs/authors/languages.md:
# `table.sh HOST`. All toolchains' components are built, checked and served by check.sh first.
#
# Loading is what the host reports for a component it compiles, and for one in its cache. The median is of 500 requests
# over one connection on loopback, after 50 others.
set -euo pipefail
host=$(realpath "$1")
cd "$(dirname "$0")"
root=$(realpath ../..)
document=$root/docs/authors/languages.md
projects=(rust c go qjs ts starling python)
declare -A names=(
    [rust]='Rust' [c]='C' [go]='Go' [qjs]='JavaScript (QuickJS)' [ts]='TypeScript (QuickJS)'
    [starling]='TypeScript (StarlingMonkey)' [python]='Python'
)
./check.sh "$host" "${projects[@]}" >&2
components=$root/target/toolchains/components
work=$root/target/toolchains/work
export XDG_RUNTIME_DIR=$work XDG_CACHE_HOME=$work/table-cache INSIGHT_HOST__ADMIN__LISTEN=127.0.0.1:0
rm -rf "$XDG_CACHE_HOME"

# The time in the host's line about a plugin that is loaded.
took='s/.*"plugin loaded".*"took_ms":"\([0-9]*\)".*/\1/p'
# Serves one plugin until `stop`, and sets `url` and `loaded`, the milliseconds that loading took.
start() {
    "$host" serve --plugins "$work/one" --listen 127.0.0.1:0 >"$work/url" 2>"$work/serve.log" &
    served=$! until=$((SECONDS + 120))
    trap 'kill $served 2>/dev/null || true' EXIT
    until url=$(sed -n 's/^listening on //p' "$work/url") && [[ -n $url ]] && curl -sf -o /dev/null "$url/readyz"; do
        kill -0 "$served" || { cat "$work/serve.log" >&2; exit 1; }
        sleep 0.1
    done
    until loaded=$(sed -n "$took" "$work/serve.log") && [[ -n $loaded ]]; do
        kill -0 "$served" && ((SECONDS < until)) || { cat "$work/serve.log" >&2; exit 1; }
        sleep 0.1
    done
}
stop() { kill "$served" && wait "$served" || true; }
route='record-summary?recordType=account&recordId'
asks() { curl -s -o /dev/null -w '%{time_total}\n' "$url/api/providers/probe-$1/$route=[1-$2]"; }

rows=$(
    for project in "${projects[@]}"; do
        component=$components/probe-$project.wasm
        rm -rf "$work/one" && mkdir "$work/one" && cp "$component" "$work/one"
        start && cold=$loaded && stop
        start && cached=$loaded
        asks "$project" 50 >/dev/null
        median=$(asks "$project" 500 | sort -n | sed -n 250p)
        stop
        asked=(record-summary --record-type account --record-id 42)
        spent=$("$host" call "$component" "${asked[@]}" 2>&1 >/dev/null | grep '^fuel')
        awk -v name="${names[$project]}" -v size="$(stat -c %s "$component")" -v cold="$cold" -v cached="$cached" \
            -v median="$median" -v spent="$spent" 'BEGIN {
                split(spent, part, " · "); sub("fuel ", "", part[1]); sub("memory ", "", part[3])
                size = size < 1e6 ? sprintf("%.0f KB", size / 1e3) : sprintf("%.1f MB", size / 1e6)
                printf "| %s | %s | %d ms | %d ms | %.2f ms ", name, size, cold, cached, median * 1e3
                printf "| %d | %s |\n", part[1], part[3]
            }'
    done
)
table=$(
    printf '| language | component | load, compiled | load, cached | median of a request | fuel of a call | memory |\n'
    printf '|---|---|---|---|---|---|---|\n%s\n\n' "$rows"
    printf '%s, %s processors.\n' "$("$host" --version)" "$(nproc)"
)
printf '%s\n' "$table"
marker='<!-- table.sh writes the lines below -->'
head=$(sed "/$marker/q" "$document")
printf '%s\n\n%s\n' "$head" "$table" >"$document"
