"""Settings of the book: Sphinx reads README.md, the other documents of the root and docs/*.md
where they are. scripts/build_book.sh runs it."""

import re
import shutil
from pathlib import Path

from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]

project = "Chancery"
extensions = ["myst_parser"]
root_doc = "README"
source_suffix = {".md": "markdown"}
include_patterns = ["*.md", "docs/*.md"]
# Folders that have no pages: Sphinx does not walk through them.
exclude_patterns = [path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "docs"]
# Slugs of headings are those of a forge, so links to headings are checked.
myst_heading_anchors = 4
# Pygments has no lexer of these. CoNLL columns and diagrams are shown as text.
suppress_warnings = ["misc.highlighting_failure"]
html_theme = "furo"
html_title = "Chancery"
html_copy_source = False
html_show_copyright = False

# The parts of the book. A page in none of them is a warning, and fails the build.
PARTS = {
    "Use": ["docs/TUTORIAL-BROWSER", "docs/TUTORIAL", "docs/ARCHIVISTS", "docs/READING-ROOM", "docs/STATEMENTS"],
    "Input and output": ["docs/FORMS", "docs/FORMATS"],
    "Programs": ["docs/PYTHON", "docs/MCP", "docs/SPARK", "docs/CRATES"],
    "Quality": ["docs/QUALITY", "docs/MODEL", "docs/BENCHMARKS", "docs/DATA"],
    "Development": [
        "ARCHITECTURE",
        "CONTRIBUTING",
        "docs/SEGMENTATION",
        "docs/FAULTS",
        "docs/RELEASE",
        "CHANGELOG",
        "SECURITY",
        "CODE_OF_CONDUCT",
    ],
}
TOCTREE = "\n```{{toctree}}\n:hidden:\n:caption: {caption}\n\n{pages}\n```\n"
LINK = re.compile(r"\[([^\[\]]+)\]\(([^()\s#]+)\)")


def prepare_page(_: Sphinx, page: str, source: list[str]) -> None:
    """Takes out links to folders and to documents of other folders, which a forge shows and the
    book does not have. Adds the table of contents to the first page."""
    folder = (ROOT / page).parent

    def in_book(link: re.Match[str]) -> str:
        target = (folder / link[2]).resolve()
        is_page = target.parent in (ROOT, ROOT / "docs")
        is_elsewhere = target.is_file() and target.suffix == ".md" and not is_page
        return link[1] if target.is_dir() or is_elsewhere else link[0]

    source[0] = LINK.sub(in_book, source[0])
    if page == root_doc:
        for caption, pages in PARTS.items():
            source[0] += TOCTREE.format(caption=caption, pages="\n".join(pages))


def write_index(app: Sphinx, error: Exception | None) -> None:
    """Lets a web server show the first page of the book for its folder."""
    if error is None and app.builder.name == "html":
        shutil.copy(Path(app.outdir) / "README.html", Path(app.outdir) / "index.html")


def setup(app: Sphinx) -> None:
    """Registers the functions above."""
    app.connect("source-read", prepare_page)
    app.connect("build-finished", write_index)
