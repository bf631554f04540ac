"""How many of the telegrams that an archive lacks does `chancery holes` name?

    unzip ../shared/data/cables/cable-pages.zip -d CABLES
    python benches/holes.py target/release/chancery CABLES

Leaves out a tenth of the telegrams at random (fixed seed), adds the others to an
archive, and compares what `holes` says is cited with what the texts of the others cite:
the post and serial of a telegram that was left out, with its year or in the year of the
citing telegram. The texts are searched by a regular expression, not by the program. Also
prints how many of the left out serials are in the gaps that `holes` lists.
"""

import argparse
import html
import json
import random
import re
import subprocess
import tempfile
from pathlib import Path

SEED = 20261130
ID = re.compile(r"(\d{2})([A-Z]+)(\d+)$")
# "RUEHBUL/AMEMBASSY KABUL 0170" is the message number of an addressee, and "S E C R E T
# KABUL 000170" that of the telegram itself.
NO_REFERENCE = re.compile(r"(?m)^.*\bR[A-Z]{3,7}/\w.*$|^\s*(?:UNCLAS|C O N F I D|S E C R E T).*$")
CITED = re.compile(r"(?:\b(?:19|20)?(\d{2})\s*)?\b([A-Z][A-Z]+(?: [A-Z]+){0,2})\s+0*(\d{1,6})\b")


def text_of(page):
    """The words of a page."""
    words = re.sub(r"<[^>]+>", " ", page.read_text(encoding="utf-8", errors="replace"))
    return NO_REFERENCE.sub("", html.unescape(words))


def cited_ids(page):
    """Ids that a page may cite: year, post and serial, with all readings of the post."""
    own = ID.match(page.stem)
    found = set()
    for year, post, serial in CITED.findall(text_of(page)):
        words = post.split()
        for first in range(len(words)):
            name = "".join(words[first:])
            found.add((year if first == 0 and year else own[1], name, int(serial)))
    for year, post, serial in re.findall(r"\b(\d{2})([A-Z]{3,})0*(\d{1,6})\b", text_of(page)):
        found.add((year, post, int(serial)))
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("program", type=Path)
    parser.add_argument("cables", type=Path)
    parser.add_argument("--seed", type=int, default=SEED)
    arguments = parser.parse_args()
    pages = sorted(page for page in arguments.cables.rglob("*.html") if ID.match(page.stem))
    chance = random.Random(arguments.seed)
    left_out = set(chance.sample(pages, len(pages) // 10))
    parts = {page: ID.match(page.stem).groups() for page in left_out}
    left_out_ids = {(year, post, int(serial)): page.stem for page, (year, post, serial) in parts.items()}
    kept = [page for page in pages if page not in left_out]
    cited = {}
    for page in kept:
        for one in cited_ids(page) & set(left_out_ids):
            cited.setdefault(left_out_ids[one], []).append(page.stem)
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "in")
        source.mkdir()
        for page in kept:
            Path(source, page.name).write_bytes(page.read_bytes())
        archive = str(Path(folder, "archive"))
        add = [str(arguments.program.resolve()), "add", archive, str(source), "--engine", "fast", "-q"]
        subprocess.run(add, check=True)
        printed = subprocess.run(
            [add[0], "holes", archive, "--json"], check=True, capture_output=True, text=True
        ).stdout
    holes = json.loads(printed)
    named = {telegram["id"] for telegram in holes["absent"]}

    def plain(stem):
        year, post, serial = ID.match(stem).groups()
        return f"{year}{post}{int(serial)}"

    found = [stem for stem in cited if plain(stem) in named]
    missed = sorted(set(cited) - set(found))
    print(f"{len(pages)} telegrams, {len(left_out)} left out, {len(cited)} of these cited by others")
    print(f"named by holes: {len(found)} ({100 * len(found) / max(1, len(cited)):.1f} %)")
    print(f"not named: {', '.join(f'{stem} (by {cited[stem][0]})' for stem in missed) or 'none'}")
    runs = [(s["post"].replace(" ", ""), s["period"], run) for s in holes["series"] for run in s["missing"]]
    in_gaps = sum(
        any(p == post and str(period)[2:] == year and first <= int(serial) <= last
            for p, period, (first, last) in runs)
        for year, post, serial in parts.values()
    )
    print(f"in gaps between serials: {in_gaps} of {len(left_out)}; absent telegrams in all: {len(named)}")


if __name__ == "__main__":
    main()
