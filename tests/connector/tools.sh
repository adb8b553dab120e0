#!/usr/bin/env bash
# Installs what check.sh and the test `rendered` take into target/connector, unless it is there. Python 3 and Node.js are
# needed.
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m ../../target/connector)
mkdir -p "$out"
[[ -x $out/python/bin/st ]] || { python3 -m venv "$out/python" && "$out/python/bin/pip" install --quiet -r requirements.txt; }
# What is installed for an older list is replaced.
[[ ! -d $out/node_modules ]] || cmp -s package-lock.json "$out/package-lock.json" || rm -rf "$out/node_modules"
cp package.json package-lock.json check.mjs render.mjs fill.mjs spectral.yaml "$out"
[[ -d $out/node_modules ]] || (cd "$out" && npm ci --silent --no-audit --no-fund)
