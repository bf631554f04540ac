#!/usr/bin/env bash
# Are letters and office files read word for word? Installs the libraries that make them in
# target/samples, then runs scripts/check_letters_and_office.py. Half a minute after that.
#
#     scripts/check_letters_and_office.sh
#
# CHANCERY is the program, target/debug/chancery (built first) if not given. Needs Python 3.11.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --locked --package chancery
    CHANCERY=$target/debug/chancery
fi
if [[ ! -x $target/samples/bin/python ]]; then python3 -m venv "$target/samples"; fi
"$target/samples/bin/pip" install --quiet --disable-pip-version-check --requirement scripts/requirements-samples.txt
exec "$target/samples/bin/python" scripts/check_letters_and_office.py --binary "$CHANCERY"
