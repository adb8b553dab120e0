"""Prints the licences of the crates that a binary for a target is linked with: `notices.py TARGET`.

Texts are those that the crates ship, each printed once with the crates that have it. A crate without one is named with
the licence and the address of its manifest.
"""

import json
import re
import subprocess
import sys
from pathlib import Path

LICENCE = re.compile(r"(licen[cs]e|notice|copying|copyright|unlicense)", re.IGNORECASE)


def linked(metadata: dict) -> list[dict]:
    """The crates of others that `insight-host` is linked with: neither what builds them nor what tests them."""
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    own = set(metadata["workspace_members"])
    left = [id for id in own if packages[id]["name"] == "insight-host"]
    reached = set(left)
    while left:
        for dependency in nodes[left.pop()]["deps"]:
            is_linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if is_linked and dependency["pkg"] not in reached:
                reached.add(dependency["pkg"])
                left.append(dependency["pkg"])
    return sorted((packages[id] for id in reached - own), key=lambda crate: (crate["name"], crate["version"]))


def texts(crate: dict) -> list[str]:
    """The licence files of a crate, in its own folder or one below, such as that of a library in C."""
    folder = Path(crate["manifest_path"]).parent
    files = sorted(path for path in (*folder.glob("*"), *folder.glob("*/*")) if path.is_file())
    files = [path for path in files if LICENCE.match(path.name) or path.parent.name.lower() == "licenses"]
    files = [path for path in files if path.suffix in ("", ".md", ".txt") or path.suffix[1:].isupper()]
    return [path.read_text(encoding="utf-8", errors="replace").replace("\r\n", "\n").strip() for path in files]


def main() -> None:
    command = ["cargo", "metadata", "--locked", "--format-version", "1", "--filter-platform", sys.argv[1]]
    metadata = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    # By its words, as many texts differ in line breaks alone.
    by_words: dict[str, tuple[str, list[str]]] = {}
    without = []
    crates = linked(metadata)
    for crate in crates:
        name = f"{crate['name']} {crate['version']}"
        found = texts(crate)
        for text in found:
            names = by_words.setdefault(" ".join(text.split()), (text, []))[1]
            if name not in names:
                names.append(name)
        if not found:
            without.append(f"{name}: {crate['license']}, {crate['repository'] or crate['name']}")
    print(f"insight-host is linked with {len(crates)} crates of others, under these licences, and with Rust's standard")
    print("library (Apache-2.0 or MIT, https://github.com/rust-lang/rust).")
    print("\nCrates that ship no text of their licence:\n")
    print("\n".join(without))
    for text, names in sorted(by_words.values(), key=lambda entry: (-len(entry[1]), entry[1])):
        print(f"\n{'=' * 80}\n{', '.join(names)}\n{'-' * 80}\n{text}")


if __name__ == "__main__":
    main()
