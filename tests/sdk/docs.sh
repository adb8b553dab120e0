#!/usr/bin/env bash
# Does what the pages on topics for authors say: `docs.sh HOST`. Code in Rust, Python and TypeScript is compiled, with
# types, and its tests are run; commands are run by `guide.sh`. The tools are those that `python.sh` and `js.sh` have
# installed.
set -euo pipefail
host=$(realpath "$1")
cd "$(dirname "$0")"
source ../lib.sh
root=$(realpath ../..)
pages=$root/docs/authors
work=$root/target/sdk-docs
python=$root/target/toolchains/sdk-python/bin
node=$root/target/toolchains/sdk-js/node_modules
rm -rf "$work"
mkdir -p "$work/rust/src" "$work/python" "$work/ts"

# The code of a page in a language: all of its blocks.
code() { awk -v fence="\`\`\`$2" '/^```$/ { on = 0 } on { print } $0 == fence { on = 1; print "" }' "$pages/$1.md"; }
topics=(data-and-time http-and-secrets cache chat-and-cards testing)
for topic in "${topics[@]}"; do
    module=${topic//-/_}
    code "$topic" rust >"$work/rust/src/$module.rs"
    echo "pub mod $module;" >>"$work/rust/src/lib.rs"
    code "$topic" python >"$work/python/test_$module.py"
    code "$topic" ts >"$work/ts/$topic.test.ts"
    for file in "$work/rust/src/$module.rs" "$work/python/test_$module.py" "$work/ts/$topic.test.ts"; do
        [[ -s $file ]] || fail "$file has no code"
    done
done

rust() {
    cat >"$work/rust/Cargo.toml" <<TOML
[package]
name = "insight-docs"
version = "0.0.0"
edition = "2024"

[dependencies]
insight-sdk = { path = "$root/sdk/rust" }
serde = { version = "1", default-features = false, features = ["derive"] }

[workspace]
TOML
    # Of the plugins, so that the same versions are built.
    cp "$root/sdk/examples/esign/rust/Cargo.lock" "$work/rust"
    quietly env -C "$work/rust" CARGO_TARGET_DIR="$root/target/wasm" cargo test
}
python() {
    quietly env -C "$work/python" MYPYPATH="$root/sdk/python/src" "$python/mypy" --strict --cache-dir "$work/mypy" .
    quietly env -C "$work/python" PYTHONPATH="$root/sdk/python/src" "$python/python" -m unittest
}
typescript() {
    mkdir -p "$work/ts/node_modules/@insight-host"
    ln -s "$root/sdk/js" "$work/ts/node_modules/@insight-host/sdk"
    ln -s "$node/@types" "$work/ts/node_modules/@types"
    cp "$root/sdk/templates/ts/tsconfig.json" "$work/ts"
    sed -i 's/"include": .*/"include": ["*.ts"]/' "$work/ts/tsconfig.json"
    quietly env -C "$work/ts" "$node/.bin/tsc"
    # Others only declare what a reader has.
    quietly env -C "$work/ts" "$node/.bin/esbuild" testing.test.ts --bundle --platform=node --format=esm \
        --outfile=testing.test.mjs
    quietly env -C "$work/ts" node --test testing.test.mjs
}
rust
python
typescript
./guide.sh "$host" "$pages/README.md" "$pages/limits-and-cost.md" "$pages/shipping.md"
