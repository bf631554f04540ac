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


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_a_component_sets_the_names_of_the_text(text: str) -> None:
    nlp = spacy.blank("en")
    nlp.add_pipe("chancery", config={"engine": "fast"})
    doc = nlp(text)
    assert doc.text == text
    expected = [mention.text.split() for mention in chancery.annotate(text, engine="fast").mentions]
    assert [ent.text.split() for ent in doc.ents] == expected
    assert all(ent.kb_id_ for ent in doc.ents if ent.text == "Pretoria")
    assert [[ent.text for ent in one.ents] for one in nlp.pipe([text, text])] == [[ent.text for ent in doc.ents]] * 2


def test_a_component_keeps_entities_if_it_is_told_to() -> None:
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    ruler.add_patterns([{"label": "SHIP", "pattern": "Aurora"}])
    nlp.add_pipe("chancery", config={"engine": "fast", "keep": True})
    again = spacy.blank("en").from_config(nlp.config)
    assert again.pipe_names == ["entity_ruler", "chancery"]
    assert "SHIP" in {ent.label_ for ent in nlp("The Aurora left Pretoria.").ents}
    with pytest.raises(ValueError, match="engine must be"):
        spacy.blank("en").add_pipe("chancery", config={"engine": "best"})
