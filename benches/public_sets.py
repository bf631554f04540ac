#!/usr/bin/env python3
"""How well are names and places of public gold standards found, in an archive?

    python benches/public_sets.py chancery hipe HIPE-2022-v2.1-hipe2020-test-en.tsv
    python benches/public_sets.py chancery hipe HIPE-2022-v2.1-topres19th-test-en.tsv
    python benches/public_sets.py chancery toponyms lgl.xml          # also TR-News
    python benches/public_sets.py chancery geovirus GeoVirus.xml
    python benches/public_sets.py chancery elevant aida-conll-test.benchmark.jsonl
    python benches/public_sets.py chancery samples                   # tries the readers

The sets are not in the repository, because their terms do not allow it everywhere. They are at
https://github.com/hipe-eval/HIPE-2022-data (CC BY-NC-SA 4.0), https://github.com/milangritta
(LGL and GeoVirus), https://github.com/ehsk/CHF-TopoResolver (TR-News) and
https://github.com/ad-freiburg/elevant. `samples` reads invented files of the same forms from
benches/samples and fails if the figures differ from those that follow from reading them.

- hipe: `chancery eval` on the tokens: strict F1 of persons, places and organisations.
- toponyms, geovirus: the articles are added to an archive. Printed are F1 of exact names of places;
  of those found, the share that the archive puts within 161 km of the right place (the usual
  measure; the right id of GeoNames counts too), and the median error in km; and F1 of both
  together. The point of a country is its capital.
- elevant: persons and places with their names. A name is right if the entity of the archive is
  called as the gold standard calls it, in any order of words. Persons that the knowledge base
  lacks cannot be right: they count as missed, and the figures say how many were linked.
"""

import argparse
import json
import math
import re
import statistics
import subprocess
import sys
import tempfile
import unicodedata
import xml.etree.ElementTree as ElementTree
from pathlib import Path
from typing import NamedTuple

SAMPLES = Path(__file__).parent / "samples"
# Labels of HIPE-2022 and of topRes19th; others (products, times) are no names here.
HIPE = {"pers": "PER", "loc": "LOC", "org": "ORG", "LOC": "LOC", "BUILDING": "LOC", "STREET": "LOC"}
# Classes of Wikidata that ELEVANT gives to its labels.
ELEVANT = {"Q215627": "PER", "Q27096213": "LOC"}
KILOMETRES = 161.0


class Gold(NamedTuple):
    """A name of the gold standard; offsets in code points."""

    start: int
    end: int
    label: str
    name: str = ""
    geonames: str = ""
    at: tuple[float, float] | None = None


class Article(NamedTuple):
    text: str
    names: list[Gold]


def read_hipe(path):
    """Tokens of HIPE-2022 as BIO columns: a sentence per paragraph, -DOCSTART- between documents."""
    lines = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("# ") and "document_id" in line:
            lines += ["", "-DOCSTART- O", ""]
        if not line or line.startswith("#") or line.startswith("TOKEN\t"):
            continue
        columns = line.split("\t")
        tag, _, kind = columns[1].partition("-")
        lines.append(f"{columns[0]} {tag}-{HIPE[kind]}" if kind in HIPE else f"{columns[0]} O")
        if "EndOfSentence" in columns[-1]:
            lines.append("")
    return "\n".join(lines) + "\n"


def read_toponyms(path):
    """LGL and TR-News: <article> with <text> and <toponym>s, some with a row of GeoNames."""
    for article in ElementTree.parse(path).getroot().iter("article"):
        names = []
        for toponym in article.iter("toponym"):
            row = toponym.find("gaztag")
            where = (float(row.findtext("lat")), float(row.findtext("lon"))) if row is not None else None
            names.append(
                Gold(
                    int(toponym.findtext("start")),
                    int(toponym.findtext("end")),
                    "LOC",
                    name=(row.findtext("name") or "") if row is not None else "",
                    geonames=row.get("geonameid", "") if row is not None else "",
                    at=where,
                )
            )
        yield Article(article.findtext("text"), names)


def read_geovirus(path):
    """GeoVirus: <article> with <text> and <location>s, whose offsets count from 1."""
    for article in ElementTree.parse(path).getroot().iter("article"):
        text = article.findtext("text")
        names = []
        for place in article.iter("location"):
            start, end = int(place.findtext("start")) - 1, int(place.findtext("end")) - 1
            if text[start:end] != place.findtext("name"):
                raise SystemExit(f"{path}: {place.findtext('name')!r} is not at {start + 1} of its article")
            where = (float(place.findtext("lat")), float(place.findtext("lon")))
            page = (place.findtext("page") or "").rsplit("/", 1)[-1].replace("_", " ")
            names.append(Gold(start, end, "LOC", name=page or text[start:end], at=where))
        yield Article(text, names)


