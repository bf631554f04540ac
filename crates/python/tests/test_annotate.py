"""Annotation of single documents."""

from __future__ import annotations

import json
import pickle
import warnings
from pathlib import Path

import chancery
import pytest

TEXTS = {
    "ascii": "Nelson Mandela met the Ambassador in Pretoria.",
    "accents": "Señora Peña left São Tomé for Paris.",
    "decomposed": "Jose\u0301 Ramos-Horta left Dili.",
    "emoji": "🕊️ Nelson Mandela 🕊️ left Pretoria 🛫.",
    "line ends": "SUBJECT: A VISIT\r\n\r\n1. (C) Nelson Mandela left\r\nPretoria on May 3.\r\n",
    "right to left": "مرحبا Nelson Mandela left القاهرة for Pretoria.",
    "at both ends": "Nelson Mandela left Pretoria",
    "empty": "",
    "blanks": " \n\n ",
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
@pytest.mark.parametrize("engine", ["fast", "accurate"])
def test_every_span_slices_to_its_words(text: str, engine: str) -> None:
    doc = chancery.annotate(text, engine=engine)
    raw = text.encode()
    end = 0
    for mention in doc.mentions:
        assert end <= mention.start < mention.end
        end = mention.end
        assert doc.text[mention.start : mention.end] == mention.text
        there = raw[mention.raw_start : mention.raw_end].decode()
        assert there.split() == mention.text.split()
        assert mention.label in {"PER", "LOC", "ORG", "MISC"}
        assert 0 <= mention.score <= 1
        assert any(s.start <= mention.start and mention.end <= s.end for s in doc.sentences)
        assert mention.entity is None or mention in doc.mentions_of(mention.entity)
    for sentence in doc.sentences:
        assert doc.text[sentence.start : sentence.end] == sentence.text
    for field in doc.header.values():
        for value in field if isinstance(field, list) else [field]:
            assert 0 <= value["start"] <= value["end"] <= len(doc.text)


def test_names_are_linked_to_entities() -> None:
    doc = chancery.annotate(TEXTS["line ends"], source="a.txt")
    assert [(m.text, m.label) for m in doc.mentions] == [
        ("Nelson Mandela", "PER"),
        ("Pretoria", "LOC"),
    ]
    assert doc.source == "a.txt"
    assert doc.text.endswith("Nelson Mandela left Pretoria on May 3.")
    pretoria = doc.mentions[1].entity
    assert pretoria is not None
    assert pretoria.id.startswith("geonames:") and pretoria.reason


def test_text_and_its_bytes_are_the_same() -> None:
    for text in TEXTS.values():
        raw = text.encode()
        expected = chancery.annotate(text, engine="fast")
        for same in (raw, bytearray(raw), memoryview(raw)):
            assert chancery.annotate(same, engine="fast") == expected


def test_windows_1252_is_read() -> None:
    doc = chancery.annotate(b"S\xe3o Tom\xe9 is small.", engine="fast")
    assert doc.text == "São Tomé is small."


def test_documents_can_be_pickled() -> None:
    doc = chancery.annotate(TEXTS["accents"], engine="fast")
    again = pickle.loads(pickle.dumps(doc))
    assert again == doc and again.mentions == doc.mentions and hash(again) == hash(doc)


@pytest.mark.parametrize(
    ("raw", "engine", "error"),
    [
        (b"\x00\x01\x02\xff" * 100, "fast", ValueError),
        ("text", "quick", ValueError),
        ("\ud800", "fast", ValueError),
        (3.5, "fast", TypeError),
        (None, "fast", TypeError),
    ],
)
def test_what_cannot_be_read_is_an_error(raw: object, engine: str, error: type) -> None:
    with pytest.raises(error):
        chancery.annotate(raw, engine=engine)  # type: ignore[arg-type]


def test_a_volume_is_several_documents(volume: Path) -> None:
    raw = volume.read_bytes()
    documents = chancery.annotate_all(raw, source=volume.name, engine="fast")
    assert len(documents) > 20
    with pytest.raises(ValueError, match=f"{len(documents)} documents"):
        chancery.annotate(raw, engine="fast")


def test_damaged_parts_are_reported(volume: Path) -> None:
    raw = volume.read_bytes()
    with warnings.catch_warnings(record=True) as issued:
        warnings.simplefilter("always")
        documents = chancery.annotate_all(raw[: len(raw) // 2], engine="fast")
    assert documents
    assert any(warning.category is chancery.ReadWarning for warning in issued)


def test_the_command_line_gives_the_same(command_line, examples: list[Path], volume: Path) -> None:
    paths = [*examples, volume]
    found = [
        json.loads(doc.to_json())
        for path in paths
        for doc in chancery.annotate_all(path.read_bytes(), source=str(path), engine="fast")
    ]
    assert found == command_line(paths)


def test_the_accurate_engine_matches_the_command_line(command_line, examples: list[Path]) -> None:
    found = [chancery.annotate(path.read_bytes(), source=str(path)) for path in examples]
    assert [json.loads(doc.to_json()) for doc in found] == command_line(examples, "accurate")


def test_entities_are_those_of_the_json(volume: Path) -> None:
    for doc in chancery.annotate_all(volume.read_bytes(), source=volume.name, engine="fast"):
        known = json.loads(doc.to_json()).get("entities", [])
        assert [one.same_as for one in doc.entities] == [one.get("same_as") for one in known]
        assert [one.id for one in doc.entities] == [one["id"] for one in known]


def test_warnings_point_at_the_caller() -> None:
    torn = b"<TEI><text><body><div type='document'><p>Pretoria.</div></body></text></TEI>"
    for call in [chancery.annotate, chancery.annotate_all]:
        with pytest.warns(chancery.ReadWarning) as issued:
            call(torn, engine="fast")
        assert issued[0].filename == __file__
