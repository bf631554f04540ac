#!/usr/bin/env bash
# Do two builds in two folders give the same bytes? Builds what is committed,
# each time from nothing, by scripts/release.sh: some 7 minutes of two cores a
# build.
#
#   scripts/check_reproducible.sh
set -euo pipefail
cd "$(dirname "$0")/.."

commit=$(git rev-parse HEAD)
two=$(mktemp --directory)
trap 'rm -rf "$two"' EXIT
unset CARGO_TARGET_DIR
for folder in first second/deeper; do
    mkdir -p "$two/$folder"
    git archive "$commit" | tar --extract --directory "$two/$folder"
    "$two/$folder/scripts/release.sh"
done
programs=("$two"/{first,second/deeper}/target/static/chancery-*)
sha256sum "${programs[@]}"
cmp "${programs[@]}"
echo "the same bytes, of $commit"
