#!/usr/bin/env python3
"""Are our finding aids EAD3, and do bibliographies hold together?

    pip install -r scripts/requirements-exports.txt
    python scripts/check_finding_aid.py --binary target/debug/chancery [ARCHIVE…]

The finding aid of each archive (of the telegrams of the demo, if none is named) is validated
by ead3.xsd, release 1.1.1, which the package django-ead brings. What the schema leaves to the
tag library is checked after it:

- `normal` of a date is ISO 8601: a day, month or year, or two of them with a slash, in order;
- the dates of a component lie within those of the components around it;
- a component of a level holds only lower levels: series, subseries, item;
- every item has an id and a title, and no two have one id;
- the quantity is the number of items, and that of the documents in the archive;
- names have a part that is not empty and an identifier, and no two of a kind have one;
- coordinates are degrees north and east.

Then the bibliography of the archive is read by rispy and bibtexparser: as many entries as
documents, each with its own key. Exits with 1 where anything is wrong.
"""

import argparse
import importlib.util
import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import bibtexparser
import rispy
from lxml import etree

ROOT = Path(__file__).resolve().parent.parent
EAD = "{http://ead3.archivists.org/schema/}"
LEVELS = ["series", "subseries", "item"]
DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")


def schema() -> etree.XMLSchema:
    found = importlib.util.find_spec("ead")
    assert found and found.submodule_search_locations, "pip install django-ead"
    folder = Path(next(iter(found.submodule_search_locations)))
    return etree.XMLSchema(etree.parse(folder / "management/commands/ead3.xsd"))


def dates_of(component: etree._Element) -> list[str]:
    """Return the first and the last date of a component: its own, not those in it."""
    found = component.find(f"{EAD}did/{EAD}unitdate")
    return [] if found is None else found.get("normal", "").split("/")


def lies_within(inner: list[str], outer: list[str]) -> bool:
    """Whether dates lie within others, as exactly as both are known."""
    if not inner or not outer:
        return True
    shared = [min(len(inner[0]), len(outer[0])), min(len(inner[-1]), len(outer[-1]))]
    return outer[0][:shared[0]] <= inner[0][:shared[0]] and inner[-1][:shared[1]] <= outer[-1][:shared[1]]


def faults_of_dates(root: etree._Element) -> list[str]:
    faults = []
    for date in root.iter(f"{EAD}unitdate"):
        parts = date.get("normal", "").split("/")
        if len(parts) > 2 or not all(DATE.fullmatch(part) for part in parts) or parts != sorted(parts):
            faults.append(f"line {date.sourceline}: the date {date.get('normal')!r}")
    for component in root.iter(f"{EAD}c"):
        outer = component.getparent()
        while outer is not None and outer.tag not in (f"{EAD}c", f"{EAD}archdesc"):
            outer = outer.getparent()
        if outer is not None and not lies_within(dates_of(component), dates_of(outer)):
            faults.append(f"line {component.sourceline}: a date outside of those around it")
    return faults


def faults_of_components(root: etree._Element, documents: int) -> list[str]:
    faults = []
    for component in root.iter(f"{EAD}c"):
        outer = component.getparent()
        above = outer.get("level") if outer is not None and outer.tag == f"{EAD}c" else None
        level = component.get("level")
        if LEVELS.index(level) != (LEVELS.index(above) + 1 if above else 0):
            faults.append(f"line {component.sourceline}: a {level} in a {above}")
    ids = [unit.get("identifier") for unit in root.iter(f"{EAD}unitid") if unit.get("identifier")]
    items = [one for one in root.iter(f"{EAD}c") if one.get("level") == "item"]
    titles = [one.findtext(f"{EAD}did/{EAD}unittitle", "").strip() for one in items]
    quantity = root.findtext(f".//{EAD}quantity")
    if len(set(ids)) != len(items) or quantity != str(len(items)) or documents != len(items):
        faults.append(f"{len(items)} items, {len(set(ids))} ids, quantity {quantity}, {documents} documents")
    return faults + ["an item without a title"] * titles.count("")


def faults_of_names(root: etree._Element) -> list[str]:
    faults = []
    for kind in ("persname", "geogname", "corpname"):
        names = root.findall(f".//{EAD}controlaccess/{EAD}{kind}")
        ids = [name.get("identifier") for name in names]
        empty = [name for name in names if not name.findtext(f"{EAD}part", "").strip()]
        if len(set(ids)) != len(ids) or not all(ids) or empty:
            faults.append(f"{kind}: {len(ids)} names, {len(set(ids))} ids, {len(empty)} without words")
    for point in root.iter(f"{EAD}geographiccoordinates"):
        north, east = map(float, (point.text or "").split(","))
        if not (-90 <= north <= 90 and -180 <= east <= 180):
            faults.append(f"line {point.sourceline}: coordinates {point.text}")
    return faults


def faults_of_bibliography(binary: Path, archive: Path, documents: int) -> list[str]:
    def cite(style: str) -> str:
        run: list[str | Path] = [binary, "cite", archive, "--style", style]
        return subprocess.run(run, check=True, capture_output=True).stdout.decode()

    items: list[dict[str, Any]] = json.loads(cite("csl-json"))
    library = bibtexparser.parse_string(cite("bibtex"))
    counts = {
        "CSL-JSON": len({item["id"] for item in items}),
        "RIS": len({record["id"] for record in rispy.loads(cite("ris"))}),
        "BibTeX": len({entry.key for entry in library.entries}),
    }
    faults = [f"{style}: {count} entries of {documents}" for style, count in counts.items() if count != documents]
    return faults + [f"BibTeX: {len(library.failed_blocks)} faults"] * bool(library.failed_blocks)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/chancery")
    parser.add_argument("archives", nargs="*", type=Path)
    options = parser.parse_args()
    binary, valid, wrong = options.binary.resolve(), schema(), 0
    with tempfile.TemporaryDirectory() as temporary:
        archives = options.archives
        if not archives:
            folder = Path(temporary)
            subprocess.run([binary, "demo", "--telegrams", folder / "telegrams"], check=True)
            archives = [folder / "archive"]
            add = ["add", "--quiet", "--engine", "fast", archives[0], folder / "telegrams"]
            subprocess.run([binary, *add], check=True)
        for archive in archives:
            aid = Path(temporary) / "aid.xml"
            subprocess.run([binary, "export", archive, "--format", "ead", "-o", aid], check=True)
            stats = subprocess.run([binary, "stats", archive, "--json"], check=True, capture_output=True)
            documents = json.loads(stats.stdout)["documents"]
            tree = etree.parse(aid)
            faults = [] if valid.validate(tree) else [str(fault) for fault in valid.error_log]
            root = tree.getroot()
            faults += faults_of_dates(root) + faults_of_components(root, documents) + faults_of_names(root)
            faults += faults_of_bibliography(binary, archive, documents)
            for fault in faults[:20]:
                print(f"{archive.name}: {fault}")
            wrong += bool(faults)
            print(f"{archive.name}: finding aid and bibliography of {documents} documents, {len(faults)} faults")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
