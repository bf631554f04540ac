#!/usr/bin/env bash
# Does the wheel work? Builds it, installs it in a fresh virtual environment
# and runs its tests there: pytest, the notebook of docs/PYTHON.md, the examples of
# the docstrings, mypy, pyright, Spark on two workers where there is a Java. About 4 minutes, most of them the build.
#
#   scripts/check_python.sh                   the wheel is left in target/wheels
#   scripts/check_python.sh --profile dev     quick to build, slow to run: CI does this
#   scripts/check_python.sh --ray             also the example of Ray, which is large
#   CHANCERY=target/release/chancery scripts/check_python.sh
#
# CHANCERY is the command line to compare with, target/debug/chancery (built first) if not given.
set -euo pipefail
cd "$(dirname "$0")/.."

target=$(realpath --canonicalize-missing "${CARGO_TARGET_DIR:-target}")
if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --package chancery
    CHANCERY=$target/debug/chancery
fi
CHANCERY=$(realpath "$CHANCERY")
export CHANCERY

tools=$target/python-tools
[ -x "$tools/bin/maturin" ] || python3 -m venv "$tools"
"$tools/bin/pip" install --quiet --constraint scripts/requirements-python.txt maturin
wheels=$target/wheels
rm -rf "$wheels"
ray=
if [[ ${1:-} == --ray ]]; then
    ray=ray
    shift
fi
if [[ $# -eq 0 ]]; then set -- --release; fi
"$tools/bin/maturin" build "$@" --locked --manifest-path crates/python/Cargo.toml --out "$wheels"

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
python3 -m venv "$fresh/venv"
wheel=$(ls "$wheels"/*.whl)
extras=pandas,polars,spacy
if command -v java >/dev/null; then extras=$extras,spark; fi
"$fresh/venv/bin/pip" install --quiet --constraint scripts/requirements-python.txt "${wheel}[$extras]" matplotlib pytest mypy pyright $ray

# Not from the sources: what is installed is tested.
cd crates/python/tests
"$fresh/venv/bin/python" -m pytest --quiet . --doctest-modules --pyargs chancery
