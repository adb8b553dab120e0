#!/usr/bin/env bash
# Checks exported connectors and served documents with third-party tools: check.sh HOST PLUGINS SECONDS
#
# HOST is the binary, PLUGINS a folder with the samples' components, SECONDS the most time for the tests of a served
# document. Python 3 and Node.js are needed; all other tools are installed into target/connector.
set -euo pipefail
host=$(realpath "$1") plugins=$(realpath "$2") seconds=$3
cd "$(dirname "$0")"
out=$(realpath -m ../../target/connector)
mkdir -p "$out"
# Each run starts clean, except for the installed tools.
rm -rf "$out"/{contoso-hub,merged,crm-notes,host}
mkdir -p "$out/host/plugins"

say() { printf '\n-- %s\n' "$*"; }

say 'tools'
[[ -x $out/python/bin/st ]] || { python3 -m venv "$out/python" && "$out/python/bin/pip" install --quiet -r requirements.txt; }
python=$out/python/bin
cp package.json package-lock.json check.mjs spectral.yaml "$out"
[[ -d $out/node_modules ]] || (cd "$out" && npm ci --silent --no-audit --no-fund)

say 'export: one provider, all merged, one capability alone'
connector() { "$host" connector --plugins "$plugins" --host-name api.contoso.com --out "$out/$1" "${@:2}"; }
connector contoso-hub --provider contoso-hub
connector merged --settings merged.toml --base-path /insights --email-summary v1
connector crm-notes --provider crm-notes
folders=("$out"/{contoso-hub,merged,crm-notes})

say "Microsoft's schemas and the rules of certification"
for folder in "${folders[@]}"; do
    verdict=$("$python/python" validate_connector.py "$folder")
    printf '%s\n' "$verdict"
    [[ $verdict == *': 0 errors, 0 warnings' ]]
    "$python/python" - "$folder/settings.json" schemas/paconn-settings.schema.json <<'EOF'
import json, jsonschema, sys
instance, schema = (json.load(open(path)) for path in sys.argv[1:])
jsonschema.validate(instance, schema)
EOF
done

say 'the host'
# Only samples without a backend: the others would fail, as they should without one.
cp "$plugins"/{contoso-hub,fabrikam-care}.wasm "$out/host/plugins"
key=$("$host" auth new-key --name tests 2>/dev/null)
cat >"$out/host/insight-host.toml" <<EOF
[http]
public-name = "api.contoso.com"
listen = "127.0.0.1:0"
[admin]
listen = "off"
[state]
directory = "off"
[load]
suspend-after = 0
${key#*$'\n\n'}
EOF
key=${key%%$'\n'*}
coproc served { exec "$host" serve --plugins "$out/host/plugins" --config "$out/host/insight-host.toml" 2>"$out/host/log"; }
trap 'kill "$served_PID" 2>/dev/null || true' EXIT
read -r _ _ url <&"${served[0]}"
fetch() { curl --silent --show-error --fail -H "x-api-key: $key" "$url$1" -o "$out/host/$2"; }
fetch /api/connector/apiDefinition.swagger.json swagger.json
fetch /api/openapi.json openapi.json
fetch /api/providers/contoso-hub/openapi.json contoso-hub.json

say 'swagger-parser and Spectral'
definitions=("${folders[@]/%//apiDefinition.swagger.json}" "$out"/host/*.json)
(cd "$out" && node check.mjs "${definitions[@]}")
(cd "$out" && node_modules/.bin/spectral lint --quiet --ruleset spectral.yaml --fail-severity error "${definitions[@]}")

cp schemathesis.toml "$out/host/openapi.toml"
cat schemathesis.toml schemathesis-connector.toml >"$out/host/swagger.toml"
# The connector's definition is stricter than the host in two points, which are loosened here: an optional input may be
# empty, whatever its format, and `crmType` accepts more than the two values of the drop-down for makers of flows.
"$python/python" - "$out/host/swagger.json" <<'EOF'
import json, sys
path = sys.argv[1]
def loosened(node):
    if isinstance(node, list):
        return [loosened(entry) for entry in node]
    if not isinstance(node, dict):
        return node
    is_optional = node.get('x-nullable') or node.get('required') is False
    dropped = ['format'] if is_optional and node.get('format') == 'date-time' else []
    dropped += ['enum'] if node.get('x-ms-summary') == 'CRM Type' else []
    return {key: loosened(value) for key, value in node.items() if key not in dropped}
document = loosened(json.load(open(path)))
json.dump(document, open(path, 'w'))
EOF
for document in openapi swagger; do
    say "schemathesis: $document.json"
    # Schemathesis writes files into the directory where it is started.
    (cd "$out/host" && timeout "$seconds" "$python/st" --config-file "$document.toml" run "$document.json" \
        --url "$url" --header "x-api-key: $key" </dev/null)
done
kill -0 "$served_PID"
