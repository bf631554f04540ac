#!/usr/bin/env bash
# Do other programs find the same names in our exports? Installs those programs (1.5 GB) in
# target/exports, then runs scripts/check_citations.py, scripts/check_finding_aid.py,
# scripts/check_exports.py and the readers of benches/public_sets.py on their samples.
#
#     scripts/check_exports.sh [OPTION OF check_exports.py…]
#
# CHANCERY is the program, target/debug/chancery (built first) if not given. Needs Python 3.11.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --locked --package chancery
    CHANCERY=$target/debug/chancery
fi
if [[ ! -x $target/exports/bin/python ]]; then python3 -m venv "$target/exports"; fi
"$target/exports/bin/pip" install --quiet --disable-pip-version-check --requirement scripts/requirements-exports.txt
"$target/exports/bin/python" scripts/check_citations.py --binary "$CHANCERY"
"$target/exports/bin/python" scripts/check_finding_aid.py --binary "$CHANCERY"
"$target/exports/bin/python" benches/public_sets.py "$CHANCERY" samples
exec "$target/exports/bin/python" scripts/check_exports.py --binary "$CHANCERY" "$@"
