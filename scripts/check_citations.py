#!/usr/bin/env python3
"""Do other people's programs read our citations?

    pip install -r scripts/requirements-exports.txt
    python scripts/check_citations.py --binary target/debug/chancery [ARCHIVE]

The server gives the citations of the documents of an archive (the demo, if none is named)
as RIS, BibTeX and CSL-JSON. rispy and bibtexparser read the first two; title, sender, year
and number must be those of the CSL-JSON. Exits with 1 where anything differs.
"""

import argparse
import json
import re
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import bibtexparser
import rispy

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = 200


def get(url: str) -> str:
    with urllib.request.urlopen(url) as answer:  # noqa: S310
        text: str = answer.read().decode("utf-8")
    return text


def without_tex(words: str) -> str:
    """Undo the escapes of TeX."""
    named = {"textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^"}
    words = re.sub(r"\\(text\w+) ?", lambda match: named[match[1]], words)
    return re.sub(r"\\([&%$#_{}])", r"\1", words)


def year_of(item: dict[str, Any]) -> str:
    return str(item["issued"]["date-parts"][0][0]) if "issued" in item else ""


def faults_of_ris(ris: str, item: dict[str, Any]) -> list[str]:
    [record] = rispy.loads(ris)
    expected = {
        "title": item["title"],
        "year": year_of(item),
        "id": item["id"],
        "authors": [name["literal"] for name in item.get("author", [])],
    }
    if item["type"] == "chapter":
        expected["secondary_title"] = item["container-title"]
        expected["type_of_reference"] = "CHAP"
    empty: dict[str, Any] = {"authors": [], "year": ""}
    found = {name: record.get(name, empty.get(name)) for name in expected}
    return [f"RIS {name}: {found[name]!r} is not {expected[name]!r}"
            for name in expected if found[name] != expected[name]]


def faults_of_bibtex(bibtex: str, item: dict[str, Any]) -> list[str]:
    library = bibtexparser.parse_string(bibtex)
    if len(library.entries) != 1 or library.failed_blocks:
        return [f"BibTeX has {len(library.entries)} entries, {len(library.failed_blocks)} faults"]
    fields = {field.key: without_tex(str(field.value)) for field in library.entries[0].fields}
    expected = {"title": item["title"], "year": year_of(item)}
    if item["type"] == "chapter":
        expected["booktitle"] = item["container-title"]
    return [f"BibTeX {name}: {fields.get(name, '')!r} is not {value!r}"
            for name, value in expected.items() if fields.get(name, "") != value]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/chancery")
    parser.add_argument("archive", nargs="?", type=Path)
    options = parser.parse_args()
    room = ["serve", options.archive] if options.archive else ["demo"]
    server = subprocess.Popen([options.binary.resolve(), *room, "--port", "0"],
                              stdout=subprocess.PIPE, text=True)
    assert server.stdout
    try:
        url = json.loads(server.stdout.readline())["url"].rstrip("/")
        hits = json.loads(get(f"{url}/api/v1/search?q=&limit={DOCUMENTS}"))["hits"]
        wrong = 0
        for hit in hits:
            address = f"{url}/doc/{hit['id']}/cite"
            [item] = json.loads(get(f"{address}/csl-json"))
            faults = faults_of_ris(get(f"{address}/ris"), item)
            faults += faults_of_bibtex(get(f"{address}/bibtex"), item)
            for fault in faults:
                print(f"{hit['id'][:12]}: {fault}")
            wrong += bool(faults)
    finally:
        server.terminate()
        server.wait()
    print(f"{len(hits)} citations read by rispy and bibtexparser, {wrong} differ")
    sys.exit(wrong > 0 or not hits)


if __name__ == "__main__":
    main()
