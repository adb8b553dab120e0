#!/usr/bin/env bash
# Checks exported connectors and served documents with third-party tools: check.sh HOST PLUGINS SECONDS
#
# HOST is the binary, PLUGINS a folder with the samples' components, SECONDS the time limit for testing a served
# document. Python 3 and Node.js are required. Everything else is installed into target/connector.
set -euo pipefail
host=$(realpath "$1") plugins=$(realpath "$2") seconds=$3
cd "$(dirname "$0")"
out=$(realpath -m ../../target/connector)
mkdir -p "$out"
# Each run starts clean, except for the installed tools.
rm -rf "$out"/{contoso-hub,merged,crm-notes,fabrikam-care,other-sign-in,host}
mkdir -p "$out/host/plugins"

say() { printf '\n-- %s\n' "$*"; }

say 'tools'
./tools.sh
python=$out/python/bin

say 'export: one provider, all merged, one capability only, one with other sign-in and former ids'
connector() { "$host" connector --plugins "$plugins" --host-name api.contoso.com --out "$out/$1" --force "${@:2}"; }
connector contoso-hub --provider contoso-hub
connector merged --settings merged.toml --base-path /insights --email-summary v1
connector crm-notes --provider crm-notes
connector fabrikam-care --provider fabrikam-care
connector other-sign-in --provider contoso-hub --settings other-sign-in.toml
folders=("$out"/{contoso-hub,merged,crm-notes,fabrikam-care,other-sign-in})

say "Microsoft's schemas and certification rules"
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

say 'conform'
for folder in "${folders[@]}"; do
    verdict=$("$host" conform --definition "$folder/apiDefinition.swagger.json")
    tail -n 1 <<<"$verdict"
    [[ $verdict == *'0 errors, 0 warnings' ]] || { printf '%s\n' "$verdict"; exit 1; }
done

say 'the host'
# Only plugins that need no backend: without their backend, others rightly fail.
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
spectral() { (cd "$out" && node_modules/.bin/spectral lint --ruleset spectral.yaml --fail-severity "$@"); }
spectral warn "${folders[@]/%//apiDefinition.swagger.json}"
# Nobody has stated a contact for these.
spectral error --quiet "$out"/host/*.json

cp schemathesis.toml "$out/host/openapi.toml"
cat schemathesis.toml schemathesis-connector.toml >"$out/host/swagger.toml"
# Two parts of the connector's definition are not tested: it cannot express that an optional input may be empty
# whatever its format, and it lists two values of `crmType` for the drop-down of flow makers, although the host
# accepts more.
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
    # Schemathesis stores notes of its runs in the working directory.
    (cd "$out/host" && timeout "$seconds" "$python/st" --config-file "$document.toml" run "$document.json" \
        --url "$url" --header "x-api-key: $key" </dev/null)
done
kill -0 "$served_PID"
