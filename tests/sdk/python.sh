#!/usr/bin/env bash
# Checks the SDK for Python, packs it, and uses the package as an author would: `python.sh HOST`. Then tests and builds
# the sample, and does what the guide says.
set -euo pipefail
host=$(realpath "$1")
cd "$(dirname "$0")"
source ../lib.sh
root=$(realpath ../..)
sdk=$root/sdk/python
tools=$root/target/toolchains/sdk-python
work=$root/target/sdk-python
rm -rf "$work"
mkdir -p "$work"
export PATH=$tools/bin:$root/target/toolchains/python/bin:$PATH
export PIP_DISABLE_PIP_VERSION_CHECK=1 PYTHONDONTWRITEBYTECODE=1
export XDG_CACHE_HOME=$root/target/toolchains/cache XDG_RUNTIME_DIR=$work INSIGHT_HOST__ADMIN__LISTEN=127.0.0.1:0

../toolchains/tools.sh
cmp -s python/requirements.txt "$tools/requirements.txt" || {
    python3 -m venv --clear "$tools" && quietly "$tools/bin/pip" install -r python/requirements.txt
    cp python/requirements.txt "$tools"
}
# What the guide says, beside the rest. What it says of a project as `new` writes it, `templates.sh` does.
./guide.sh "$host" "$root/docs/authors/python.md" &
guide=$!
trap "kill $guide 2>/dev/null || true" EXIT

# Sources, with types and in one format.
for license in LICENSE-APACHE LICENSE-MIT; do cmp "$root/$license" "$sdk/$license"; done
ruff_finds_nothing() { quietly ruff "$1" --no-cache --config "$sdk/pyproject.toml" "${@:2}"; }
ruff_finds_nothing check "$sdk/src" python
ruff_finds_nothing format --check "$sdk/src" python "$root"/sdk/{templates,examples/esign}/python
types() { quietly env -C "$1" mypy --cache-dir "$tools/mypy/$2" "${@:3}"; }
types "$sdk" sdk src

# The package: a source distribution, and a wheel of that.
files() { find "$sdk" -type f ! -path '*/__pycache__/*' | sort; }
before=$(files)
quietly python -m build --no-isolation --outdir "$work/dist" "$sdk"
quietly twine check --strict "$work"/dist/*
venv=$work/venv
python3 -m venv --without-pip "$venv"
quietly pip --python "$venv" install --no-index "$work"/dist/*.whl
installed=("$venv"/lib/python*/site-packages/insight_sdk)
[[ -f ${installed[0]}/py.typed && -f ${installed[0]}/locales.json ]] || fail 'the package is not whole'
[[ $(files) == "$before" ]] || fail 'building leaves files in sdk/python'
types python tests --strict --python-executable "$venv/bin/python" --exclude '^project/' .
types python/project probe --python-executable "$venv/bin/python" .
quietly "$venv/bin/python" -m unittest discover python

# The plugin of the README, and what the SDK says where a world imports nothing of the host.
readme=$work/contoso-hub
mkdir -p "$readme/wit/deps"
# The block of code below a line.
block() {
    awk -v above="$1" '
        index($0, above) == 1 { found = 1 }
        /^```$/ && open { exit }
        open
        /^```/ && found { open = 1 }
    ' "$sdk/README.md"
}
for file in app.py pyproject.toml wit/plugin.wit; do block "\`$file\`" >"$readme/$file"; done
block '## Tests' >"$readme/test_app.py"
types "$readme" readme --strict --python-executable "$venv/bin/python" .
quietly env -C "$readme" "$venv/bin/python" -m unittest
cp -r "$root/wit/1.0" "$readme/wit/deps/insight-provider"
quietly componentize-py -d "$readme/wit" -w plugin bindings "$readme/bindings"
asks='from insight_sdk._component import ComponentHost; ComponentHost().send_all([])'
! PYTHONPATH=$readme/bindings "$venv/bin/python" -c "$asks" >"$work/log" 2>&1 &&
    grep -q 'add `import insight:provider/http-client@1.0.0;` to wit/plugin.wit' "$work/log" ||
    fail 'an import that is missing is not named'

# A plugin that uses all.
probe=$work/sdk-probe
cp -r python/project "$probe"
mkdir "$probe/wit/deps"
cp -r "$root/wit/1.0" "$probe/wit/deps/insight-provider"
ln -s "$venv" "$probe/.venv"
build() { quietly "$host" build "$1" --out "$1/build"; }
node js/backend.mjs >"$work/backend" &
trap "kill $! $guide 2>/dev/null || true" EXIT
until [[ -s $work/backend ]]; do sleep 0.05; done
sed -i "s#BACKEND#$(<"$work/backend")#" "$probe/sdk-probe.dev.toml"
build "$probe"
cp "$probe/sdk-probe.dev.toml" "$probe/build"
call() { "$host" call "$probe/build/sdk-probe.wasm" "$@"; }
ask() { call record-summary --record-type account --record-id "$1"; }
answers() { ask "$1" >"$work/log" 2>&1 && grep -qF "\"title\": \"$2\"" "$work/log" || fail "$1: not $2"; }
fails() { ! ask "$1" >"$work/log" 2>&1 && grep -q "^error: $2" "$work/log" || fail "$1: another failure than $2"; }
has() { grep -qF -- "$1" "$work/log" || fail "$1 is missing"; }
answers json 'one two'
answers again 'at last'
answers all 'a None'
answers cached '1 1'
answers secret 'of the probe, None'
answers locale $'1.234,50\u00a0€May 12, 2026'
answers store 'value, None, too-long'
has '"description": "prepared for http://127.0.0.1:"'
# A busy machine may take what is left after the second try, which unit tests hold by a clock of their own.
INSIGHT_HOST__LIMITS__TIME=1500ms fails late '\(backend-unavailable: GET /v1/late: \|deadline-exceeded: \)'
fails throttled throttled
fails crm invalid-crm-connection
fails ungranted 'failed: GET /: a request is not granted: '
fails unknown-secret 'failed: a secret is not granted'
fails other not-permitted
has 'nothing is known'
fails trap 'trapped: .*TypeError: a fault of the plugin'
quietly call key-sales-info --record-type lead --record-id 42 --top 1 --accept-language de
has '"description": "lead, de, True"'
has '"hasMoreResults": true'
printf '{"resourceType":"email-thread","resourceData":{"from":"kat@probe.example"}}' >"$work/draft.json"
quietly call email-draft --body "$work/draft.json"
has '"contentTitle": "kat@probe.example"'
has content-probe
quietly call chat echo --text Hello --whole 3 --number 1.5 --flag true --since 2026-05-12T10:30:00+02:00 --stage Won
has 'Hello 3 1.5 True 2026-05-13T08:30:00Z Won'
has 'of its own'

# The sample.
cp -rL "$root/sdk/examples/esign" "$work/esign"
sample=$work/esign/python
types "$sample" sample --python-executable "$venv/bin/python" .
quietly env -C "$sample" "$venv/bin/python" -m unittest
# Without packages of its own, its SDK is the copy that it holds.
build "$sample"
imports=$(wasm-tools component wit "$sample/build/tailspin-sign.wasm" |
    sed -n 's/^ *import insight:provider.\(.*\)@.*/\1/p' | sort | paste -sd ' ')
[[ $imports == 'config http-client insight-types key-value log' ]] || fail "the sample imports $imports"
wait "$guide" || fail 'the guide'
