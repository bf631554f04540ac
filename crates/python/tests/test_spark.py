"""Annotation in Spark, on two local workers."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

pa = pytest.importorskip("pyarrow")
pytest.importorskip("pyspark")

import chancery
import chancery.spark
import pyarrow.parquet as parquet
from pyspark.sql import SparkSession


@pytest.fixture(scope="module")
def spark():
    # Use the Python of the tests for workers, not the first "python3" on the path.
    os.environ["PYSPARK_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .getOrCreate()
    )
    yield session
    session.stop()


def test_parquet_in_parquet_out(spark, tmp_path: Path, examples: list[Path]) -> None:
    raws = [path.read_bytes() for path in examples] + [b"", b"\x00\xff" * 99, "São Tomé".encode()]
    table = pa.table(
        {"path": [f"{n}.txt" for n in range(300)], "raw": (raws * 60)[:300], "n": range(300)}
    )
    parquet.write_table(table, tmp_path / "in.parquet")
    df = spark.read.parquet(str(tmp_path / "in.parquet")).repartition(4)
    names = chancery.spark.annotate(df, "raw", source_column="path", keep=["n"], engine="fast")
    names.write.parquet(str(tmp_path / "out"))
    found = parquet.read_table(tmp_path / "out").sort_by("n")
    expected = chancery.annotate_batch(table["raw"], sources=table["path"], engine="fast")
    assert found["n"].to_pylist() == list(range(300))
    for name in chancery.schema().names:
        if name != "input":
            assert found[name].to_pylist() == expected[name].to_pylist(), name


def test_columns_that_clash_are_refused(spark) -> None:
    df = spark.createDataFrame([("a", "b")], ["text", "id"])
    with pytest.raises(ValueError, match="rename before annotating: id"):
        chancery.spark.annotate(df, "text", keep=["id"])
