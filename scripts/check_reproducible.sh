#!/usr/bin/env bash
# Do two builds in two folders give the same archive and package? Builds what is
# committed, each time from nothing, by scripts/release.sh: some 9 minutes of two
# cores a build.
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
    "$two/$folder/scripts/release.sh" x86_64-unknown-linux-gnu
done
sums=("$two"/{first,second/deeper}/target/releases/SHA256SUMS)
cmp "${sums[@]}"
echo "the same bytes, of $commit"