def read_elevant(path):
    """ELEVANT's benchmarks: a JSON object per line; only persons and places are read."""
    for line in path.read_text(encoding="utf-8").splitlines():
        article = json.loads(line)
        names = []
        for label in article["labels"]:
            kinds = [ELEVANT[kind] for kind in (label.get("type") or "").split("|") if kind in ELEVANT]
            if kinds and not label.get("optional") and label.get("parent") is None:
                names.append(Gold(*label["span"], kinds[0], name=label.get("name") or ""))
        yield Article(article["text"], names)


def in_an_archive(chancery, articles, engine):
    """The names that an archive of the articles has, for each article, and its places by id."""
    with tempfile.TemporaryDirectory() as folder:
        files, archive = Path(folder, "files"), str(Path(folder, "archive"))
        files.mkdir()
        for number, article in enumerate(articles):
            Path(files, f"{number:06}.txt").write_bytes(article.text.encode())
        run([chancery, "add", "--quiet", "--engine", engine, archive, str(files)])
        places = json.loads(run([chancery, "export", archive, "--format", "geojson"]))
        found = [[] for _ in articles]
        for line in run([chancery, "export", archive, "--format", "jsonl"]).splitlines():
            document = json.loads(line)
            number = int(Path(document["source"]).stem)
            called = {entity["id"]: entity["name"] for entity in document["entities"]}
            raw = articles[number].text.encode()
            for one in document["mentions"]:
                start = len(raw[: one["raw_start"]].decode(errors="ignore"))
                end = len(raw[: one["raw_end"]].decode(errors="ignore"))
                entity = one.get("entity") or ""
                found[number].append((start, end, one["label"], entity, called.get(entity, "")))
    at = {place["id"]: tuple(reversed(place["geometry"]["coordinates"])) for place in places["features"]}
    return found, at


def run(command):
    done = subprocess.run(command, check=False, capture_output=True, text=True, encoding="utf-8")
    if done.returncode not in (0, 3):
        raise SystemExit(f"{' '.join(command[:2])}: {done.stderr.strip()}")
    return done.stdout


def kilometres(a, b):
    """The distance of two points (latitude, longitude) on the sphere."""
    (p, x), (q, y) = ((math.radians(value) for value in point) for point in (a, b))
    half = math.sin((q - p) / 2) ** 2 + math.cos(p) * math.cos(q) * math.sin((y - x) / 2) ** 2
    return 2 * 6371 * math.asin(math.sqrt(half))


def words(name):
    plain = unicodedata.normalize("NFD", name.casefold())
    return frozenset(re.findall(r"\w+", "".join(c for c in plain if not unicodedata.combining(c))))


def is_right(gold, entity, called, at):
    """Whether the entity is the place of the gold standard, and the error in km if both have coordinates."""
    if gold.geonames and entity == f"geonames:{gold.geonames}":
        return True, 0.0
    if entity in at and gold.at:
        error = kilometres(at[entity], gold.at)
        return error <= KILOMETRES, error
    # The archive has no point for it: the names decide.
    return bool(called) and words(called) == words(gold.name), None


def measures(right, predicted, wanted):
    precision = 100 * right / predicted if predicted else 0.0
    recall = 100 * right / wanted if wanted else 0.0
    both = precision + recall
    return {"precision": round(precision, 1), "recall": round(recall, 1), "f1": round(2 * precision * recall / both, 1) if both else 0.0}


def score_places(chancery, articles, engine):
    found, at = in_an_archive(chancery, articles, engine)
    wanted = spans = resolvable = resolved = predicted = linked = 0
    errors = []
    for article, names in zip(articles, found):
        places = {(start, end): (entity, called) for start, end, label, entity, called in names if label == "LOC"}
        predicted += len(places)
        linked += sum(entity != "" and not entity.startswith("loc:") for entity, _ in places.values())
        for gold in article.names:
            wanted += 1
            resolvable += gold.at is not None
            if (gold.start, gold.end) not in places:
                continue
            spans += 1
            if gold.at is None:
                continue
            right, error = is_right(gold, *places[gold.start, gold.end], at)
            resolved += right
            errors += [] if error is None else [error]
    with_point = sum(
        (gold.start, gold.end) in {name[:2] for name in names if name[2] == "LOC"}
        for article, names in zip(articles, found)
        for gold in article.names
        if gold.at
    )
    return {
        "articles": len(articles),
        "places": wanted,
        "names": measures(spans, predicted, wanted),
        "within_161_km": round(100 * resolved / with_point, 1) if with_point else 0.0,
        "median_error_km": round(statistics.median(errors), 1) if errors else None,
        "names_and_places": measures(resolved, linked, resolvable),
    }


