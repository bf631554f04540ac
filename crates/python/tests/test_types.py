"""The type annotations of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import chancery
import pytest

pytest.importorskip("mypy")

PROGRAM = """
import chancery

doc: chancery.Document = chancery.annotate(b"Pretoria.", engine="fast")
for mention in doc.mentions:
    start: int = mention.start
    name: str = mention.entity.name if mention.entity else mention.text
for sentence in doc.sentences:
    words: str = sentence.text
chancery.annotate(1)  # type: ignore[arg-type]
chancery.annotate("a", engine="quick")  # type: ignore[arg-type]

archive: chancery.Archive = chancery.Archive("archive")
for hit in archive.search("osei", sort="oldest", limit=10):
    score: float = hit.score
    document: chancery.ArchivedDocument = archive.document(hit)
    numbers: list[str | None] = [paragraph.number for paragraph in document.paragraphs]
archive.search("osei", sort="best")  # type: ignore[arg-type]
for passage in archive.mentions(archive.people("osei")[0]):
    quotation: str = passage.quotation
added: chancery.Added = archive.add(["a.txt"], progress=lambda progress: print(progress.fraction))
"""


def test_the_package_passes_pyright(tmp_path: Path) -> None:
    pytest.importorskip("pyright")
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    package = str(Path(chancery.__file__).parent)
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable, package, str(program)],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout


def test_the_package_and_a_program_pass_mypy(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    arguments = ["--strict", "--ignore-missing-imports", "--cache-dir", str(tmp_path / "cache")]
    checks = [[str(program)], ["--package", "chancery"]]
    for what in checks:
        done = subprocess.run(
            [sys.executable, "-m", "mypy", *arguments, *what],
            capture_output=True, text=True, cwd=tmp_path, check=False,
        )
        assert done.returncode == 0, done.stdout
