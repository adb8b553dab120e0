#!/usr/bin/env bash
# Draws cards of real answers, of an empty one and of German ones with Chromium: pictures.sh HOST PLUGINS OUT
#
# OUT is the folder of validate.sh. The tools of tests/connector fill the templates in.
set -euo pipefail
host=$1 plugins=$2 out=$3
cd "$(dirname "$0")"
../connector/tools.sh
mkdir -p "$out/pictures/plugins"
cp "$plugins/contoso-hub.wasm" "$out/pictures/plugins"
cat >"$out/pictures/insight-host.toml" <<'EOF'
[http]
listen = "127.0.0.1:0"
[admin]
listen = "off"
[state]
directory = "off"
EOF
coproc served { exec "$host" serve --plugins "$out/pictures/plugins" --config "$out/pictures/insight-host.toml" 2>"$out/pictures/log"; }
trap 'kill "$served_PID" 2>/dev/null || true' EXIT
read -r _ _ url <&"${served[0]}"
python3 - "$url" "$out/exported/contoso-hub/api/cards" "$out/pictures/cards.json" <<'EOF'
import json, sys, urllib.request
url, cards, to = sys.argv[1:]
record = 'recordType=opportunity&recordId=8a1f3c52-6d1e-4c7b-9f52-0e4d2b7a1c01'
asked = [
    ('record_summary', record), ('record_details', record), ('key_sales_info', record),
    ('contoso_hub_key_stakeholders', 'accountName=Fourth%20Coffee'),
]
drawn = []
for tool, query in asked:
    template = json.load(open(f'{cards}/{tool}.json'))
    for language in 'en', 'de':
        request = urllib.request.Request(f'{url.rstrip("/")}/api/providers/contoso-hub/agent/{tool}?{query}',
                                         headers={'accept-language': language})
        for item in json.load(urllib.request.urlopen(request))['value'][:1]:
            drawn.append({'template': template, 'data': item})
drawn.append({'template': template, 'data': {}})
json.dump(drawn, open(to, 'w'))
EOF
node ../../target/connector/fill.mjs html <"$out/pictures/cards.json" >"$out/pictures/cards.html"
chromium --headless --no-sandbox --disable-gpu --hide-scrollbars --window-size=900,1800 \
    --screenshot="$out/pictures/cards.png" "file://$out/pictures/cards.html" 2>/dev/null
printf 'cards: %s\n' "$out/pictures/cards.png"
