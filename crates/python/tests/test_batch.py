"""Annotation of many documents as Arrow columns."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")

import chancery
from conftest import as_json, same

TEXTS = ["Nelson Mandela left.", "Señora Peña is in São Tomé 🛫.", "", "No name here."]


def names(batch) -> list[list[str]]:
    return [[mention["text"] for mention in row["mentions"]] for row in batch.to_pylist()]


def test_every_kind_of_column_gives_the_same() -> None:
    expected = chancery.annotate_batch(TEXTS, engine="fast")
    assert expected.schema == chancery.schema()
    kinds = [pa.string(), pa.large_string(), pa.binary(), pa.large_binary()]
    columns = [pa.array(TEXTS, kind) for kind in kinds]
    columns += [
        pa.chunked_array([TEXTS[:1], TEXTS[1:]]),
        pa.array(["before", *TEXTS])[1:],
        pa.array(TEXTS).dictionary_encode(),
    ]
    for column in columns:
        assert chancery.annotate_batch(column, engine="fast") == expected
    assert chancery.annotate_batch([t.encode() for t in TEXTS], engine="fast") == expected


def test_rows_are_the_documents_of_annotate() -> None:
    for row, text in zip(chancery.annotate_batch(TEXTS, engine="fast").to_pylist(), TEXTS):
        doc = chancery.annotate(text, engine="fast")
        assert as_json(row) == same(json.loads(doc.to_json()))


def test_no_file_is_left_out() -> None:
    files = ["Nelson Mandela left.", None, b"\x00\x01\xff" * 99, "He left Pretoria."]
    batch = chancery.annotate_batch(files, sources=["a", None, "c", "d"], engine="fast")
    assert batch["input"].to_pylist() == [0, 1, 2, 3]
    assert batch["source"].to_pylist() == ["a", "", "c", "d"]
    assert [problem is None for problem in batch["problem"].to_pylist()] == [
        True,
        False,
        False,
        True,
    ]
    assert names(batch) == [["Nelson Mandela"], [], [], ["Pretoria"]]


@pytest.mark.parametrize("files", [[], pa.array([], pa.string()), pa.chunked_array([], pa.string())])
def test_nothing_gives_nothing(files) -> None:
    batch = chancery.annotate_batch(files)
    assert batch.num_rows == 0 and batch.schema == chancery.schema()


def test_wrong_arguments_are_errors() -> None:
    with pytest.raises(ValueError, match="2 files but 1 sources"):
        chancery.annotate_batch(["a", "b"], sources=["a"])
    with pytest.raises(ValueError, match="engine must be"):
        chancery.annotate_batch(["a"], engine="best")
    with pytest.raises(pa.lib.ArrowException):
        chancery.annotate_batch(pa.array([[1]]))


def test_the_command_line_gives_the_same(command_line, volume: Path, examples: list[Path]) -> None:
    paths = [*examples, volume]
    batch = chancery.annotate_batch(
        [path.read_bytes() for path in paths], sources=[str(path) for path in paths], engine="fast"
    )
    found = [as_json(row) for row in batch.to_pylist()]
    expected = [same(line) for line in command_line(paths)]
    assert found == expected
    assert len(found) > 20


def test_threads_give_the_same_as_one(volume: Path, examples: list[Path]) -> None:
    documents = chancery.annotate_all(volume.read_bytes(), engine="fast")
    texts = [doc.text for doc in documents] + [path.read_text() for path in examples]
    parts = [texts[at : at + 20] for at in range(0, len(texts), 20)]
    expected = [chancery.annotate_batch(part, engine="fast") for part in parts]
    with ThreadPoolExecutor(4) as threads:
        found = threads.map(lambda part: chancery.annotate_batch(part, engine="fast"), parts)
        assert list(found) == expected


def test_pure_python_runs_beside_a_batch() -> None:
    """The interpreter's lock is released: this thread counts while another annotates."""
    text = " ".join(["Nelson Mandela left Pretoria for Lusaka."] * 5000)
    with ThreadPoolExecutor(1) as threads:
        running = threads.submit(chancery.annotate_batch, [text] * 4, engine="fast")
        counted = 0
        while not running.done():
            counted += 1
    assert counted > 1000
    assert running.result().num_rows == 4
