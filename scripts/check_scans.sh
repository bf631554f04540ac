#!/usr/bin/env bash
# Does a folder of PDFs, scans and recognised pages give texts or listed remedies, with poppler and
# tesseract and without? Makes the folder with Python libraries in target/scans, then runs
# scripts/check_scans.py. A minute, after the libraries are installed.
#
#     scripts/check_scans.sh [--install] [OPTION OF check_scans.py…]
#
# With --install it installs poppler-utils and tesseract-ocr by apt-get (as root), as CI does. Without
# them only half of the checks run, and it says so. CHANCERY is the program, target/debug/chancery
# (built first) if not given. Needs Python 3.11.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ ${1:-} == --install ]]; then
    shift
    sudo=()
    if [[ $(id -u) != 0 ]]; then sudo=(sudo); fi
    "${sudo[@]}" apt-get install --yes --quiet poppler-utils tesseract-ocr
fi
target=${CARGO_TARGET_DIR:-target}
if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --locked --workspace --bin chancery
    CHANCERY=$target/debug/chancery
fi
if [[ ! -x $target/scans/bin/python ]]; then python3 -m venv "$target/scans"; fi
"$target/scans/bin/pip" install --quiet --disable-pip-version-check --requirement scripts/requirements-scans.txt
exec "$target/scans/bin/python" scripts/check_scans.py --binary "$CHANCERY" "$@"
