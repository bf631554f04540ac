#!/usr/bin/env bash
# Does the oldest supported Rust compile the workspace, with its tests? That Rust is `rust-version`
# in Cargo.toml. Its outputs are in target/msrv. About 8 minutes on two cores the first time.
#
#     scripts/check_msrv.sh [VERSION]
#
# Needs rustup, which fetches the toolchain.
set -euo pipefail
cd "$(dirname "$0")/.."

version=${1:-$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)}
rustup toolchain install "$version" --profile minimal --no-self-update
CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-target}/msrv \
    cargo "+$version" check --locked --workspace --all-targets
