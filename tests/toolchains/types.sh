#!/usr/bin/env bash
# Makes `sdk/js/interface`, the types of the interface in TypeScript, with jco: `types.sh JCO`, where JCO is its program, such as
# `target/toolchains/starling/node_modules/.bin/jco` after `tools.sh starling`. Notes what they were made of.
set -euo pipefail
jco=$(realpath "$1")
cd "$(dirname "$0")/../.."
rm -rf sdk/js/interface
"$jco" guest-types wit/1.0 --world-name everything --out-dir sdk/js/interface >/dev/null
LC_ALL=C sha256sum wit/1.0/* sdk/js/interface/*.d.ts sdk/js/interface/interfaces/* >tests/data/types.sha256
