"""The user's own list of names."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Optional, Union

from . import _native
from ._inputs import check_text


@dataclass(frozen=True)
class NameList:
    """Your own list of names, to link to beside the knowledge base.

    ``text`` is CSV or JSON lines with ``id`` and ``name``, and if you like
    ``aliases``, ``label`` and ``remark``: what ``chancery add --names`` reads.
    ``file`` names it in errors. Ids of entities on the list start with ``own:``.

    Raises ``ValueError`` if a row is not a name, with its line.

    >>> names = NameList("id,name\\n17,Armand Veloutier\\n")
    >>> names
    <NameList of 1 person and 0 others>
    """

    text: str
    file: str = "names"
    _counts: tuple[int, int] = field(init=False, repr=False, compare=False, default=(0, 0))

    def __post_init__(self) -> None:
        text, file = check_text(self.text, "the list"), check_text(self.file, "its file")
        object.__setattr__(self, "_counts", _native.check_names(text, file))

    @classmethod
    def from_file(cls, path: Union[str, os.PathLike[str]]) -> NameList:
        """Read the list in a file."""
        return cls(Path(path).read_text(encoding="utf-8"), str(path))

    def __repr__(self) -> str:
        persons, others = self._counts
        return (
            f"<NameList of {persons} person{'' if persons == 1 else 's'}"
            f" and {others} other{'' if others == 1 else 's'}>"
        )


def native_names(names: Optional[NameList]) -> Optional[tuple[str, str]]:
    """The list as the Rust part takes it."""
    if names is None:
        return None
    if not isinstance(names, NameList):
        raise TypeError(f"names must be a NameList, not {type(names).__name__}: see NameList.from_file")
    return names.text, names.file
