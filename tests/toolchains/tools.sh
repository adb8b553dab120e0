#!/usr/bin/env bash
# Installs the tools of the languages into target/toolchains, unless they are there, and prints the time of each. The
# arguments are projects whose npm packages are installed, as their own lists say. Python 3, Node.js and clang with
# wasi-libc (.ci/run: packages) are needed.
set -euo pipefail
cd "$(dirname "$0")"
out=$(realpath -m ../../target/toolchains)
mkdir -p "$out"
timed() {
    local begun=$SECONDS name=$1
    shift
    "$@"
    printf '%5d s  tools: %s\n' $((SECONDS - begun)) "$name"
}
python_tools() {
    python3 -m venv "$out/python" && "$out/python/bin/pip" install --quiet -r requirements.txt
    # Where there is no clang, the compiler of Zig makes the plugins in C.
    command -v clang-19 >/dev/null || "$out/python/bin/pip" install --quiet ziglang==0.17.0
    cp requirements.txt "$out/python"
}
npm_packages() {
    mkdir -p "$2"
    cp "$1/package.json" "$1/package-lock.json" "$2"
    (cd "$2" && npm ci --silent --no-audit --no-fund)
}

cmp -s requirements.txt "$out/python/requirements.txt" || timed 'Python, Go, composition' python_tools
for project in "$@"; do
    # What is installed for an older list is replaced.
    ! cmp -s "$project/package-lock.json" "$out/$project/package-lock.json" || [[ ! -d $out/$project/node_modules ]] ||
        continue
    timed "$project" npm_packages "$project" "$out/$project"
done
