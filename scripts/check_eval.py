#!/usr/bin/env python3
"""Does `chancery eval --pred` count as seqeval does (strict, IOB2)?

    cargo build --release
    pip install -r scripts/requirements.txt
    python scripts/check_eval.py

or, with both steps: scripts/check_eval.sh

Twenty prediction files are made from a gold file by random corruption with a
fixed seed. Even ones hold whole names moved, cut, dropped, invented or given
another class; odd ones have single tags replaced, so that they hold tags out
of sequence too (an I- that continues nothing). Counts of gold, found and
correct names must be equal for every class and file.
"""

import argparse
import json
import random
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random

from seqeval.metrics.v1 import precision_recall_fscore_support
from seqeval.scheme import IOB2, Entities

ROOT = Path(__file__).resolve().parent.parent
LABELS = ["PER", "LOC", "ORG", "MISC"]
TAGS = ["O"] + [f"{prefix}-{label}" for prefix in "BI" for label in LABELS]


def read_columns(path: Path) -> list[list[tuple[str, ...]]]:
    """Return the sentences, each a list of (token, tag)."""
    blocks = path.read_text(encoding="utf-8").strip("\n").split("\n\n")
    return [[tuple(line.split("\t")) for line in block.split("\n")] for block in blocks]


def write_columns(path: Path, tokens: list[list[str]], tags: list[list[str]]) -> None:
    blocks = ("\n".join(f"{t}\t{g}" for t, g in zip(*pair)) for pair in zip(tokens, tags))
    path.write_text("\n\n".join(blocks) + "\n", encoding="utf-8")


def corrupt_names(tags: list[str], rate: float, chance: Random) -> list[str]:
    """Moves, cuts, drops, invents or renames whole names: always well formed."""
    labels: list[str | None] = [tag[2:] if tag != "O" else None for tag in tags]
    starts = [tag.startswith("B-") for tag in tags]
    for at in range(len(tags)):
        if chance.random() < rate:
            labels[at] = chance.choice([None, *LABELS])
            starts[at] = chance.random() < 0.5
    result = []
    for at, label in enumerate(labels):
        follows = at > 0 and labels[at - 1] == label and not starts[at]
        result.append("O" if label is None else f"{'I' if follows else 'B'}-{label}")
    return result


def corrupt_tags(tags: list[str], rate: float, chance: Random) -> list[str]:
    """Replaces single tags: not always well formed."""
    return [chance.choice(TAGS) if chance.random() < rate else tag for tag in tags]


def seqeval_counts(gold_tags: list[list[str]], found_tags: list[list[str]]) -> dict[str, dict[str, int]]:
    gold, found = (Entities(tags, IOB2) for tags in (gold_tags, found_tags))
    counts = {}
    for label in LABELS:
        true, pred = gold.filter(label), found.filter(label)
        counts[label] = {"gold": len(true), "found": len(pred), "correct": len(true & pred)}
    return counts


def seqeval_measures(gold: list[list[str]], found: list[list[str]]) -> list[float]:
    measures = precision_recall_fscore_support(
        gold, found, average="micro", scheme=IOB2, zero_division=0)
    return [100 * value for value in measures[:3]]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--binary", type=Path, default=ROOT / "target/release/chancery")
    parser.add_argument("--gold", type=Path,
                        default=ROOT.parent / "shared/data/ner/conll2003/test.tsv")
    parser.add_argument("--files", type=int, default=20)
    options = parser.parse_args()

    sentences = read_columns(options.gold)
    tokens = [[token for token, _ in sentence] for sentence in sentences]
    gold = [[tag for _, tag in sentence] for sentence in sentences]
    chance = random.Random(2003)
    wrong = 0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(options.files):
            corrupt = corrupt_tags if number % 2 else corrupt_names
            rate = 0.002 * 1.4 ** number
            found = [["O"] if words == ["-DOCSTART-"] else corrupt(tags, rate, chance)
                     for words, tags in zip(tokens, gold)]
            path = Path(folder) / f"{number}.tsv"
            write_columns(path, tokens, found)
            command = [options.binary, "eval", "--json", "--pred", path, options.gold]
            ours = json.loads(subprocess.run(command, stdout=subprocess.PIPE, check=True).stdout)
            theirs = seqeval_counts(gold, found)
            measures = [ours["overall"][key] for key in ("precision", "recall", "f1")]
            close = all(abs(a - b) < 0.005 for a, b in zip(measures, seqeval_measures(gold, found)))
            right = close and all(ours["counts"].get(label, {"gold": 0, "found": 0, "correct": 0})
                                  == theirs[label] for label in LABELS)
            wrong += not right
            print(f"{number:2}: {corrupt.__name__:14} rate {rate:.3f}  F1 {measures[2]:6.2f}  "
                  f"{'equal' if right else f'DIFFERENT: {ours} {theirs}'}")
    print(f"{options.files - wrong} of {options.files} equal")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
