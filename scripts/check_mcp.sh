#!/usr/bin/env bash
# Drives `chancery mcp` with the official Python client: are quotations exact, do hostile
# arguments and a hostile document change nothing?
#
#     scripts/check_mcp.sh
#
# Reads the nine volumes in ../shared if they are there, else the invented telegrams.
# CHANCERY is the program, target/debug/chancery (built first) if not given. ARCHIVE is an
# archive of the volumes that exists already. Needs Python 3.10; installs the client into
# VENV or the user's cache.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --locked --package chancery
    CHANCERY=${CARGO_TARGET_DIR:-$PWD/target}/debug/chancery
fi
CHANCERY=$(realpath "$CHANCERY")
VERSION=2.3.0
VENV=${VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/chancery-mcp-$VERSION}
if [[ ! -x $VENV/bin/python ]] || ! "$VENV/bin/python" -c 'import mcp' 2>/dev/null; then
    python3 -m venv "$VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check "mcp==$VERSION"
fi

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
if [[ -z ${ARCHIVE:-} ]]; then
    ARCHIVE=$folder/archive
    if [[ -d ../shared/data/frus-volumes ]]; then
        "$CHANCERY" add --quiet --engine fast "$ARCHIVE" ../shared/data/frus-volumes/*.xml
    else
        "$CHANCERY" demo --telegrams "$folder/telegrams"
        "$CHANCERY" add --quiet --engine fast "$ARCHIVE" "$folder/telegrams"
    fi
fi
"$VENV/bin/python" scripts/check_mcp.py "$CHANCERY" "$ARCHIVE" "$folder/hostile"
