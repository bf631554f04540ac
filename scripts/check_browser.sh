#!/usr/bin/env bash
# Drives the reading room in Chromium: tests/browser/README.md says what is looked at.
#
#     scripts/check_browser.sh [FILE.test.mjs…]
#     scripts/check_browser.sh --pictures FOLDER [ARCHIVE]
#
# Needs Node 20; fetches playwright-core and axe-core, and as root on Debian Chromium too.
# CHANCERY is the program, target/debug/chancery (built first) if not given; CHROMIUM the browser.
set -euo pipefail
cd "$(dirname "$0")/.."

if [[ -z ${CHANCERY:-} ]]; then
    cargo build --quiet --locked --package chancery
    CHANCERY=${CARGO_TARGET_DIR:-$PWD/target}/debug/chancery
fi
CHROMIUM=${CHROMIUM:-$(command -v chromium || true)}
if [[ -z $CHROMIUM ]]; then
    [[ $EUID -eq 0 ]] || { echo "there is no chromium: install it, or set CHROMIUM" >&2; exit 1; }
    apt-get update --quiet=2 && apt-get install --quiet=2 --yes --no-install-recommends chromium >/dev/null
    CHROMIUM=$(command -v chromium)
fi
export CHANCERY CHROMIUM

cd tests/browser
# What is installed is looked at only where the list changed.
if ! cmp --silent package-lock.json node_modules/.installed; then
    npm ci --silent --ignore-scripts --no-audit --no-fund
    cp package-lock.json node_modules/.installed
fi
if [[ ${1:-} == --pictures ]]; then
    exec node pictures.mjs "${@:2}"
fi
exec node --test --test-reporter=spec --test-concurrency=2 "${@:-.}"
