"""One file at a time."""

from __future__ import annotations

import warnings
from typing import Union

from . import _native
from ._document import Document

Raw = Union[str, bytes, bytearray, memoryview]


class ReadWarning(UserWarning):
    """Part of a file could not be read; the rest was."""


def annotate(raw: Raw, *, source: str = "", engine: str = "accurate") -> Document:
    """Read a telegram, mark its names and say who or what they are.

    ``raw`` is the text, or the bytes of a file in any form that Chancery
    knows (web page, telegram, FRUS, plain text): form and encoding are found
    by content. ``source`` is where it came from; the ids of persons in a
    volume's own list begin with the name of that file. ``engine`` is
    ``"accurate"``, or ``"fast"``, which is some fifty times quicker and
    somewhat worse.

    Other threads run on meanwhile.

    Raises ``ValueError`` when the file cannot be read as text, or holds
    several documents (a volume): then call :func:`annotate_all`. Warns with
    :class:`ReadWarning` when a part could not be read.

    >>> doc = annotate("SUBJECT: A VISIT\\n\\n1. (C) Nelson Mandela left Pretoria.", engine="fast")
    >>> doc.header["subject"]["value"]
    'A VISIT'
    >>> for mention in doc.mentions:
    ...     print(mention.start, mention.end, mention.label, mention.text)
    25 39 PER Nelson Mandela
    45 53 LOC Pretoria
    """
    documents = _read(raw, source, engine)
    if len(documents) != 1:
        raise ValueError(f"{len(documents)} documents, not one: call annotate_all")
    return documents[0]


def annotate_all(raw: Raw, *, source: str = "", engine: str = "accurate") -> list[Document]:
    """The documents of a file, such as a FRUS volume, in their order.

    Arguments, errors and warnings are those of :func:`annotate`.

    >>> [len(doc.mentions) for doc in annotate_all(b"Pretoria.", engine="fast")]
    [1]
    """
    return _read(raw, source, engine)


def _read(raw: Raw, source: str, engine: str) -> list[Document]:
    encoded = raw.encode() if isinstance(raw, str) else bytes(raw)
    documents, problems = _native.annotate(encoded, source, engine)
    for at, what in problems:
        # Of the caller of the function that calls this one.
        warnings.warn(f"{source or 'file'}: byte {at}: {what}", ReadWarning, stacklevel=3)
    return [Document(json, tokens) for json, tokens in documents]
