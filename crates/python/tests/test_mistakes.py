"""Wrong calls: each is an error of one line, and what is right in a batch is kept."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import chancery
import pytest

ARCHIVED = "SUBJECT: HARBOUR DUES\n\n1. (C) Ama Osei met the Minister in Port Louis.\n"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> chancery.Archive:
    folder = tmp_path_factory.mktemp("archive")
    (folder / "a.txt").write_text(ARCHIVED, encoding="utf-8")
    archive = chancery.Archive(folder / "archive", create=True)
    archive.add(folder / "a.txt", engine="fast")
    return archive


OF_TEXT: list[tuple[Callable[[], object], type[Exception], str]] = [
    (lambda: chancery.annotate(Path("a.txt")), TypeError, "not PosixPath: pass path.read_bytes()"),
    (lambda: chancery.annotate(5), TypeError, "takes text or bytes, not int"),
    (lambda: chancery.annotate(10**9), TypeError, "not int"),
    (lambda: chancery.annotate(None), TypeError, "not NoneType"),
    (lambda: chancery.annotate(float("nan")), TypeError, "not float"),
    (lambda: chancery.annotate(io.StringIO("a")), TypeError, "pass file.read()"),
    (lambda: chancery.annotate(["a"]), TypeError, "call annotate_batch"),
    (lambda: chancery.annotate("He met \ud83d"), ValueError, "character 7 is half of a surrogate pair"),
    (lambda: chancery.annotate("a", engine="quick"), ValueError, "engine must be 'accurate' or 'fast', not 'quick'"),
    (lambda: chancery.annotate("a", names="ours.csv"), TypeError, "must be a NameList, not str: see NameList.from_file"),
    (lambda: chancery.annotate("a", source=3), TypeError, "source must be a str or a path, not int"),
    (lambda: chancery.annotate_all(3), TypeError, "takes text or bytes, not int"),
    (lambda: chancery.annotate_batch("He left."), TypeError, "takes a list of texts, not str: pass [text]"),
    (lambda: chancery.annotate_batch(b"He left."), TypeError, "not bytes: pass [text]"),
    (lambda: chancery.annotate_batch(Path("a.txt")), TypeError, "not PosixPath"),
    (lambda: chancery.annotate_batch(3), TypeError, "takes a list of texts, not int"),
    (lambda: chancery.annotate_batch(["a", 3]), TypeError, "row 1: annotate_batch takes text or bytes, not int"),
    (lambda: chancery.annotate_batch(["a", Path("b")]), TypeError, "row 1: annotate_batch takes text or bytes, not PosixPath"),
    (lambda: chancery.annotate_batch(["a"], sources="a.txt"), TypeError, "sources takes a list of texts, not str"),
    (lambda: chancery.annotate_batch(["a"], sources=[]), ValueError, "1 files but 0 sources"),
    (lambda: chancery.entities("He left."), TypeError, "entities takes a list of texts, not str"),
    (lambda: chancery.entities([3]), TypeError, "entities takes text or bytes, not int"),
    (lambda: chancery.NameList("no,columns\n"), ValueError, ""),
    (lambda: chancery.NameList(3), TypeError, "must be a str, not int"),
    (lambda: chancery.Archive("no/such/archive"), FileNotFoundError, "not an archive"),
    (lambda: chancery.Archive(3), TypeError, "path must be a str or a path, not int"),
    (lambda: chancery.Archive(__file__), OSError, ""),
]

OF_ARCHIVE: list[tuple[Callable[[chancery.Archive], object], type[Exception], str]] = [
    (lambda a: a.search(3), TypeError, "query must be a str, not int"),
    (lambda a: a.search("person:"), ValueError, "query, column"),
    (lambda a: a.search("((((("), ValueError, "query, column"),
    (lambda a: a.search("\ud83d"), ValueError, "surrogate"),
    (lambda a: a.search("a", sort="best"), ValueError, "sort must be 'relevance', 'newest' or 'oldest', not \"best\""),
    (lambda a: a.search("a", limit=-1), ValueError, "limit must be at least 0"),
    (lambda a: a.search("a", limit="5"), TypeError, "limit must be a number, not str"),
    (lambda a: a.search("a", offset=1.5), TypeError, "offset must be a number, not float"),
    (lambda a: a.document("nowhere"), LookupError, "nowhere: not found in the archive"),
    (lambda a: a.document(3), TypeError, "document must be a str, not int"),
    (lambda a: a.entity("per:nobody"), LookupError, "not found in the archive"),
    (lambda a: a.mentions("per:nobody"), LookupError, "not found in the archive"),
    (lambda a: a.entities(label="PERSON"), ValueError, "label must be 'PER', 'LOC', 'ORG' or 'MISC', not 'PERSON'"),
    (lambda a: a.people(None), TypeError, "name must be a str, not NoneType"),
    (lambda a: a.add("no/such/file"), FileNotFoundError, "no/such/file: no such file or folder"),
    (lambda a: a.add([3]), TypeError, "paths must be str or paths, not int"),
    (lambda a: a.add(".", jobs=0), ValueError, "jobs must be at least 1, not 0"),
    (lambda a: a.add(".", engine="best"), ValueError, "engine must be"),
    (lambda a: a.add(".", progress=3), TypeError, "progress must be a function, not int"),
    (lambda a: a.decide("burn"), ValueError, "unknown variant `burn`"),
    (lambda a: a.decide("merge", into="x"), ValueError, "missing field `from`"),
    (lambda a: a.decide("merge", from_="x", into="y"), LookupError, "not found in the archive"),
    (lambda a: a.decide("note", on="x", words=float("nan")), ValueError, "the decision"),
    (lambda a: a.decide("note", on=Path("x"), words="y"), ValueError, "the decision"),
    (lambda a: a.export("x", format="docx"), ValueError, "format must be one of 'text'"),
    (lambda a: a.export("no/such/folder/x"), OSError, "no/such/folder/x"),
    (lambda a: a.export(3), TypeError, "path must be a str or a path, not int"),
]


def check_line(error: BaseException, words: str) -> None:
    assert "\n" not in str(error) and len(str(error)) < 400, str(error)
    assert words in str(error), str(error)


@pytest.mark.parametrize(("call", "kind", "words"), OF_TEXT)
def test_mistakes_about_texts(call: Callable[[], object], kind: type[Exception], words: str) -> None:
    with pytest.raises(kind) as raised:
        call()
    check_line(raised.value, words)


@pytest.mark.parametrize(("call", "kind", "words"), OF_ARCHIVE)
def test_mistakes_about_archives(
    archive: chancery.Archive, call: Callable[[chancery.Archive], object], kind: type[Exception], words: str
) -> None:
    with pytest.raises(kind) as raised:
        call(archive)
    check_line(raised.value, words)
    assert len(archive) == 1


def test_a_batch_keeps_every_row() -> None:
    pandas = pytest.importorskip("pandas")
    rows = ["Nelson Mandela left.", None, float("nan"), pandas.NA, pandas.NaT, "He met \ud83d", b"\x00\x01\xff" * 99, "Pretoria."]
    for column in [rows, tuple(rows), iter(rows), pandas.Series(rows, dtype=object)]:
        found = chancery.annotate_batch(column, engine="fast").to_pylist()
        assert [row["input"] for row in found] == list(range(len(rows)))
        problems = [row["problem"] for row in found]
        assert [problem is None for problem in problems] == [True] + [False] * 6 + [True]
        assert problems[1:5] == ["the value is null"] * 4 and "surrogate" in problems[5]
        assert [[m["text"] for m in row["mentions"]] for row in found] == [["Nelson Mandela"], *[[]] * 6, ["Pretoria"]]
    strings = pandas.Series(["Pretoria.", None])
    assert [row["problem"] for row in chancery.annotate_batch(strings, engine="fast").to_pylist()] == [None, "the value is null"]


def test_a_source_may_be_a_path_of_any_bytes() -> None:
    assert chancery.annotate("Pretoria.", source=Path("a/é.txt"), engine="fast").source == "a/é.txt"
    assert "�" in chancery.annotate("Pretoria.", source="a/\udce9.txt", engine="fast").source
    batch = chancery.annotate_batch(["Pretoria.", "Pretoria."], sources=[Path("a"), float("nan")], engine="fast")
    assert batch["source"].to_pylist() == ["a", ""]
