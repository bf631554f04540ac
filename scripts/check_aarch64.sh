#!/usr/bin/env bash
# Does the program compile for 64-bit ARM? scripts/release.sh builds it.
#
# Needs a C compiler for ARM (SQLite, zstd), which it fetches as root on Debian, and
# Rust's library for it from rustup; where rustup reaches nothing the check is left out.
set -euo pipefail
cd "$(dirname "$0")/.."

target=aarch64-unknown-linux-gnu
if ! command -v aarch64-linux-gnu-gcc >/dev/null; then
    [[ $EUID -eq 0 ]] || { echo "there is no aarch64-linux-gnu-gcc: install it" >&2; exit 1; }
    apt-get update --quiet=2
    apt-get install --quiet=2 --yes --no-install-recommends \
        gcc-aarch64-linux-gnu libc6-dev-arm64-cross >/dev/null
fi
if ! timeout 300 rustup target add "$target"; then
    echo "skipped: rustup cannot fetch $target" >&2
    exit 0
fi
cargo check --locked --package chancery --no-default-features --target "$target"
