"""Fixtures: the repository's examples, real volumes if available, and the command
line for comparison."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
VOLUMES = ROOT / "../shared/data/frus-volumes"


@pytest.fixture(scope="session")
def examples() -> list[Path]:
    return sorted((ROOT / "examples").glob("*.txt"))


@pytest.fixture(scope="session")
def volume() -> Path:
    """The smallest volume."""
    volumes = sorted(VOLUMES.glob("*.xml"), key=lambda path: path.stat().st_size)
    if not volumes:
        pytest.skip(f"{VOLUMES}: absent")
    return volumes[0]


@pytest.fixture(scope="session")
def command_line():
    """Runs ``chancery annotate --format jsonl`` with the program that the
    environment variable CHANCERY names."""
    program = os.environ.get("CHANCERY")
    if not program:
        pytest.skip("CHANCERY does not name a program to compare with")

    def annotate(paths: list[Path], engine: str = "fast") -> list[dict]:
        arguments = ["annotate", "--format", "jsonl", "--engine", engine, "--quiet"]
        done = subprocess.run([program, *arguments, *paths], capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    return annotate


def as_json(row: dict) -> dict:
    """Convert a row of a batch to the command line's JSON."""
    row = {key: row[key] for key in ("id", "source", "format", "text", "mentions", "entities", "footnotes")} | {
        "header": json.loads(row["header"]),
        "sentences": [[sentence["start"], sentence["end"]] for sentence in row["sentences"]],
    }
    for mention in row["mentions"]:
        start, end = mention.pop("title_start"), mention.pop("title_end")
        mention["title"] = None if start is None else [start, end]
    return row | {
        "mentions": [filled(mention) for mention in row["mentions"]],
        "entities": [filled(entity) for entity in row["entities"]],
    }


def filled(fields: dict) -> dict:
    """Drop empty fields, which JSON omits, and round scores as JSON does."""
    return {
        key: round(value, 4) if key == "score" else value
        for key, value in fields.items()
        if value is not None and value != ""
    }


def same(line: dict) -> dict:
    """Convert a line of the command line to the form of :func:`as_json`. Columns have
    no offices, references and pages."""
    absent = ("offices", "references", "pages")
    line = {key: value for key, value in line.items() if key not in absent}
    return {"entities": [], "footnotes": []} | line | {
        "mentions": [filled(mention) for mention in line["mentions"]],
        "entities": [filled(entity) for entity in line.get("entities", [])],
    }
