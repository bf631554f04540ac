#!/usr/bin/env python3
"""Do other people's programs read our exports, and find the same names?

    pip install -r scripts/requirements-exports.txt
    python scripts/check_exports.py --binary target/debug/chancery
    python scripts/check_exports.py --volumes ../shared/data/frus-volumes/*.xml

An archive is made of an invented corpus (accents, emoji, line ends of all
sorts, right-to-left script, names at both ends of a document) and the seed's
brackets where they are at hand, or of the volumes named. It is exported in
every format, and each export is opened with readers that are not ours. What
the jsonl export says is the measure: every name that another format carries
must be found by its reader at the same place, and slice to the same words
there. For networks and maps, which carry no
places, counts are compared. Exits with 1 where anything differs.

The JSON-LD context beside this file holds those terms of
http://www.w3.org/ns/anno.jsonld that the export uses, as pyld must not go to
the network; one that is missing would drop a property and fail the check.
"""

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import export_readers

ROOT = Path(__file__).resolve().parent.parent

# Names are in braces, with their class: {PER:Ama Osei}.
INVENTED = [
    "{PER:Zoë Ünal} met {PER:José Ñandú} in {LOC:Lomé}",
    "{PER:Ama Osei}",
    "{PER:Andre\u0301 Ble\u0301riot} 👨\u200d👩\u200d👧 and {PER:André 👩🏾\u200d🚀 Roy}\r\n{LOC:São Tomé}",
    "🌍 {ORG:Ligue des Émissaires} 🎉 wrote to {PER:Ama 🦁 Osei}.\r\nCopies: {LOC:Lomé}\r\n\r\n{LOC:Oslo}",
    "The letter of {PER:דוד לוי} to {PER:ليلى حداد} reached {LOC:القدس}",
    "  {MISC:Treaty of  Nets}\tbinds {ORG:=cmd()} and {ORG:-Minus Party}, {ORG:@Home}, {ORG:+Plus}.",
    "No name stands here.",
    "{LOC:Rue d'Église}'s end & {ORG:Fish <&> \"Chips\" Board}; \\[PER x ] -DOCSTART- {PER:O'Neil}",
    "{MISC:Norwegian}-{MISC:Danish} talks; {LOC:A}{LOC:B}",
    # More than one text of followthemoney holds.
    "{PER:Ama Osei} " + "wrote a letter. " * 4500 + "{LOC:Lomé}",
]


# Statements inside each other, over a name, over a line end, with and without a hearer.
TELEGRAM = """\
UNCLAS VALLETTA 000001

SUBJECT: THE PORT

1. (U) Minister Karim Benhaddou met Ines Okafor in Valletta on July 25, 2009. Benhaddou told
Okafor that Ravi Osei had said that the port would open in May. Okafor replied that the fund
had no money. French colleagues say that Zoë Ünal will travel to Oslo. We believe that the
vote will fail.

2. (U) According to Ravi Osei, chairman of the fund, the nets were sold.
"""


def invented() -> Iterator[str]:
    """Yield the lines of the corpus as jsonl."""
    for number, marked in enumerate(INVENTED):
        text, at = "", 0
        names: list[dict[str, Any]] = []
        for match in re.finditer(r"\{(PER|LOC|ORG|MISC):(.*?)\}", marked, re.S):
            text += marked[at:match.start()]
            start = len(text)
            text += match[2]
            names.append({"start": start, "end": len(text), "label": match[1]})
            at = match.end()
        text += marked[at:]
        for name in names:
            words = text[name["start"]:name["end"]]
            name["entity"], name["link_kind"] = f"list:{words.lower()}", "name"
            if words in ("Lomé", "Oslo"):
                name["entity"] = {"Lomé": "geonames:2365267", "Oslo": "geonames:3143244"}[words]
        known = {name["entity"]: {"id": name["entity"], "label": name["label"], "score": 0.9,
                                  "reason": "it is in the list",
                                  "name": text[name["start"]:name["end"]]} for name in names}
        line = {"source": f"invented/{number}.txt", "text": text, "mentions": names,
                "entities": list(known.values())}
        yield json.dumps(line, ensure_ascii=False)


FORMATS = {
    "jsonl": ("names.jsonl", export_readers.check_jsonl),
    "brackets": ("names.brackets.txt", export_readers.check_brackets),
    "conll": ("conll", export_readers.check_conll),
    "standoff": ("standoff", export_readers.check_standoff),
    "brat": ("brat", export_readers.check_brat),
    "w3c": ("names.jsonld", export_readers.check_w3c),
    "tei": ("names.tei.xml", export_readers.check_tei),
    "spacy": ("names.spacy.jsonl", export_readers.check_spacy),
    "csv": ("names.csv", export_readers.check_csv),
    "parquet": ("names.parquet", export_readers.check_parquet),
    "arrow": ("names.arrow", export_readers.check_arrow),
    "ftm": ("ftm", export_readers.check_ftm),
    "gexf": ("names.gexf", export_readers.check_network),
    "graphml": ("names.graphml", export_readers.check_network),
    "geojson": ("names.geojson", export_readers.check_geojson),
}

