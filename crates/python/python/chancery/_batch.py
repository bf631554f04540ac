"""Annotation of many files as Arrow columns. Requires pyarrow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Optional, Union

from . import _native
from ._inputs import EngineName, Raw, Source, check_engine, encoded, is_missing, path_text, some_rows
from ._names import NameList, native_names

if TYPE_CHECKING:
    import pyarrow

Column = Union["Iterable[Union[Raw, None]]", "pyarrow.Array", "pyarrow.ChunkedArray"]


def annotate_batch(
    raws: Column,
    *,
    sources: Optional[Union[Iterable[Optional[Source]], pyarrow.Array, pyarrow.ChunkedArray]] = None,
    engine: EngineName = "accurate",
    names: Optional[NameList] = None,
    statements: bool = False,
) -> pyarrow.RecordBatch:
    """Annotate many files. Returns one row per document, in order.

    ``raws`` is a list, a series of pandas or an Arrow array of texts or bytes, as for
    :func:`chancery.annotate`. ``sources`` has the same length and says where
    they came from. ``names`` is your own list of names. With
    ``statements`` the columns of statements and acts are filled; else they are empty. The
    columns are those of :func:`schema`. ``input`` is the number of the file in the batch. What is missing
    (``None``, NaN, NA) or cannot be read, also a text with half of a surrogate pair,
    becomes a row with an empty ``text`` and the reason in ``problem``; no file is left
    out. Paths and numbers are mistakes: a ``TypeError`` names the row.

    Runs on one core and releases the interpreter's lock: call it from several
    threads to use several cores.

    >>> batch = annotate_batch(["Nelson Mandela left.", b"Pretoria."], engine="fast")
    >>> for row in batch.to_pylist():
    ...     print(row["input"], [(m["text"], m["label"]) for m in row["mentions"]])
    0 [('Nelson Mandela', 'PER')]
    1 [('Pretoria', 'LOC')]
    """
    import pyarrow as pa

    if isinstance(raws, (pa.Array, pa.ChunkedArray)):
        values = _flat(raws, pa.large_binary())
        problems = pa.nulls(len(values), pa.string())
    else:
        rows = [_row(number, raw) for number, raw in enumerate(some_rows(raws, "annotate_batch"))]
        values = pa.array([value for value, _ in rows], pa.large_binary())
        problems = pa.array([problem for _, problem in rows], pa.string())
    if sources is None:
        sources = pa.nulls(len(values), pa.string())
    elif not isinstance(sources, (pa.Array, pa.ChunkedArray)):
        listed = some_rows(sources, "sources")
        sources = pa.array([None if is_missing(one) else path_text(one) for one in listed], pa.string())
    paths = _flat(sources, pa.string())
    if len(paths) != len(values):
        raise ValueError(f"{len(values)} files but {len(paths)} sources")
    files = pa.RecordBatch.from_arrays([values, paths, problems], names=["value", "source", "problem"])
    return _native.annotate_batch(files, check_engine(engine), native_names(names), bool(statements))


def schema() -> pyarrow.Schema:
    """The schema of the result of :func:`annotate_batch`.

    >>> schema().names[-5:]
    ['footnotes', 'statements', 'acts', 'input', 'problem']
    """
    return _native.schema()


def _row(number: int, raw: object) -> tuple[Optional[bytes], Optional[str]]:
    """The bytes of a row, or why it has none."""
    if is_missing(raw):
        return None, None
    try:
        return encoded(raw, "annotate_batch"), None
    except ValueError as error:
        return None, str(error)
    except TypeError as error:
        raise TypeError(f"row {number}: {error}") from None


def _flat(column: Union[pyarrow.Array, pyarrow.ChunkedArray], kind: pyarrow.DataType) -> pyarrow.Array:
    """Cast the column to ``kind`` and join its chunks."""
    import pyarrow as pa

    column = column.cast(kind)
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)
    return column
