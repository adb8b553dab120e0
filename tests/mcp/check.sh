#!/usr/bin/env bash
# Checks a host that serves MCP with the clients of others: check.sh HOST PLUGINS
#
# HOST is the binary, PLUGINS a folder with the samples' components. Python 3 is required. Everything else is installed
# into target/mcp, and without it this fails.
set -euo pipefail
host=$(realpath "$1") plugins=$(realpath "$2")
cd "$(dirname "$0")"
here=$PWD
out=$(realpath -m ../../target/mcp)

say() { printf '\n-- %s\n' "$*"; }

say 'tools'
node=$(./tools.sh | tail -1)
export PATH=$node:$PATH
node --version

say 'the host'
rm -rf "$out/host"
mkdir -p "$out/host/plugins"
# Only plugins that need no backend.
cp "$plugins"/{contoso-hub,fabrikam-care}.wasm "$out/host/plugins"
printf '[http]\nlisten = "127.0.0.1:0"\n[admin]\nlisten = "off"\n[state]\ndirectory = "off"\n' >"$out/host/insight-host.toml"
coproc served { exec "$host" serve --plugins "$out/host/plugins" --config "$out/host/insight-host.toml" 2>"$out/host/log"; }
trap 'kill "$served_PID" 2>/dev/null || true' EXIT
read -r _ _ url <&"${served[0]}"
# One of the scenarios takes no other name of loopback.
url=http://localhost:${url##*:}
url=${url%/}/mcp
until curl -fsS "${url%/mcp}/readyz" >/dev/null; do sleep 0.2; done

say 'official scenarios'
cd "$out/host"
for scenario in server-initialize ping tools-list http-header-validation dns-rebinding-protection \
    server-stateless caching; do
    # It fails if a check does; which ones did is judged below.
    node "$out/node_modules/@modelcontextprotocol/conformance/dist/index.js" server --url "$url" --scenario "$scenario" \
        --output-dir results >"$scenario.log" 2>&1 || true
    [[ -n $(compgen -G "results/server-$scenario-2*/checks.json") ]] || { cat "$scenario.log"; exit 1; }
done
python3 "$here/judge.py" results "$here/unmet-checks.txt"

say 'Inspector'
inspect() { node "$out/node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js" --cli "$url" --transport http "$@"; }
inspect --method tools/list >list.json
id=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c02
for call in "record_summary|recordType=account|recordId=$id" "record_details|recordType=account|recordId=$id|top=2" \
    "key_sales_info|recordType=account|recordId=$id" \
    'email_summary|emailText=Hello|emailContacts=alberto@fourthcoffee.example' \
    'email_draft|emailText=Hello|emailContacts=alberto@fourthcoffee.example|inputPrompt=Tell them about the renewal' \
    'contoso_hub_key_stakeholders|accountName=Fourth Coffee' 'fabrikam_care_open_cases|accountName=Fourth Coffee'; do
    IFS='|' read -ra words <<<"$call"
    grep -q "\"${words[0]}\"" list.json
    # It checks each answer against the tool's schema.
    arguments=()
    for word in "${words[@]:1}"; do arguments+=(--tool-arg "$word"); done
    inspect --method tools/call --tool-name "${words[0]}" "${arguments[@]}" >"${words[0]}.json" ||
        { cat "${words[0]}.json"; exit 1; }
    printf '%s: %s items\n' "${words[0]}" "$(grep -c '"title":' "${words[0]}.json")"
done
# A tool's error is told as one, and not as an answer that breaks the schema.
if inspect --method tools/call --tool-name record_summary --tool-arg recordType=account >bad.json 2>&1; then
    echo 'a bad call succeeds'
    exit 1
fi
grep -q 'INVALID_REQUEST' bad.json

say 'the Python client'
"$out/python/bin/python" "$here/client.py" "$url"
kill -0 "$served_PID"

say 'conform --mcp: this host, and a server of the official Python SDK'
conform() { "$host" conform --mcp "$@" >report.txt || { cat report.txt; exit 1; }; tail -1 report.txt; }
conform "$url" --example "recordType=account&recordId=$id&accountName=Fourth%20Coffee&emailText=Hello"
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
"$out/python/bin/python" "$here/foreign.py" "$port" >foreign.log 2>&1 &
foreign=$!
trap 'kill "$served_PID" "$foreign" 2>/dev/null || true' EXIT
until curl -s -o foreign.html "http://127.0.0.1:$port/mcp"; do sleep 0.2; kill -0 "$foreign"; done
conform "http://127.0.0.1:$port/mcp" --example 'account=Fourth%20Coffee'
