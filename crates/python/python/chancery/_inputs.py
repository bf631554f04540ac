"""Arguments of callers: what is text, what is missing, and what is a mistake.

A mistake is a ``TypeError`` or ``ValueError`` of one line that says what to pass.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from operator import index
from typing import Literal, Optional, SupportsIndex, Union, get_args

Raw = Union[str, bytes, bytearray, memoryview]
"""A text, or the bytes of a file."""

EngineName = Literal["accurate", "fast"]
"""The engines: ``"fast"`` is about fifty times faster and less accurate."""

Label = Literal["PER", "LOC", "ORG", "MISC"]
"""Person, place, organisation, other."""

Source = Union[str, "os.PathLike[str]"]
"""Where a text came from: a path, or any words."""


def check_engine(engine: str) -> str:
    """Return the name of an engine, or raise ``ValueError``."""
    if engine not in get_args(EngineName):
        names = " or ".join(map(repr, get_args(EngineName)))
        raise ValueError(f"engine must be {names}, not {engine!r}")
    return engine


def encoded(raw: object, what: str = "annotate") -> bytes:
    """The bytes of a text or file.

    >>> encoded("São")
    b'S\\xc3\\xa3o'
    >>> encoded(3)
    Traceback (most recent call last):
    TypeError: annotate takes text or bytes, not int
    """
    if isinstance(raw, str):
        try:
            return raw.encode()
        except UnicodeEncodeError as error:
            raise ValueError(surrogate_problem(error)) from None
    if isinstance(raw, (bytes, bytearray, memoryview)):
        return bytes(raw)
    raise TypeError(f"{what} takes text or bytes, not {type(raw).__name__}{_instead(raw)}")


def surrogate_problem(error: UnicodeEncodeError) -> str:
    """What is wrong with a text that UTF-8 cannot hold."""
    return f"character {error.start} is half of a surrogate pair: decode the text again, or pass its bytes"


def _instead(raw: object) -> str:
    if isinstance(raw, os.PathLike):
        return ": pass path.read_bytes()"
    if hasattr(raw, "read"):
        return ": pass file.read()"
    if isinstance(raw, (list, tuple)):
        return ": pass one, or call annotate_batch"
    return ""


def is_missing(value: object) -> bool:
    """Whether a value is ``None``, NaN, or the NA or NaT of pandas."""
    if value is None or type(value).__name__ in ("NAType", "NaTType"):
        return True
    return isinstance(value, float) and value != value


def path_text(path: object, what: str = "source") -> str:
    """The text of a path or of other words; invalid bytes of a path are replaced."""
    if isinstance(path, str):
        return path.encode("utf-8", "surrogateescape" if _is_escaped(path) else "replace").decode("utf-8", "replace")
    if isinstance(path, os.PathLike):
        return path_text(os.fsdecode(os.fspath(path)), what)
    raise TypeError(f"{what} must be a str or a path, not {type(path).__name__}")


def _is_escaped(path: str) -> bool:
    return all(not "\ud800" <= c <= "\udfff" or "\udc80" <= c <= "\udcff" for c in path)


def some_rows(rows: object, what: str) -> Iterable[object]:
    """The rows of a list, series or other iterable; a single text is a mistake.

    >>> some_rows("He left.", "annotate_batch")
    Traceback (most recent call last):
    TypeError: annotate_batch takes a list of texts, not str: pass [text]
    """
    if isinstance(rows, (str, bytes, bytearray, memoryview, os.PathLike)):
        raise TypeError(f"{what} takes a list of texts, not {type(rows).__name__}: pass [text]")
    if not isinstance(rows, Iterable):
        raise TypeError(f"{what} takes a list of texts, not {type(rows).__name__}")
    return rows


def check_text(value: object, what: str) -> str:
    """Return a text that Rust can take, or raise."""
    if not isinstance(value, str):
        raise TypeError(f"{what} must be a str, not {type(value).__name__}")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError(f"{what}: {surrogate_problem(error)}") from None
    return value


def check_count(value: object, what: str, least: int = 0) -> int:
    """Return a number that is no less than ``least``, or raise."""
    if isinstance(value, bool) or not isinstance(value, SupportsIndex):
        raise TypeError(f"{what} must be a number, not {type(value).__name__}")
    number = index(value)
    if not least <= number < 2**63:
        raise ValueError(f"{what} must be at least {least}, not {number}")
    return number


def check_label(label: Optional[object]) -> Optional[str]:
    """Return a label, or raise ``ValueError``."""
    if label is not None and label not in get_args(Label):
        raise ValueError(f"label must be 'PER', 'LOC', 'ORG' or 'MISC', not {label!r}")
    return str(label) if label is not None else None
