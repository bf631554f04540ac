"""Conversion to spaCy. The component of a pipeline is in ``_spacy_component``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Optional

from ._document import Document

if TYPE_CHECKING:
    import spacy.tokens
    import spacy.vocab


def to_spacy(doc: Document, vocab: Optional[spacy.vocab.Vocab] = None) -> spacy.tokens.Doc:
    """Convert to a spaCy ``Doc`` with the same text, sentences and mentions.

    ``vocab`` is that of the pipeline that will use the result (``nlp.vocab``).
    Entity ids are in ``kb_id_`` of the spans. Requires spaCy, but none of its
    models.

    >>> import chancery
    >>> doc = to_spacy(chancery.annotate("Nelson Mandela left Pretoria.", engine="fast"))
    >>> [(span.text, span.label_) for span in doc.ents]
    [('Nelson Mandela', 'PER'), ('Pretoria', 'LOC')]
    """
    from spacy.tokens import Doc, Span
    from spacy.vocab import Vocab

    line = json.loads(doc._tokens)
    tokens = line["tokens"]
    starts = {sentence.start for sentence in doc.sentences}
    result = Doc(
        vocab if vocab is not None else Vocab(),
        words=[token["text"] for token in tokens],
        spaces=[token["ws"] for token in tokens],
        # White space before a sentence belongs to the preceding sentence.
        sent_starts=[number == 0 or token["start"] in starts for number, token in enumerate(tokens)],
    )
    result.ents = [
        Span(result, at["token_start"], at["token_end"] + 1, at["label"], kb_id=at.get("kb_id", ""))
        for at in line["spans"]
    ]
    return result
