"""The Python examples of README.md, docs/PYTHON.md and docs/SPARK.md. The blocks
of a document run in order and share their variables. Blocks whose packages are
not installed are skipped."""

from __future__ import annotations

import doctest
import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import chancery
import pytest
from conftest import ROOT

# The package that a block with this word requires.
NEEDS = {"pyarrow": "pyarrow", "annotate_batch": "pyarrow", "to_pandas": "pandas", "matplotlib": "matplotlib",
         "to_spacy": "spacy", "import spacy": "spacy", "pyspark": "pyspark", "ray.": "ray"}  # fmt: skip


def blocks(document: str) -> list[str]:
    text = (ROOT / document).read_text(encoding="utf-8")
    return re.findall(r"^```python\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)


def missing(block: str) -> list[str]:
    needed = {package for words, package in NEEDS.items() if words in block}
    if "pyspark" in needed and shutil.which("java") is None:
        return ["java"]
    return sorted(package for package in needed if importlib.util.find_spec(package) is None)


def test_the_readme_shows_what_is_printed() -> None:
    (block,) = blocks("README.md")
    example = doctest.DocTestParser().get_doctest(block, {}, "README.md", "README.md", 0)
    assert doctest.DocTestRunner().run(example).failed == 0


@pytest.mark.parametrize("document", ["docs/PYTHON.md", "docs/SPARK.md"])
def test_the_blocks_run(
    document: str, examples: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    # Use the Python of the tests for workers, not the first "python3" on the path.
    monkeypatch.setitem(os.environ, "PYSPARK_PYTHON", sys.executable)
    texts = [path.read_text(encoding="utf-8") for path in examples]
    paths = [str(path) for path in examples]
    names = {"chancery": chancery, "raw": examples[0].read_bytes(), "texts": texts, "paths": paths}
    if importlib.util.find_spec("pyarrow"):
        import pyarrow
        import pyarrow.parquet as parquet

        names["pyarrow"] = pyarrow
        parquet.write_table(pyarrow.table({"path": paths, "text": texts}), "telegrams.parquet")
    if program := os.environ.get("CHANCERY"):
        subprocess.run([program, "demo", "--telegrams", "telegrams"], check=True)
    elif document == "docs/PYTHON.md":
        pytest.skip("CHANCERY does not name the program that writes the telegrams")
    Path("ours.csv").write_text("id,name\n7,Ama Osei\n", encoding="utf-8")
    ran = 0
    for block in blocks(document):
        if not missing(block):
            exec(compile(block, document, "exec"), names)
            ran += 1
    if document == "docs/PYTHON.md" and importlib.util.find_spec("matplotlib"):
        assert Path("timeline.png").stat().st_size > 5_000 and Path("posts.png").stat().st_size > 5_000
    if "spark" in names:
        names["spark"].stop()
    if ran == 0:
        pytest.skip("none of the packages that the examples need is installed")
