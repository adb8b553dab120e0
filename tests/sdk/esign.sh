#!/usr/bin/env bash
# Tests the e-signature sample in Rust, and asks the components of all languages the same through the host:
# `esign.sh HOST`. The steps `sdk: js` and `sdk: python` have built theirs. Answers must be as `answers.json` says, and
# equal byte for byte.
set -euo pipefail
host=$(realpath "$1")
cd "$(dirname "$0")"
root=$(realpath ../..)
work=$root/target/sdk-esign
rm -rf "$work"
mkdir -p "$work/plugins"
export CARGO_TARGET_DIR=$root/target/wasm XDG_CACHE_HOME=$root/target/toolchains/cache XDG_RUNTIME_DIR=$work

(
    cd "$root/sdk/examples/esign/rust"
    cargo fmt --check
    cargo test --quiet --locked
    cargo clippy --quiet --all-targets --locked -- -D warnings
)
"$host" build "$root/sdk/examples/esign/rust" --out "$work/rust" >"$work/log" 2>&1 || { cat "$work/log"; exit 1; }
cp "$work/rust/tailspin-sign.wasm" "$work/plugins/tailspin-rust.wasm"
for language in python:sdk-python/esign/python ts:sdk-js/esign/ts; do
    component=$root/target/${language#*:}/build/tailspin-sign.wasm
    [[ -f $component ]] || { echo "FAILED: $component is missing: run js.sh and python.sh first" >&2; exit 1; }
    cp "$component" "$work/plugins/tailspin-${language%%:*}.wasm"
done
cd "$work"
openssl req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out ca.pem -days 2 -subj /CN=localhost \
    -addext subjectAltName=DNS:localhost -addext basicConstraints=critical,CA:FALSE 2>log || { cat log; exit 1; }
python3 "$root/tests/sdk/esign/ask.py" "$host" "$work" "$root/sdk/examples/esign"
