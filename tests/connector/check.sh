#!/usr/bin/env bash
# Holds exported connectors and served documents against the tools of others: check.sh HOST PLUGINS SECONDS
#
# HOST is the binary, PLUGINS a folder of the samples' components, SECONDS how long each served document is tested for.
# Python 3 and Node.js are needed; what else there must be is installed into target/connector.
set -euo pipefail
host=$(realpath "$1") plugins=$(realpath "$2") seconds=$3
cd "$(dirname "$0")"
out=$PWD/../../target/connector
mkdir -p "$out"
# A run leaves nothing to the next but what it has installed.
rm -rf "$out"/{contoso-hub,merged,crm-notes,host}

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
mkdir -p "$out/host"
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
coproc served { exec "$host" serve --plugins "$plugins" --config "$out/host/insight-host.toml" 2>"$out/host/log"; }
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

for document in swagger openapi; do
    say "schemathesis: $document.json"
    SCHEMATHESIS_HOOKS=hooks timeout $((seconds + 120)) "$python/st" --config-file schemathesis.toml run \
        "$out/host/$document.json" --url "$url" --header "x-api-key: $key" --max-time "$seconds" </dev/null
done
kill -0 "$served_PID"
