#!/usr/bin/env bash
# Checks the SDK for JavaScript, packs it, and uses the package as an author would: `js.sh HOST [starling]`. Then tests
# and builds the sample in TypeScript, and does what the guide for authors says. With `starling`, the engine of the first
# component is StarlingMonkey, whose packages take 340 MB.
set -euo pipefail
host=$(realpath "$1")
engine=${2:-quickjs}
cd "$(dirname "$0")"
source ../lib.sh
root=$(realpath ../..)
sdk=$root/sdk/js
tools=$root/target/toolchains/sdk-js
work=$root/target/sdk-js
rm -rf "$work"
mkdir -p "$work" "$tools"
export PATH=$tools/node_modules/.bin:$PATH XDG_CACHE_HOME=$root/target/toolchains/cache XDG_RUNTIME_DIR=$work
npm() { command npm --silent --no-audit --no-fund "$@"; }

# Beside all else, as both wait for others.
./guide.sh "$host" "$root/docs/authors/javascript.md" &
guide=$!
trap 'kill $(jobs -p) 2>/dev/null || true' EXIT
cmp -s js/package-lock.json "$tools/package-lock.json" && [[ -d $tools/node_modules ]] || {
    cp js/package.json js/package-lock.json "$tools"
    quietly npm --prefix "$tools" ci
}

# Sources and tests with types, and the types that the package has.
cp -r "$sdk" "$work/sdk" && rm -rf "$work/sdk/types"
quietly tsc --project "$work/sdk" --typeRoots "$tools/node_modules/@types"
[[ -z ${WRITE:-} ]] || { rm -rf "$sdk/types" && cp -r "$work/sdk/types" "$sdk"; }
diff -r "$sdk/types" "$work/sdk/types" || fail 'sdk/js/types are of other sources: WRITE=1 writes them anew'
quietly tsc --project js --typeRoots "$tools/node_modules/@types"
quietly node --test js/*.test.js

# The package, in a project of its own.
for license in LICENSE-APACHE LICENSE-MIT; do cmp "$root/$license" "$sdk/$license"; done
quietly npm pack "$sdk" --pack-destination "$work"
probe=$work/sdk-probe
cp -r js/project "$probe"
mkdir -p "$probe/wit/deps/insight-provider"
cp "$root"/wit/1.0/*.wit "$probe/wit/deps/insight-provider"
cd "$probe"
[[ $engine == quickjs ]] || {
    npm pkg delete devDependencies.componentize-qjs
    npm pkg set 'devDependencies.@bytecodealliance/jco=1.35.0' 'overrides.@bytecodealliance/preview2-shim=0.26.0'
}
quietly npm install --prefer-offline "$work"/insight-host-sdk-*.tgz
[[ ! -L node_modules/@insight-host/sdk && -f node_modules/@insight-host/sdk/README.md ]] || fail 'the package is not whole'
quietly tsc
node "$root/tests/sdk/js/backend.mjs" >"$work/backend" &
until [[ -s $work/backend ]]; do sleep 0.05; done
sed -i "s#BACKEND#$(<"$work/backend")#" sdk-probe.dev.toml
quietly "$host" build . --out build
cp sdk-probe.dev.toml build

call() { "$host" call build/sdk-probe.wasm record-summary --record-type account --record-id "$1"; }
answers() { call "$1" >"$work/log" 2>&1 && grep -qF "\"title\": \"$2\"" "$work/log" || fail "$1: another answer than $2"; }
fails() { ! call "$1" >"$work/log" 2>&1 && grep -q "^error: $2" "$work/log" || fail "$1: another failure than $2"; }
answers json 'one two'
answers again 'at last'
answers all 'a undefined'
answers cached '1 1'
answers secret 'of the probe, nothing'
answers locale $'1.234,50\u00a0€May 12, 2026'
grep -q '"description": "prepared"' "$work/log" || fail 'what init prepares is not there'
INSIGHT_HOST__LIMITS__TIME=1500ms fails late 'backend-unavailable: GET /v1/late: the backend does not answer in time'
fails throttled throttled
fails other not-permitted
fails trap 'trapped: .*a fault of the plugin'

# A component imports what its plugin uses.
imports() { "$host" check "$1" 2>/dev/null | sed -n 's/^imports *insight:provider.\(.*\)@.*/\1/p' | sort | paste -sd ' '; }
all='config http-client insight-types key-value log secrets'
[[ $(imports build/sdk-probe.wasm) == "$all" ]] || fail "the probe imports $(imports build/sdk-probe.wasm)"
cp "$root/sdk/templates/ts/src/orders.ts" src && cp "$root/sdk/templates/ts/src/record-summary.ts" src/plugin.ts
sed -i '/lifecycle/d' wit/plugin.wit
quietly "$host" build . --out build
[[ $(imports build/sdk-probe.wasm) == 'insight-types' ]] || fail "a plugin without calls imports $(imports build/sdk-probe.wasm)"

# A definition that the world lacks, and one that the module lacks, are told of.
refuses() { ! "$host" build . --out build >"$work/log" 2>&1 && grep -qF "$1" "$work/log" || fail "does not say: $1"; }
echo 'export const chat = {};' >>src/plugin.ts
refuses 'src/plugin.ts exports `chat`; add `export insight:provider/chat@1.0.0;` to wit/plugin.wit'
echo 'export const about = {};' >src/plugin.ts
refuses 'src/plugin.ts has no export `recordSummary`, and wit/plugin.wit has `export insight:provider/record-summary@1.0.0;`'

# The plugin of the README, with its test.
example() { awk -v number="$1" '/^```ts$/ { on = ++count == number; next } /^```/ { on = 0 } on' "$sdk/README.md"; }
example 1 >src/plugin.ts
example 2 >src/plugin.test.ts
quietly tsc --types node --typeRoots "$tools/node_modules/@types"
quietly esbuild src/plugin.test.ts --bundle --platform=node --format=esm --outfile=build/plugin.test.mjs
quietly node --test build/plugin.test.mjs

# The sample in TypeScript.
cp -rL "$root/sdk/examples/esign" "$work/esign"
cd "$work/esign/ts"
quietly npm ci --prefer-offline
quietly npm test
quietly "$host" build . --out build
[[ $(imports build/tailspin-sign.wasm) == 'config http-client insight-types key-value log' ]] || fail 'the sample imports more'

wait "$guide"
plain=$root/target/sdk-guide/javascript/folder/tailspin-visits/build/tailspin-visits.wasm
[[ $(imports "$plain") == 'insight-types' ]] || fail "a plugin in plain JavaScript imports $(imports "$plain")"
