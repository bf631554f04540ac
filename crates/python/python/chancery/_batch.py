"""Annotation of many files as Arrow columns. Requires pyarrow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Optional, Union

from . import _native
from ._names import NameList, native_names

if TYPE_CHECKING:
    import pyarrow

Column = Union["Sequence[Union[str, bytes, None]]", "pyarrow.Array", "pyarrow.ChunkedArray"]


def annotate_batch(
    raws: Column,
    *,
    sources: Optional[Union[Sequence[Optional[str]], pyarrow.Array, pyarrow.ChunkedArray]] = None,
    engine: str = "accurate",
    names: Optional[NameList] = None,
) -> pyarrow.RecordBatch:
    """Annotate many files. Returns one row per document, in order.

    ``raws`` is a list or an Arrow array of texts or bytes, as for
    :func:`chancery.annotate`. ``sources`` has the same length and says where
    they came from. ``names`` is your own list of names. The columns are those of :func:`schema`. ``input`` is the
    number of the file in the batch. A file that cannot be read becomes a row
    with an empty ``text`` and the reason in ``problem``; no file is left out.

    Runs on one core and releases the interpreter's lock: call it from several
    threads to use several cores.

    >>> batch = annotate_batch(["Nelson Mandela left.", b"Pretoria."], engine="fast")
    >>> for row in batch.to_pylist():
    ...     print(row["input"], [(m["text"], m["label"]) for m in row["mentions"]])
    0 [('Nelson Mandela', 'PER')]
    1 [('Pretoria', 'LOC')]
    """
    import pyarrow as pa

    if not isinstance(raws, (pa.Array, pa.ChunkedArray)):
        raws = pa.array([_encoded(raw) for raw in raws], pa.large_binary())
    values = _flat(raws, pa.large_binary())
    if sources is None:
        sources = pa.nulls(len(values), pa.string())
    elif not isinstance(sources, (pa.Array, pa.ChunkedArray)):
        sources = pa.array(sources, pa.string())
    paths = _flat(sources, pa.string())
    if len(paths) != len(values):
        raise ValueError(f"{len(values)} files but {len(paths)} sources")
    files = pa.RecordBatch.from_arrays([values, paths], names=["value", "source"])
    return _native.annotate_batch(files, engine, native_names(names))


def schema() -> pyarrow.Schema:
    """The schema of the result of :func:`annotate_batch`.

    >>> schema().names[-5:]
    ['entities', 'sentences', 'footnotes', 'input', 'problem']
    """
    return _native.schema()


def _encoded(raw: Union[str, bytes, None]) -> Optional[bytes]:
    return raw.encode() if isinstance(raw, str) else raw


def _flat(column: Union[pyarrow.Array, pyarrow.ChunkedArray], kind: pyarrow.DataType) -> pyarrow.Array:
    """Cast the column to ``kind`` and join its chunks."""
    import pyarrow as pa

    column = column.cast(kind)
    if isinstance(column, pa.ChunkedArray):
        column = pa.concat_arrays(column.chunks) if column.num_chunks else pa.array([], kind)
    return column
