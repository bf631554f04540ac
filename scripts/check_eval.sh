#!/usr/bin/env bash
# Does `chancery eval` count as seqeval does? Installs seqeval in target/eval, then runs
# scripts/check_eval.py. Reads CoNLL-2003 in ../shared unless --gold FILE is given.
#
#     scripts/check_eval.sh [OPTION OF check_eval.py…]
#
# CHANCERY is the program, target/release/chancery (built first) if not given. Needs Python 3.11.
set -euo pipefail
cd "$(dirname "$0")/.."

target=${CARGO_TARGET_DIR:-target}
if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --release --locked --package chancery
    CHANCERY=$target/release/chancery
fi
if [[ ! -x $target/eval/bin/python ]]; then python3 -m venv "$target/eval"; fi
"$target/eval/bin/pip" install --quiet --disable-pip-version-check "$(grep ^seqeval scripts/requirements.txt)"
exec "$target/eval/bin/python" scripts/check_eval.py --binary "$CHANCERY" "$@"