def score_names(chancery, articles, engine):
    found, _ = in_an_archive(chancery, articles, engine)
    result = {"articles": len(articles)}
    for label in ("PER", "LOC"):
        wanted = spans = linked = right = predicted = 0
        for article, names in zip(articles, found):
            mine = {(start, end): (entity, called) for start, end, kind, entity, called in names if kind == label}
            predicted += len(mine)
            for gold in (gold for gold in article.names if gold.label == label):
                wanted += 1
                if (gold.start, gold.end) not in mine:
                    continue
                spans += 1
                entity, called = mine[gold.start, gold.end]
                is_linked = entity != "" and not entity.startswith(("n-", "loc:", "per:"))
                linked += is_linked
                right += is_linked and words(called) == words(gold.name)
        result[label] = {"names": wanted, "spans": measures(spans, predicted, wanted), "linked": linked, "links": measures(right, linked, wanted)}
    return result


def score_hipe(chancery, path, engine):
    with tempfile.TemporaryDirectory() as folder:
        columns = Path(folder, "hipe.tsv")
        columns.write_text(read_hipe(path), encoding="utf-8")
        score = json.loads(run([chancery, "eval", str(columns), "--engine", engine, "--ignore", "MISC", "--json"]))
    return {label: values for label, values in score.items() if label != "counts"}


def try_samples(chancery):
    """Each reader on its invented file."""
    hipe = score_hipe(chancery, SAMPLES / "hipe.tsv", "fast")
    toponyms = score_places(chancery, list(read_toponyms(SAMPLES / "toponyms.xml")), "fast")
    geovirus = score_places(chancery, list(read_geovirus(SAMPLES / "geovirus.xml")), "fast")
    elevant = score_names(chancery, list(read_elevant(SAMPLES / "elevant.jsonl")), "fast")
    expected = [
        ("hipe: F1", hipe["overall"]["f1"], 100.0),
        ("toponyms: places", toponyms["places"], 3),
        ("toponyms: recall of names", toponyms["names"]["recall"], 100.0),
        ("toponyms: right, of three of which one has a wrong point", toponyms["within_161_km"], 66.7),
        ("geovirus: recall of names", geovirus["names"]["recall"], 100.0),
        ("geovirus: right; the point of a country is its capital", geovirus["within_161_km"], 50.0),
        ("elevant: recall of persons", elevant["PER"]["spans"]["recall"], 100.0),
        ("elevant: recall of places", elevant["LOC"]["links"]["recall"], 100.0),
        ("elevant: names", elevant["PER"]["names"] + elevant["LOC"]["names"], 3),
    ]
    wrong = [f"{what}: {is_} instead of {should}" for what, is_, should in expected if is_ != should]
    print("\n".join(wrong) or f"{len(expected)} figures of four forms are as expected")
    return not wrong


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("chancery")
    parser.add_argument("form", choices=["hipe", "toponyms", "geovirus", "elevant", "samples"])
    parser.add_argument("file", type=Path, nargs="?")
    parser.add_argument("--engine", choices=["accurate", "fast"], default="accurate")
    arguments = parser.parse_args()
    if arguments.form == "samples":
        sys.exit(0 if try_samples(arguments.chancery) else 1)
    if arguments.file is None:
        parser.error(f"{arguments.form} needs a file")
    if arguments.form == "hipe":
        result = score_hipe(arguments.chancery, arguments.file, arguments.engine)
    elif arguments.form == "elevant":
        result = score_names(arguments.chancery, list(read_elevant(arguments.file)), arguments.engine)
    else:
        read = read_toponyms if arguments.form == "toponyms" else read_geovirus
        result = score_places(arguments.chancery, list(read(arguments.file)), arguments.engine)
    print(json.dumps(result, indent=1))


if __name__ == "__main__":
    main()
