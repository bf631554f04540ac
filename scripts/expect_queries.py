"""Which documents answer the queries of crates/chancery/tests/data/queries.tsv?

    chancery export ARCHIVE -o ARCHIVE.jsonl
    pip install snowballstemmer
    python scripts/expect_queries.py ARCHIVE.jsonl < QUERIES

Prints a row of the table for each query of the kinds below: it, the number of documents,
the first five ids. The texts and names of the export are searched here by regular
expressions; the index is not asked. Kinds: "words near"~5 with PERSON, PLACE, ORG,
OFFICE, DATE; stem:word; pat*ern; fields and NOT beside these.
"""

import bisect
import json
import re
import sys
import unicodedata
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import snowballstemmer

APOSTROPHES = "'\u2019\u2018\u02bc"
TOKEN = re.compile(
    rf"\d{{1,3}}(?:,\d{{3}})+(?![\d,]*\w)|(?:[^\W\d_]{{1,2}}\.)+[^\W\d_]{{1,2}}(?!\w)|[^\W_]+(?:[{APOSTROPHES}][^\W_]+)*"
)
MONTHS = "january february march april may june july august september october november december".split()
LABELS = {"PERSON": "PER", "PLACE": "LOC", "ORG": "ORG"}
STEMMER = snowballstemmer.stemmer("english")


def fold(word: str) -> str:
    plain = unicodedata.normalize("NFD", word.lower())
    return "".join(c for c in plain if c.isalnum())


def tokens(text: str) -> list[tuple[str, int, int]]:
    """The words of a text: folded, start, end."""
    found = []
    for match in TOKEN.finditer(text):
        word = re.sub(rf"[{APOSTROPHES}][sS]$", "", match[0])
        found.append((fold(word), match.start(), match.start() + len(word)))
    return found


class Positions:
    """The positions of words and classes in a document, found once."""

    def __init__(self, document: dict[str, Any]) -> None:
        self.words = tokens(document["text"])
        self.forms = [word[0] for word in self.words]
        self.ends = [word[2] for word in self.words]
        self.of_form: dict[str, list[int]] = {}
        for n, form in enumerate(self.forms):
            self.of_form.setdefault(form, []).append(n)
        names = document["mentions"]
        self.of_class = {
            name: self.of_spans((m["start"], m["end"]) for m in names if m["label"] == label)
            for name, label in LABELS.items()
        }
        offices = ((one["start"], one["end"]) for one in document.get("offices", []))
        self.of_class["OFFICE"] = self.of_spans(offices)
        self.of_class["DATE"] = self.dates()

    def of_spans(self, spans: Iterable[tuple[int, int]]) -> list[int]:
        found = []
        for start, end in spans:
            at = bisect.bisect_right(self.ends, start)
            if at < len(self.words) and self.words[at][1] < end:
                found.append(at)
        return found

    def dates(self) -> list[int]:
        def is_number(n: int) -> bool:
            form = self.forms[n] if 0 <= n < len(self.forms) else ""
            return form.isdecimal() and (1 <= int(form) <= 31 or 1000 <= int(form) <= 2999)

        months = {form for name in MONTHS for form in (name, name[:3])}
        at = [n for form in months for n in self.of_form.get(form, [])]
        return [n - 1 if is_number(n - 1) else n for n in at if is_number(n - 1) or is_number(n + 1)]

    def of(self, slot: str) -> list[int]:
        return self.of_class[slot] if slot in self.of_class else self.of_form.get(slot, [])


def near(positions: Positions, slots: list[str], gap: int) -> bool:
    lists = [positions.of(slot) for slot in slots]
    width = gap + len(slots) - 1

    def choose(at: int, chosen: list[int]) -> bool:
        if at == len(lists):
            return True
        return any(
            p not in chosen and choose(at + 1, [*chosen, p])
            for p in lists[at]
            if all(abs(p - one) <= width for one in chosen)
        )

    return all(lists) and choose(0, [])


def matches(document: dict[str, Any], positions: Positions, term: str) -> bool:
    if match := re.fullmatch(r'"([^"]+)"~(\d+)', term):
        return near(positions, match[1].split(), int(match[2]))
    if term.startswith("stem:"):
        wanted, same = STEMMER.stemWord(term[5:]), term[5:8]
        return any(form.startswith(same) and STEMMER.stemWord(form) == wanted for form in positions.of_form)
    if "*" in term:
        pattern = re.compile(".*".join(map(re.escape, term.split("*"))))
        return any(pattern.fullmatch(form) for form in positions.of_form)
    if term.startswith("date:"):
        header = document["header"]
        day = header.get("date_time", {}).get("value", {}).get("date") or header.get("date", {}).get("value", "")
        return str(day).startswith(term[5:])
    return term in positions.of_form


def main() -> None:
    queries = [line.strip() for line in sys.stdin if line.strip() and not line.startswith("#")]
    ids: dict[str, list[str]] = {query: [] for query in queries}
    for line in Path(sys.argv[1]).read_text(encoding="utf-8").splitlines():
        document = json.loads(line)
        positions = Positions(document)
        for query in queries:
            terms = re.findall(r'-?(?:"[^"]*"~\d+|\S+)', query)
            if all(matches(document, positions, t.lstrip("-")) != t.startswith("-") for t in terms):
                ids[query].append(document["id"][:12])
    for query in queries:
        found = sorted(ids[query])
        print(query, len(found), " ".join(found[:5]), sep="\t")


if __name__ == "__main__":
    main()
