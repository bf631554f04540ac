"""Data augmentation: copies of annotated text in lowercase, in title case, with
OCR errors, or with wrong sentence boundaries. (Copies in capitals and with other
persons' names come from the program, with the columns.)

The CRF's probabilities are unknown for changed words. They are replaced by a
uniform distribution.
"""

import dataclasses
from collections.abc import Callable
from random import Random

from text import Document, Word

LOOKALIKE = {
    "l": "1", "1": "l", "O": "0", "0": "O", "e": "c", "c": "e", "m": "rn", "h": "b", "S": "5",
    "B": "8", "i": "l", "n": "u", "u": "n", "a": "o", "I": "l", "t": "f", "g": "q",
}  # fmt: skip
UNSAID = (111,) * 9


def recased(document: Document, change: Callable[[str], str]) -> Document:
    def word(w: Word) -> Word:
        return dataclasses.replace(w, text=change(w.text), linear=UNSAID)

    return dataclasses.replace(document, sentences=[[word(w) for w in s] for s in document.sentences])


def damaged(document: Document, random: Random, share: float = 0.04) -> Document:
    """Damage one letter in a share of the words. A damaged word loses its clusters
    and lists, because it would not be found in them."""

    def hurt(word: Word) -> Word:
        text = word.text
        if len(text) < 3 or random.random() > share:
            return word
        at = random.randrange(len(text))
        kind = random.random()
        if kind < 0.6 and text[at] in LOOKALIKE:
            text = text[:at] + LOOKALIKE[text[at]] + text[at + 1 :]
        elif kind < 0.8:
            text = text[:at] + text[at + 1 :]
        else:
            text = text[:at] + text[at] + text[at:]
        return dataclasses.replace(word, text=text, clusters=(0, 0), bits=0, linear=UNSAID)

    return dataclasses.replace(document, sentences=[[hurt(w) for w in s] for s in document.sentences])


def broken(document: Document, random: Random, share: float = 0.15) -> Document:
    """Split or join sentences, as a segmenter misled by line breaks would."""
    sentences: list[list[Word]] = []
    for sentence in document.sentences:
        kind = random.random()
        if kind < share and len(sentence) > 8:
            at = random.randrange(3, len(sentence) - 3)
            inside = any(sentence[at].tags == 1 << (2 * c + 2) for c in range(4))
            sentences += [sentence] if inside else [sentence[:at], sentence[at:]]
        elif kind < 2 * share and sentences and len(sentences[-1]) + len(sentence) < 60:
            sentences[-1] = sentences[-1] + sentence
        else:
            sentences.append(sentence)
    return dataclasses.replace(document, sentences=sentences)


def changed(document: Document, random: Random, plain: float) -> Document:
    """Return the document itself with probability `plain`, otherwise a changed copy."""
    if random.random() < plain:
        return document
    kind = random.random()
    if kind < 0.1:
        return recased(document, str.lower)
    if kind < 0.2:
        return recased(document, lambda t: t[:1].upper() + t[1:])
    return damaged(document, random) if kind < 0.6 else broken(document, random)
