#!/usr/bin/env bash
# Builds the packages of one platform into OUT: `build.sh [TARGET] [OUT]`. One build of the profile `dist` makes the
# wheel by maturin, and the wheel's program goes into the npm package. TARGET is Rust's name, by default this machine's;
# OUT is `target/packages` by default. Python 3, Node.js and rustup are needed.
#
# On Linux, Zig links against the glibc of `manylinux_2_28`, whatever this machine has: Debian 10, RHEL 8, Ubuntu 20.04.
set -euo pipefail
target=${1:-$(rustc -vV | sed -n 's/^host: //p')}
out=${2:-$(dirname "$0")/../target/packages}
tools=$(dirname "$0")/../target/packaging
mkdir -p "$out" "$tools"
out=$(cd "$out" && pwd) tools=$(cd "$tools" && pwd)
cd "$(dirname "$0")"
programs=$tools/python/bin
[[ $OSTYPE != msys ]] || programs=$tools/python/Scripts

cmp -s requirements.txt "$tools/requirements.txt" || {
    python3 -m venv "$tools/python"
    "$programs/python" -m pip install --quiet --disable-pip-version-check -r requirements.txt
    cp requirements.txt "$tools"
}
export PATH=$programs:$PATH
linux=()
[[ $target != *-linux-gnu ]] || linux=(--zig --compatibility manylinux_2_28)
# Kernels of arm64 have pages of up to 64 KiB; an allocator built for smaller ones does not start there.
[[ $target != aarch64-*-linux-* ]] || export JEMALLOC_SYS_WITH_LG_PAGE=16

notices=wheel/THIRD-PARTY-NOTICES.txt
python3 notices.py "$target" >"$notices"
cp ../LICENSE-APACHE ../LICENSE-MIT about.md wheel
rm -f "$out"/insight_host-*
# The folder decides on the settings of cargo, such as those of the allocator.
(cd wheel && maturin build --target "$target" ${linux[@]+"${linux[@]}"} --out "$out")

rm -rf "$tools/wheel"
python3 -m zipfile -e "$out"/insight_host-*.whl "$tools/wheel"
node npm/pack.mjs "$target" "$tools"/wheel/insight_host-*.data/scripts/insight-host* "$notices" "$out"
node npm/pack.mjs launcher "$out"
