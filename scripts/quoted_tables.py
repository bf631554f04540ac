"""Makes tables of 1,000 rows in every kind of quoting of Python's module csv.

Usage: quoted_tables.py FOLDER. Writes KIND.csv, and KIND.json with the cells that
the module reads from it.
"""

import csv
import json
import random
import sys
from pathlib import Path
from typing import Any

KINDS: dict[str, dict[str, Any]] = {
    "all": {"quoting": csv.QUOTE_ALL},
    "minimal": {"quoting": csv.QUOTE_MINIMAL},
    "nonnumeric": {"quoting": csv.QUOTE_NONNUMERIC},
    "semicolons": {"delimiter": ";"},
    "tabs": {"delimiter": "\t"},
    "escaped": {"quoting": csv.QUOTE_ALL, "doublequote": False, "escapechar": "\\"},
    "escaped-minimal": {"doublequote": False, "escapechar": "\\"},
    "none": {"quoting": csv.QUOTE_NONE, "escapechar": "\\"},
}
PIECES = ["the envoy", " ", '"', ",", ";", "'", "é", "a\tb", "boat", "\n", "\r\n", "1.", "(C)"]


def main() -> None:
    """Makes the tables."""
    folder = Path(sys.argv[1])
    chance = random.Random(22)
    for kind, options in KINDS.items():
        # A blank cell alone on a line cannot be written without quotes.
        rows = [
            [str(number), "".join(chance.choices(PIECES, k=chance.randint(0, 9))), "the text of a row, in many words " * 3]
            for number in range(1, 1001)
        ]
        path = folder / f"{kind}.csv"
        with open(path, "w", newline="", encoding="utf-8") as out:
            csv.writer(out, **options).writerows([["n", "subject", "text"], *rows])
        with open(path, newline="", encoding="utf-8") as source:
            read = list(csv.reader(source, **{**options, "quoting": csv.QUOTE_MINIMAL} if kind == "nonnumeric" else options))
        (folder / f"{kind}.json").write_text(json.dumps(read[1:]), encoding="utf-8")


if __name__ == "__main__":
    main()
