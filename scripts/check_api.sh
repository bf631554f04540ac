#!/usr/bin/env bash
# Asks the JSON API what its OpenAPI document allows, and more: schemathesis looks for answers of
# status 5xx and for such as the document does not describe.
#
#     scripts/check_api.sh [OPTION OF SCHEMATHESIS…]
#
# Needs Python 3.10; installs schemathesis beside it, into VENV or the user's cache.
# CHANCERY is the program, target/debug/chancery (built first) if not given.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --locked --package chancery
    CHANCERY=${CARGO_TARGET_DIR:-$PWD/target}/debug/chancery
fi
VERSION=4.32.5
VENV=${VENV:-${XDG_CACHE_HOME:-$HOME/.cache}/chancery-schemathesis-$VERSION}
if [[ ! -x $VENV/bin/schemathesis ]]; then
    python3 -m venv "$VENV"
    "$VENV/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$VERSION"
fi

folder=$(mktemp -d)
"$CHANCERY" demo --port 0 --author ana >"$folder/said" &
server=$!
trap 'kill -INT $server; wait $server || true; rm -rf "$folder"' EXIT
until [[ -s $folder/said ]]; do kill -0 $server; sleep 0.1; done
url=$(sed 's/.*"url":"\([^"]*\)".*/\1/' "$folder/said")

cd "$folder"
"$VENV/bin/schemathesis" run "${url}api/v1/openapi.json" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_headers_conformance,response_schema_conformance \
    --phases examples,coverage,fuzzing --max-examples "${EXAMPLES:-40}" --seed 1 "$@"
