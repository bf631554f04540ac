"""Annotation in Apache Spark, for collections too large for one machine.

Each Python worker process of Spark loads the engine once. The package contains
the models, so a cluster needs only the wheel. See docs/SPARK.md for figures and
sizing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Optional

from ._batch import annotate_batch, schema
from ._inputs import EngineName
from ._names import NameList

if TYPE_CHECKING:
    import pyarrow
    from pyspark.sql import DataFrame

#: Number of files annotated at a time. Limits the memory of a worker,
#: independently of Spark's batch size.
FILES_AT_A_TIME = 256


def annotate(
    df: DataFrame,
    text_column: str,
    *,
    source_column: Optional[str] = None,
    keep: Sequence[str] = (),
    engine: EngineName = "accurate",
    names: Optional[NameList] = None,
    statements: bool = False,
) -> DataFrame:
    """Annotate the texts (or the bytes of files) in a column.

    Returns one row per document. It has the columns of ``df`` that ``keep``
    names, then those of :func:`chancery.schema` except ``input``.
    ``source_column`` names the column with the source of each text. ``names`` is
    your own list of names, which is sent to the workers. With ``statements`` the columns
    of statements and acts are filled. A text
    that cannot be read becomes a row with an empty ``text`` and the reason in
    ``problem``.

    .. code-block:: python

        import chancery.spark
        from pyspark.sql import SparkSession

        spark = SparkSession.builder.getOrCreate()
        df = spark.read.parquet("telegrams.parquet")
        names = chancery.spark.annotate(df, "text", source_column="path")
        names.write.parquet("names.parquet")
    """
    from pyspark.sql.pandas.types import from_arrow_schema
    from pyspark.sql.types import StructType

    taken = [text_column, *([source_column] if source_column else []), *keep]
    clash = set(keep) & set(schema().names)
    if clash:
        raise ValueError(f"rename before annotating: {', '.join(sorted(clash))}")
    columns = from_arrow_schema(schema().remove(schema().get_field_index("input")))
    kept = [df.schema[name] for name in keep]

    def work(batches: Iterable[pyarrow.RecordBatch]) -> Iterator[pyarrow.RecordBatch]:
        for batch in batches:
            for start in range(0, batch.num_rows, FILES_AT_A_TIME):
                part = batch.slice(start, FILES_AT_A_TIME)
                yield _annotated(part, text_column, source_column, keep, engine, names, statements)

    selected = df.select(*dict.fromkeys(taken))
    return selected.mapInArrow(work, StructType([*kept, *columns.fields]))


def _annotated(
    part: pyarrow.RecordBatch,
    text_column: str,
    source_column: Optional[str],
    keep: Sequence[str],
    engine: EngineName,
    names: Optional[NameList],
    statements: bool,
) -> pyarrow.RecordBatch:
    import pyarrow as pa

    sources = part.column(source_column).cast(pa.string()) if source_column else None
    result = annotate_batch(
        part.column(text_column), sources=sources, engine=engine, names=names, statements=statements
    )
    kept = [part.column(name).take(result.column("input")) for name in keep]
    found = [name for name in result.schema.names if name != "input"]
    columns = kept + [result.column(name) for name in found]
    return pa.RecordBatch.from_arrays(columns, names=[*keep, *found])
