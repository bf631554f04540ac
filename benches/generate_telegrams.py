"""Telegrams without number, to measure an archive with: those of real volumes,
repeated with other dates, serials, posts, recipients and names.

    chancery annotate VOLUMES --format jsonl -o volumes.jsonl
    python benches/generate_telegrams.py volumes.jsonl OUT --count 250000

writes OUT/000/…txt, a thousand to a folder. The same arguments give the same
bytes. Persons and places are exchanged for others that the volumes name, a
name for the same name throughout a document.
"""

import argparse
import json
import random
import re
import textwrap
from pathlib import Path

TAGS = "PREL PGOV PTER ECON ETRD EAID MARR MASS PARM KNNP ENRG SNAR PHUM PINR MOPS".split()
LEVELS = ["UNCLASSIFIED", "CONFIDENTIAL", "SECRET", "LIMITED OFFICIAL USE"]
MARKS = {"UNCLASSIFIED": "U", "CONFIDENTIAL": "C", "SECRET": "S", "LIMITED OFFICIAL USE": "LOU"}
MONTHS = "JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC".split()
POSTS = """ALGIERS ANKARA ATHENS BAGHDAD BANGKOK BEIRUT BONN CAIRO CARACAS DAKAR DAMASCUS DHAKA
JAKARTA JIDDA KABUL KARACHI KHARTOUM KINSHASA LAGOS LIMA LISBON LONDON MADRID MANILA MOSCOW NAIROBI
NICOSIA OSLO PARIS RABAT ROME SANAA SEOUL TEHRAN TOKYO TRIPOLI TUNIS VIENNA WARSAW""".split()


def telegrams(path):
    """Text, paragraphs and names of the documents that were telegrams."""
    found = []
    with open(path, encoding="utf-8") as lines:
        documents = [json.loads(line) for line in lines]
    for document in documents:
        text = document["text"]
        if re.search(r"\btelegram\b", text[:300], re.I) and 600 < len(text) < 12000:
            names = [n for n in document["mentions"] if n["label"] in ("PER", "LOC")]
            found.append((text, names))
    return found


def pools(found):
    """The names that may stand for each other."""
    pool = {"PER": set(), "LOC": set()}
    for _, names in found:
        for name in names:
            if 3 < len(name["text"]) < 30 and "\n" not in name["text"]:
                pool[name["label"]].add(name["text"])
    return {label: sorted(names) for label, names in pool.items()}


def changed(text, names, pool, chance):
    """The text with other names."""
    other, out, at = {}, [], 0
    for name in names:
        surface = name["text"]
        if surface not in other:
            keep = chance.random() < 0.3
            other[surface] = surface if keep else chance.choice(pool[name["label"]])
        out += [text[at : name["start"]], other[surface]]
        at = name["end"]
    return "".join(out) + text[at:]


def telegram(number, text, chance):
    """A telegram of the 2000s with this body; sections of one in fifty."""
    year, month, day = chance.randint(1973, 2010), chance.randint(1, 12), chance.randint(1, 28)
    post, serial = chance.choice(POSTS), number // len(POSTS) % 9000 + 1
    level = chance.choice(LEVELS)
    mark = MARKS[level] + ("/NF" if chance.random() < 0.1 else "")
    time = f"{day:02}{chance.randint(0, 23):02}{chance.randint(0, 59):02}Z"
    paragraphs = [p for p in text.split("\n") if p.strip()]
    title, body = paragraphs[0], paragraphs[1:]
    subject = re.sub(r"^\d+\.\s*", "", title).upper()[:90]
    head = [
        f"VZCZCXRO{number:06}",
        "PP RUEHC RUEHXX",
        f"DE RUEH{post[:2]} #{serial:04}/01 {chance.randint(1, 365):03}{time[2:6]}",
        f"ZNY {'CCCCC' if level != 'UNCLASSIFIED' else 'UUUUU'} ZZH",
        f"P {time} {MONTHS[month - 1]} {year % 100:02}",
        f"FM AMEMBASSY {post}",
        f"TO RUEHC/SECSTATE WASHDC PRIORITY {serial:04}",
        f"INFO RUEHXX/AMEMBASSY {chance.choice(POSTS)}",
        "",
        f"{level} SECTION 01 OF 01 {post} {serial:06}" if number % 50 else f"{level} {post} {serial:06}",
        "",
        "E.O. 12958: DECL: N/A",
        "TAGS: " + ", ".join(chance.sample(TAGS, 3)),
        f"SUBJECT: {subject}",
        "",
    ]
    lines = []
    for count, paragraph in enumerate(body, 1):
        lines += textwrap.wrap(f"{count}. ({mark}) {paragraph}", 68) + [""]
    return "\n".join(head + lines) + f"\n{chance.choice(['NN', ''])}\n"


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("volumes", type=Path)
    arguments.add_argument("out", type=Path)
    arguments.add_argument("--count", type=int, default=250_000)
    arguments.add_argument("--seed", type=int, default=5)
    given = arguments.parse_args()
    found = telegrams(given.volumes)
    pool = pools(found)
    chance = random.Random(given.seed)
    for number in range(given.count):
        folder = given.out / f"{number // 1000:03}"
        if number % 1000 == 0:
            folder.mkdir(parents=True, exist_ok=True)
        text, names = found[number % len(found)]
        text = telegram(number, changed(text, names, pool, chance), chance)
        (folder / f"{number:06}.txt").write_text(text, encoding="utf-8")
    print(f"{given.count} telegrams of {len(found)} in {given.out}")


if __name__ == "__main__":
    main()
