"""Annotated text as the encoder's input.

The columns come from `chancery-train names --columns` (see
crates/train/src/training_columns.rs), so words, clusters and knowledge bits are the
program's own. Words are split into pieces with BERT's uncased WordPiece over the
pieces of `vocabulary()`; crates/ner/src/wordpiece.rs does the same in the
program.
"""

import dataclasses
import functools
from pathlib import Path
from typing import Any

import numpy as np
from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

LABELS = ["O"] + [f"{b}-{c}" for c in ("PER", "LOC", "ORG", "MISC") for b in "BI"]
NUMBER = {label: number for number, label in enumerate(LABELS)}
ALL = (1 << len(LABELS)) - 1

SHAPES = ["none", "lower", "initial", "upper", "capital", "mixed", "digit", "alnum", "punct", "other"]
MOST_PIECES = 16
BITS = 15
CLUSTERS = (1000, 3000)


@dataclasses.dataclass
class Word:
    """A word, its possible tags, and its features."""

    text: str
    tags: int
    clusters: tuple[int, ...]
    bits: int
    linear: tuple[int, ...]  # the CRF's probabilities, in thousandths
    soft: tuple[int, ...] = ()  # the teacher's probabilities, in thousandths


@dataclasses.dataclass
class Document:
    """Sentences of words. `part` is the fold that the document belongs to."""

    name: str
    part: int
    diplomatic: bool
    sentences: list[list[Word]]


def tag_set(name: str) -> int:
    if name == "?":
        return ALL
    if name.startswith("!"):
        return ALL & ~(1 << NUMBER[name[1:]])
    return 1 << NUMBER[name]


def read(path: Path) -> list[Document]:
    """Return the documents of a file of columns. All except news are diplomatic."""
    diplomatic = not path.name.startswith("news")
    documents: list[Document] = []
    sentence: list[Word] | None = None
    known: dict[str, tuple[int, ...]] = {}
    with open(path, encoding="utf-8") as lines:
        for line in lines:
            fields = line.rstrip("\n").split("\t")
            if fields[0] == "-DOCSTART-" and len(fields) == 3:
                documents.append(Document(fields[1], int(fields[2]), diplomatic, []))
                sentence = None
            elif len(fields) == 1:
                sentence = None
            else:
                if sentence is None:
                    sentence = []
                    documents[-1].sentences.append(sentence)
                key = fields[2]
                if key not in known:
                    known[key] = tuple(int(c) + 1 for c in key.split(" ")[2:])
                linear = tuple(map(int, fields[4:]))
                sentence.append(Word(fields[0], tag_set(fields[1]), known[key], int(fields[3]), linear))
    return [d for d in documents if d.sentences]


def shape(text: str) -> int:
    """Return the number of the shape of a word or piece, as in
    crates/ner/src/word_shape.rs."""
    letters = [c for c in text if c.isalpha()]
    digits = any(c in "0123456789" for c in text)
    if letters and digits:
        return 7
    if digits:
        return 6
    if not letters:
        return 8 if text else 9
    upper = [c.isupper() for c in letters]
    if not any(upper):
        return 1 if any(c.islower() for c in letters) else 9
    if all(upper):
        return 3 if len(letters) > 1 else 4
    return 2 if upper[0] and not any(upper[1:]) else 5


def vocabulary(tokenizer_json: Path | str) -> tuple[list[str], np.ndarray[Any, Any]]:
    """Return the base model's pieces that the program keeps, with their numbers in
    the base model.

    Unused entries are left out, and pieces with letters outside the Latin
    alphabet, which do not occur in English telegrams.
    """
    vocab = Tokenizer.from_file(str(tokenizer_json)).get_vocab()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]"]

    def latin(piece: str) -> bool:
        return all(ord(c) < 0x250 or 0x2010 <= ord(c) <= 0x20BF for c in piece)

    kept = [p for p in sorted(vocab, key=vocab.get) if latin(p) and not p.startswith("[") or p == "["]
    kept = special + [p for p in kept if p not in special]
    return kept, np.array([vocab[p] for p in kept])


class Pieces:
    """Splits words into pieces, with a cache."""

    def __init__(self, pieces: list[str]) -> None:
        vocab = {piece: number for number, piece in enumerate(pieces)}
        self.tokenizer = Tokenizer(models.WordPiece(vocab, unk_token="[UNK]", max_input_chars_per_word=100))
        self.tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        self.tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        self.of = functools.lru_cache(maxsize=1 << 20)(self.split)

    def split(self, word: str) -> tuple[list[int], int, list[int]]:
        """Return (piece numbers, word shape, piece shapes). The shapes of pieces that
        continue a word are numbered from len(SHAPES). `of` is the same with a cache."""
        encoded = self.tokenizer.encode(word, add_special_tokens=False)
        numbers = encoded.ids[:MOST_PIECES] or [1]
        places = encoded.offsets[:MOST_PIECES] if encoded.ids else [(0, len(word))]
        shapes = [shape(word[a:b]) + (len(SHAPES) if k else 0) for k, (a, b) in enumerate(places)]
        return numbers, shape(word), shapes

