"""Annotation of single files."""

from __future__ import annotations

import warnings
from typing import Optional

from . import _native
from ._document import Document
from ._inputs import EngineName, Raw, Source, check_engine, encoded, path_text
from ._names import NameList, native_names


class ReadWarning(UserWarning):
    """Part of a file could not be read, but the rest was."""


def annotate(
    raw: Raw,
    *,
    source: Source = "",
    engine: EngineName = "accurate",
    names: Optional[NameList] = None,
    statements: bool = False,
) -> Document:
    """Annotate one document: find its names and link them to entities.

    ``raw`` is the text, or the bytes of a file in any form that Chancery
    knows (web page, telegram, FRUS, plain text). Form and encoding are
    detected. ``source`` says where it came from; if a volume has a list of
    persons, their ids start with the name of that file. ``engine`` is
    ``"accurate"`` or ``"fast"``; the latter is about fifty times faster and
    less accurate. ``names`` is your own list of names. With ``statements`` the
    document also says who says what to whom (:attr:`chancery.Document.statements`).

    The interpreter's lock is released, so other threads can run.

    Raises ``TypeError`` if ``raw`` is neither text nor bytes, and ``ValueError`` if the
    file cannot be read as text, or has several documents (a volume): then call
    :func:`annotate_all`. Issues a :class:`ReadWarning` for each part that cannot be read.

    >>> doc = annotate("SUBJECT: A VISIT\\n\\n1. (C) Nelson Mandela left Pretoria.", engine="fast")
    >>> doc.header["subject"]["value"]
    'A VISIT'
    >>> for mention in doc.mentions:
    ...     print(mention.start, mention.end, mention.label, mention.text)
    25 39 PER Nelson Mandela
    45 53 LOC Pretoria
    """
    documents = _read(raw, source, engine, names, statements)
    if len(documents) != 1:
        raise ValueError(f"{len(documents)} documents instead of one: call annotate_all")
    return documents[0]


def annotate_all(
    raw: Raw,
    *,
    source: Source = "",
    engine: EngineName = "accurate",
    names: Optional[NameList] = None,
    statements: bool = False,
) -> list[Document]:
    """Annotate all documents of a file, such as a FRUS volume, in order.

    Takes the arguments of :func:`annotate`. Errors and warnings are the same,
    except that any number of documents is allowed.

    >>> [len(doc.mentions) for doc in annotate_all(b"Pretoria.", engine="fast")]
    [1]
    """
    return _read(raw, source, engine, names, statements)


def _read(
    raw: Raw, source: Source, engine: str, names: Optional[NameList], statements: bool
) -> list[Document]:
    source = path_text(source)
    documents, problems = _native.annotate(
        encoded(raw), source, check_engine(engine), native_names(names), bool(statements)
    )
    for at, what in problems:
        # Level 3 is the caller of the public function.
        warnings.warn(f"{source or 'file'}: byte {at}: {what}", ReadWarning, stacklevel=3)
    return [Document(json, tokens) for json, tokens in documents]
