"""Conversion to spaCy."""

from __future__ import annotations

from pathlib import Path

import pytest

spacy = pytest.importorskip("spacy")

import chancery
from test_annotate import TEXTS


def check(doc: chancery.Document) -> None:
    result = chancery.to_spacy(doc)
    assert result.text == doc.text
    assert [(e.start_char, e.end_char, e.label_) for e in result.ents] == [
        (m.start, m.end, m.label) for m in doc.mentions
    ]
    assert [e.kb_id_ for e in result.ents] == [m.entity.id if m.entity else "" for m in doc.mentions]
    if len(result):
        starts = {sentence.start_char for sentence in result.sents}
        assert starts - {0} <= {s.start for s in doc.sentences} <= starts | {result[0].idx} | starts


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_text_names_and_sentences_are_kept(text: str) -> None:
    check(chancery.annotate(text, engine="fast"))


def test_real_documents_are_kept(volume: Path, examples: list[Path]) -> None:
    for path in [*examples, volume]:
        for doc in chancery.annotate_all(path.read_bytes(), engine="fast"):
            check(doc)


def test_the_vocabulary_is_the_callers() -> None:
    nlp = spacy.blank("en")
    doc = chancery.to_spacy(chancery.annotate("Pretoria.", engine="fast"), nlp.vocab)
    assert doc.vocab is nlp.vocab
    stored = spacy.tokens.DocBin(docs=[doc]).to_bytes()
    again = next(spacy.tokens.DocBin().from_bytes(stored).get_docs(nlp.vocab))
    assert [(e.text, e.label_) for e in again.ents] == [("Pretoria", "LOC")]
