"""Makes tables of 1,000 rows in every kind of quoting of Python's module csv.

Usage: quoted_tables.py FOLDER. Writes KIND.csv, and KIND.json with the cells that
the module reads from it, for every combination of quoting, delimiter, line end, and
quotes that are doubled or escaped.
"""

import csv
import itertools
import json
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

QUOTING = {
    "all": csv.QUOTE_ALL,
    "minimal": csv.QUOTE_MINIMAL,
    "nonnumeric": csv.QUOTE_NONNUMERIC,
    "none": csv.QUOTE_NONE,
}
DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"}
LINE_ENDS = {"unix": "\n", "windows": "\r\n", "mac": "\r"}
QUOTES: dict[str, dict[str, Any]] = {
    "doubled": {},
    "escaped": {"doublequote": False, "escapechar": "\\"},
}
PIECES = ["the envoy", " ", '"', ",", ";", "'", "é", "a\tb", "boat", "\n", "\r\n", "1.", "(C)"]


def kinds() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every combination that the module can write."""
    for quoting, delimiter, line_end, quotes in itertools.product(QUOTING, DELIMITERS, LINE_ENDS, QUOTES):
        # Without quotes, delimiters have to be escaped.
        if (quoting, quotes) != ("none", "doubled"):
            options = {
                "quoting": QUOTING[quoting],
                "delimiter": DELIMITERS[delimiter],
                "lineterminator": LINE_ENDS[line_end],
            }
            yield f"{quoting}-{delimiter}-{line_end}-{quotes}", options | QUOTES[quotes]


def main() -> None:
    """Makes the tables."""
    folder = Path(sys.argv[1])
    chance = random.Random(22)
    for kind, options in kinds():
        # A blank cell alone on a line cannot be written without quotes.
        rows = [
            [str(number), "".join(chance.choices(PIECES, k=chance.randint(0, 9))), "the text of a row, in many words " * 3]
            for number in range(1, 1001)
        ]
        if options["quoting"] in (csv.QUOTE_NONE, csv.QUOTE_MINIMAL):
            # The module quotes and escapes only those line ends that also end its lines.
            rows = [[re.sub("\r?\n", options["lineterminator"], cell) for cell in row] for row in rows]
        path = folder / f"{kind}.csv"
        # Numbers are to be read as they are written.
        reading = options if options["quoting"] == csv.QUOTE_NONE else {**options, "quoting": csv.QUOTE_MINIMAL}
        with open(path, "w", newline="", encoding="utf-8") as out:
            csv.writer(out, **options).writerows([["n", "subject", "text"], *rows])
        with open(path, newline="", encoding="utf-8") as source:
            read = list(csv.reader(source, **reading))
        (folder / f"{kind}.json").write_text(json.dumps(read[1:]), encoding="utf-8")


if __name__ == "__main__":
    main()
