#!/usr/bin/env bash
# Runs fuzz targets, all of them or those named, each for so many minutes:
#
#     fuzz/run.sh [MINUTES [TARGET…]]
#
# Needs cargo-fuzz (`cargo install cargo-fuzz --locked`), a C compiler and Python 3. What breaks a
# target lies in fuzz/artifacts. JOBS targets run side by side (1 if not given).
set -euo pipefail
cd "$(dirname "$0")/.."
minutes=${1:-1}
shift || true
targets=("$@")
if [[ $# == 0 ]]; then mapfile -t targets < <(cargo fuzz list); fi

cargo build --quiet --package chancery
python3 fuzz/seeds.py "${CARGO_TARGET_DIR:-target}/debug/chancery"
# Sanitizers are switched on by options that the pinned toolchain keeps for nightly ones.
export RUSTC_BOOTSTRAP=1
# Without debug assertions: one of tantivy's is wrong for the opposite of a phrase, whose results are right.
cargo fuzz build --release
printf '%s\n' "${targets[@]}" | xargs -P "${JOBS:-1}" -I{} sh -c \
    'cargo fuzz run --release {} -- -max_total_time='"$((minutes * 60))"' -timeout=30 -rss_limit_mb=4096 -max_len=65536 -print_final_stats=1 >fuzz/target/{}.log 2>&1 \
        && echo "{}: nothing found" || { tail -n 30 fuzz/target/{}.log; exit 1; }'
