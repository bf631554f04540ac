#!/usr/bin/env bash
# Makes a book with search from README.md, the other documents of the root and docs/*.md, in
# target/book: open target/book/index.html. A link to a page, heading or file that does not
# exist fails the build. Five seconds, after the tools are installed in target/book-tools.
#
#     scripts/build_book.sh                  # CI runs this
#     scripts/build_book.sh --web            # also asks the web whether the other addresses exist
#
# Needs Python 3.11.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
tools=$target/book-tools
if [[ ! -x $tools/bin/python ]]; then python3 -m venv "$tools"; fi
# Installs again only if the list changed.
if ! cmp --silent scripts/requirements-book.txt "$tools/installed.txt"; then
    "$tools/bin/pip" install --quiet --no-compile --disable-pip-version-check \
        --requirement scripts/requirements-book.txt
    cp scripts/requirements-book.txt "$tools/installed.txt"
fi

build() {
    "$tools/bin/sphinx-build" --quiet --fail-on-warning --keep-going --jobs auto \
        --builder "$1" --conf-dir scripts/book --doctree-dir "$target/book-pages" . "$2"
}
build html "$target/book"
if [[ ${1:-} == --web ]]; then build linkcheck "$target/book-links"; fi
