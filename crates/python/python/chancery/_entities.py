"""Entities of many files."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Optional, Union

from . import _native
from ._annotate import ReadWarning
from ._document import Entity
from ._inputs import EngineName, Raw, Source, check_engine, encoded, path_text, some_rows
from ._names import NameList, native_names


@dataclass(frozen=True)
class JoinedEntity(Entity):
    """An entity of one or several documents."""

    mentions: int = 0
    """The number of its mentions in all documents."""
    documents: int = 0
    """The number of documents that mention it."""
    forms: tuple[tuple[str, int], ...] = ()
    """The forms of its name, with their counts, in the order of the alphabet."""


def entities(
    files: Iterable[Union[Raw, tuple[Raw, Source]]],
    *,
    engine: EngineName = "accurate",
    names: Optional[NameList] = None,
) -> list[JoinedEntity]:
    """List the entities of many files, each once, the most frequent first.

    Persons are joined across documents as ``chancery entities`` and archives do.
    ``files`` gives texts or bytes, as for :func:`chancery.annotate`, or pairs of these
    and their source. The order of the files does not matter.

    Issues a :class:`ReadWarning` for each part that cannot be read.

    >>> texts = ["The talks in Pretoria went on.", "He left Pretoria in March."]
    >>> for entity in entities(texts, engine="fast"):
    ...     print(entity.name, entity.mentions, entity.documents)
    Pretoria 2 2
    """
    pairs = [one if isinstance(one, tuple) else (one, "") for one in some_rows(files, "entities")]
    raws = [(encoded(raw, "entities"), path_text(source)) for raw, source in pairs]
    lines, problems = _native.entities(raws, check_engine(engine), native_names(names))
    for source, what in problems:
        warnings.warn(f"{source or 'file'}: {what}", ReadWarning, stacklevel=2)
    return [_joined(line) for line in lines]


def _joined(line: str) -> JoinedEntity:
    known = json.loads(line)
    return JoinedEntity(
        id=known["id"],
        label=known["label"],
        name=known["name"],
        score=known["score"],
        reason=known["reason"],
        same_as=known.get("same_as"),
        certainty=known.get("certainty"),
        mentions=known["mentions"],
        documents=known["documents"],
        forms=tuple(sorted(known["forms"].items())),
    )
