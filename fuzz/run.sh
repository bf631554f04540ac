#!/usr/bin/env bash
# Runs all fuzz targets, or those named, each for MINUTES:
#
#     fuzz/run.sh [MINUTES [TARGET…]]
#
# Requires cargo-fuzz (`cargo install cargo-fuzz --locked`), a C compiler and Python 3. Inputs that
# break a target are in fuzz/artifacts. JOBS is the number of targets to run in parallel (default 1).
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-1}
shift || true
targets=("$@")
if [[ $# == 0 ]]; then mapfile -t targets < <(cargo fuzz list); fi

cargo build --quiet --package chancery
python3 fuzz/seeds.py "${CARGO_TARGET_DIR:-target}/debug/chancery"
# The options for sanitizers require a nightly toolchain, or this variable.
export RUSTC_BOOTSTRAP=1
# Without debug assertions: one in tantivy fails for a negated phrase although the results are right.
cargo fuzz build --release
printf '%s\n' "${targets[@]}" | xargs -P "${JOBS:-1}" -I{} sh -c \
    'cargo fuzz run --release {} -- -max_total_time='"$((minutes * 60))"' -timeout=30 -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 >fuzz/target/{}.log 2>&1 \
        && echo "{}: nothing found" || { tail -n 30 fuzz/target/{}.log; exit 1; }'
