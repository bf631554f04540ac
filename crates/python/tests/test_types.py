"""The type annotations of the package."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

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
"""


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
