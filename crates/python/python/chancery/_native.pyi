"""The Rust part of the package."""

from typing import Optional

import pyarrow

def annotate(
    raw: bytes, source: str, engine: str, names: Optional[tuple[str, str]]
) -> tuple[list[tuple[str, str]], list[tuple[int, str]]]: ...
def annotate_batch(
    files: pyarrow.RecordBatch, engine: str, names: Optional[tuple[str, str]]
) -> pyarrow.RecordBatch: ...
def check_names(text: str, file: str) -> tuple[int, int]: ...
def entities(
    files: list[tuple[bytes, str]], engine: str, names: Optional[tuple[str, str]]
) -> tuple[list[str], list[tuple[str, str]]]: ...
def schema() -> pyarrow.Schema: ...
