"""Entities of many files, and the user's own list: as on the command line and in
archives. All people are invented."""

from __future__ import annotations

import json
import os
import pickle
import subprocess
from itertools import permutations
from pathlib import Path

import chancery
import pytest

LIST = (
    'id,name,aliases,label\n7,"Rakotsoane, Tumelo",,PER\n'
    "8,Highlands Water Guild,HWG|Water Guild,ORG\n"
)

BODIES = [
    "Minister Tumelo Rakotsoane left Lesotho. Rakotsoane met Anna Weidlich.",
    "Mr. Tumelo Rakotsoane wrote to the Water Guild in Lesotho.",
    "A trader called Weidlich sold cars to the HWG in Lesotho.",
]


def telegram(serial: int, body: str) -> str:
    return (
        f"R 161305Z JUN 09\nFM AMEMBASSY MASERU\nTO SECSTATE WASHDC {serial}\n"
        f"C O N F I D E N T I A L MASERU {serial:06}\n\nE.O. 12958: N/A\nTAGS: PREL, LT\n"
        f"SUBJECT: TALKS {serial}\n\n1. (C) {body}\n"
    )


TELEGRAMS = [telegram(serial, body) for serial, body in enumerate(BODIES, 1)]


def known(entities: list[chancery.JoinedEntity]) -> list[tuple[str, tuple[tuple[str, int], ...]]]:
    return sorted((entity.id, entity.forms) for entity in entities)


@pytest.fixture
def program() -> str:
    program = os.environ.get("CHANCERY")
    if not program:
        pytest.skip("CHANCERY does not name a program to compare with")
    return program


@pytest.mark.parametrize("names", [None, LIST])
def test_entities_are_those_of_the_command_line_and_of_an_archive(
    names: str | None, program: str, tmp_path: Path
) -> None:
    listed = chancery.NameList(names) if names else None
    found = known(chancery.entities(TELEGRAMS, engine="fast", names=listed))
    for order in permutations(TELEGRAMS):
        assert known(chancery.entities(order, engine="fast", names=listed)) == found
    paths = [str(tmp_path / f"{number}.txt") for number in range(len(TELEGRAMS))]
    for path, text in zip(paths, TELEGRAMS):
        Path(path).write_text(text)
    (tmp_path / "ours.csv").write_text(LIST)
    options = ["--engine", "fast", "--quiet"]
    own = ["--names", str(tmp_path / "ours.csv")] if names else []

    def run(*arguments: str) -> list[dict]:
        done = subprocess.run([program, *arguments], capture_output=True, check=True)
        return [json.loads(line) for line in done.stdout.splitlines()]

    lines = run("entities", "--json", *options, *own, *paths)
    assert sorted((line["id"], tuple(sorted(line["forms"].items()))) for line in lines) == found
    archive = str(tmp_path / "archive")
    run("add", archive, *options, *own, paths[2])
    run("add", archive, *options, *paths[:2])
    in_archive: dict[str, dict[str, int]] = {}
    for document in run("export", archive, "--format", "jsonl"):
        for mention in document["mentions"]:
            forms = in_archive.setdefault(mention["entity"], {})
            text = " ".join(mention["text"].split())
            forms[text] = forms.get(text, 0) + 1
    # An archive has other ids for what is on no list: the groups are the same.
    groups = sorted(tuple(sorted(forms.items())) for forms in in_archive.values())
    assert groups == sorted(forms for _, forms in found)


def test_the_users_list_is_used_everywhere() -> None:
    names = chancery.NameList(LIST)
    doc = chancery.annotate(TELEGRAMS[0], engine="fast", names=names)
    assert {m.text: m.entity.id for m in doc.mentions if m.entity and "Rako" in m.text} == {
        "Tumelo Rakotsoane": "own:7",
        "Rakotsoane": "own:7",
    }
    entity = next(entity for entity in doc.entities if entity.id == "own:7")
    assert entity.certainty in ("sure", "likely")
    assert not any(e.id.startswith("own:") for e in chancery.annotate(TELEGRAMS[0]).entities)
    assert pickle.loads(pickle.dumps(names)) == names
    pytest.importorskip("pyarrow")
    batch = chancery.annotate_batch(TELEGRAMS, engine="fast", names=names)
    ids = {entity["id"] for row in batch.to_pylist() for entity in row["entities"]}
    assert {"own:7", "own:8"} <= ids


def test_a_damaged_list_names_its_line(tmp_path: Path) -> None:
    path = tmp_path / "ours.csv"
    path.write_text("id,name,label\n1,Ama Osei,PER\n1,Ports,LOC\n")
    with pytest.raises(ValueError, match=r"ours\.csv: line 3: .* is LOC here and PER in line 2"):
        chancery.NameList.from_file(path)
