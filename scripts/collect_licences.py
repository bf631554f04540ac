"""Prints the licences of all crates that are linked into the program.

    python scripts/collect_licences.py x86_64-unknown-linux-gnu > LICENCES.txt

Reads what cargo says of the dependencies for a target, and the licence files that the
crates themselves bring. Same texts stand once. A crate without a licence file is listed
with the licence that its manifest states; one that states none is an error.
scripts/release.sh puts the result into its archives.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

PROGRAM = "chancery"

# Files of a crate that hold its terms.
LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice|unlicense)", re.IGNORECASE)
# Programs and tables with such a name are none.
OTHER_ENDINGS = {".rs", ".py", ".toml", ".json", ".html", ".tera", ".hbs"}

RULE = "-" * 80


def read_metadata(target: str) -> dict:
    """What cargo says of the workspace and its dependencies for a target."""
    command = ["cargo", "metadata", "--format-version", "1", "--locked", "--filter-platform", target]
    return json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)


def linked_packages(metadata: dict) -> list[dict]:
    """The packages that the program links: no build scripts, macros or tests' tools."""
    packages = {package["id"]: package for package in metadata["packages"]}
    nodes = {node["id"]: node for node in metadata["resolve"]["nodes"]}
    members = set(metadata["workspace_members"])
    start = next(one for one in members if packages[one]["name"] == PROGRAM)
    found, waiting = {start}, [start]
    while waiting:
        for dependency in nodes[waiting.pop()]["deps"]:
            is_linked = any(kind["kind"] is None for kind in dependency["dep_kinds"])
            if is_linked and dependency["pkg"] not in found:
                found.add(dependency["pkg"])
                waiting.append(dependency["pkg"])
    external = [packages[one] for one in found - members]
    return sorted(external, key=lambda package: (package["name"], package["version"]))


def licence_texts(package: dict) -> list[str]:
    """The texts of the licence files of a package."""
    folder = Path(package["manifest_path"]).parent
    files = [
        path
        for path in sorted(folder.iterdir())
        if path.is_file()
        and LICENCE_FILE.search(path.name)
        and path.suffix.lower() not in OTHER_ENDINGS
    ]
    if package.get("license_file"):
        stated = (folder / package["license_file"]).resolve()
        if stated.is_file() and stated not in [path.resolve() for path in files]:
            files.append(stated)
    texts = [path.read_text(encoding="utf-8", errors="replace").strip() for path in files]
    return [text for text in texts if text]


def main() -> int:
    packages = linked_packages(read_metadata(sys.argv[1]))
    by_text: dict[str, list[str]] = defaultdict(list)
    without_text: list[str] = []
    unstated: list[str] = []
    print(f"RUST CRATES IN THE PROGRAM ({len(packages)})\n")
    for package in packages:
        name = f"{package['name']} {package['version']}"
        texts = licence_texts(package)
        stated = package["license"] or ("see its text below" if texts else "")
        print(f"{name}: {stated}")
        if not stated:
            unstated.append(name)
        if not texts:
            without_text.append(name)
        for text in texts:
            by_text[text].append(name)
    if unstated:
        print(f"no licence is stated: {', '.join(unstated)}", file=sys.stderr)
        return 1
    if without_text:
        print("\nThese bring no file with their licence; it is the one stated above:")
        print(", ".join(without_text))
    for text, names in sorted(by_text.items(), key=lambda entry: entry[1]):
        print(f"\n{RULE}\n{', '.join(names)}\n\n{text}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