# Formats that hold statements, beside jsonl.
WITH_STATEMENTS = ["w3c", "tei", "parquet", "arrow", "ftm"]

# Formats that `chancery import` reads.
READABLE = ["jsonl", "brackets", "conll", "standoff", "brat", "w3c", "tei", "spacy", "parquet", "arrow"]


def check(binary: Path, archive: Path, folder: Path, formats: list[str]) -> int:
    """Export `archive` in these formats, and return the number of formats that fail."""

    def run(*arguments: str | Path) -> None:
        subprocess.run([binary, *arguments], check=True)

    wrong = 0
    graphs: dict[str, Any] = {}
    run("export", archive, "--statements", "-o", folder / "names.jsonl")
    truth = export_readers.truth_of(folder / "names.jsonl")
    expected = {identity: sorted(document["names"]) for identity, document in truth.items()}
    count = sum(map(len, expected.values()))
    print(f"{len(truth)} documents, {count} names")
    for name in formats:
        path, reader = folder / FORMATS[name][0], FORMATS[name][1]
        began = time.monotonic()
        statements = ["--statements"] if name in WITH_STATEMENTS else []
        run("export", archive, "--format", name, *statements, "-o", path)
        wrote = time.monotonic()
        files: list[Path] = [path] if path.is_file() else list(path.iterdir())
        size = sum(file.stat().st_size for file in files)
        try:
            result = reader(path, truth)
            if isinstance(result, dict):
                found = {identity: sorted(names) for identity, names in result.items()}
                assert found == expected, first_difference(found, expected)
            elif isinstance(result, set):
                graphs[name] = result
                assert len(set(map(frozenset, graphs.values()))) == 1, "the networks differ"
            verdict = "equal"
        except Exception as error:  # whatever a reader raises is a finding
            wrong, verdict = wrong + 1, f"WRONG: {type(error).__name__}: {str(error)[:600]}"
        print(f"{name:9} {size / 1e6:9.2f} MB, written in {wrote - began:6.1f} s, "
              f"read in {time.monotonic() - wrote:6.1f} s: {verdict}", flush=True)
    for name in (name for name in READABLE if name in formats):
        path = folder / FORMATS[name][0]
        run("import", archive, path, "--format", name, "--set", name)
        again = folder / "again.jsonl"
        run("export", archive, "--set", name, "-o", again)
        found = {i: sorted(d["names"]) for i, d in export_readers.truth_of(again).items()}
        # Columns and brackets have no file for a document without tokens.
        same = all(found.get(i, []) == names for i, names in expected.items())
        wrong += not same
        verdict = "equal" if same else "WRONG: " + first_difference(found, expected)
        print(f"{name:9} imported again: {verdict}", flush=True)
    return wrong


def first_difference(found: dict[str, list[Any]], expected: dict[str, list[Any]]) -> str:
    for identity, names in expected.items():
        other = found.get(identity)
        if other != names:
            lost = [n for n in names if n not in (other or [])][:3]
            more = [n for n in other or [] if n not in names][:3]
            return f"document {identity[:12]}: lost {lost}, more {more}"
    return f"documents {set(found) - set(expected)}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/chancery")
    parser.add_argument("--volumes", type=Path, nargs="*", default=[],
                        help="FRUS volumes, instead of the invented corpus")
    parser.add_argument("--formats", nargs="*", default=list(FORMATS), choices=list(FORMATS))
    options = parser.parse_args()
    binary = options.binary.resolve()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        archive = folder / "archive"
        if options.volumes:
            volumes = [volume.resolve() for volume in options.volumes]
            subprocess.run([binary, "add", "--engine", "fast", archive, *volumes, "-q"], check=True)
        else:
            corpus = folder / "corpus.jsonl"
            corpus.write_text("\n".join(invented()), encoding="utf-8")
            run = [binary, "import", archive, "--set", "corpus"]
            subprocess.run([*run, corpus], check=True)
            # Statements come with telegrams that the program reads itself.
            telegrams = folder / "telegrams"
            telegrams.mkdir()
            (telegrams / "09VALLETTA1.txt").write_text(TELEGRAM, encoding="utf-8")
            subprocess.run([binary, "add", "--engine", "fast", archive, telegrams, "-q"], check=True)
            for seed in (ROOT.parent / "shared/seed").glob("*.txt"):
                subprocess.run([*run, "--format", "brackets", seed], check=True)
        wrong = check(binary, archive, folder, options.formats)
    print("all equal" if not wrong else f"{wrong} differ")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
