#!/usr/bin/env bash
# Completes the folder of a release: `collect.sh PACKAGES`, which holds what `build.sh` has made of each platform. Adds
# an archive of each program, each one's SBOM (CycloneDX, which maturin writes into the wheel), and `SHA256SUMS` of all
# files. Fails if a platform is missing.
set -euo pipefail
packages=$(realpath "$1")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
platforms=$(dirname "$0")/npm/insight-host/bin/platforms.json
names=$(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1])))' "$platforms")

cd "$packages"
launcher=(insight-host-[0-9]*.tgz)
version=${launcher#insight-host-}
version=${version%.tgz}
for name in $names; do
    archive=insight-host-cli-$name-$version.tgz
    [[ -f $archive ]] || { echo "there is no $archive"; exit 1; }
    mkdir "$work/$name"
    tar -xzf "$archive" -C "$work/$name"
    folder=insight-host-$version-$name
    mv "$work/$name/package" "$work/$folder"
    mv "$work/$folder"/bin/insight-host* "$work/$folder"
    rm -r "$work/$folder"/{bin,package.json,README.md}
    tar -czf "$folder.tar.gz" -C "$work" --owner 0 --group 0 --sort name "$folder"
done
wheels=(insight_host-"$version"-*.whl)
((${#wheels[@]} == $(wc -w <<<"$names"))) || { echo "${#wheels[@]} wheels: ${wheels[*]}"; exit 1; }
for wheel in "${wheels[@]}"; do
    python3 - "$wheel" <<'PYTHON'
import sys
import zipfile

wheel = zipfile.ZipFile(sys.argv[1])
[sbom] = [name for name in wheel.namelist() if name.endswith(".cyclonedx.json")]
with open(sys.argv[1].removesuffix(".whl") + ".cyclonedx.json", "wb") as out:
    out.write(wheel.read(sbom))
PYTHON
done
rm -f SHA256SUMS
sha256sum ./* | sed 's# \./# #' >"$work/SHA256SUMS"
mv "$work/SHA256SUMS" .
