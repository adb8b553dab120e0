#!/usr/bin/env bash
# Installs the npm packages of this machine's platform, then creates, tests, builds and calls a plugin in TypeScript:
# `smoke.sh PACKAGES`. It needs no more of the shell than macOS and Git for Windows have; on Linux, `check.sh` does
# more.
set -euo pipefail
packages=$(cd "$1" && pwd)
work=$(mktemp -d)
cd "$work"
npm install --no-audit --no-fund --prefix . "$packages"/insight-host-[0-9]*.tgz "$packages"/insight-host-cli-*.tgz
export PATH="$work/node_modules/.bin:$PATH"
insight-host --version
insight-host new orders --lang ts
cd orders
npm ci --no-audit --no-fund
npm test
insight-host build . --out build
insight-host check build/orders.wasm
insight-host call build/orders.wasm record-summary --record-type account --record-id 42 | grep 'Order 1003'
