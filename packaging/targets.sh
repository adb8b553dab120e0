#!/usr/bin/env bash
# Checks the host with clippy for Windows and macOS, on any machine with rustup and Python 3: a build would take their
# linkers. Zig compiles the C of `ring` on the way. Windows is checked for its GNU target, as headers for Microsoft's
# are not to be had without their tools; our own code is the same for both. Tests are not checked: they are of Linux.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=$PWD/target/packaging/zig
cmp -s packaging/requirements.txt "$tools/requirements.txt" || {
    python3 -m venv "$tools"
    "$tools/bin/pip" install --quiet --disable-pip-version-check -r packaging/requirements.txt
    cp packaging/requirements.txt "$tools"
}
export PATH=$tools/bin:$PATH CARGO_INCREMENTAL=0
targets=(x86_64-pc-windows-gnu aarch64-apple-darwin)
rustup target add "${targets[@]}"
packages=(contract net admission egress engine connector)
for target in "${targets[@]}"; do
    begun=$SECONDS
    cargo-zigbuild clippy --locked --target "$target" -p insight-host "${packages[@]/#/-pinsight-host-}" -- -D warnings
    printf '%5d s  %s\n' $((SECONDS - begun)) "$target"
done
